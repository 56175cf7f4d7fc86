using HotStandby.Agent.Commands;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Status;
using HotStandby.UnitTests.Configuration;

namespace HotStandby.UnitTests.Commands;

/// <summary>Before a reload that makes two masters until the last node is reloaded too, it is said, with the order that avoids it; and only then.</summary>
public sealed class ReloadWarningsTests
{
    private const string Peer = "192.168.56.132";

    [Theory]
    [InlineData("\"version\": 2", "\"version\": 3", "'version'")]
    [InlineData("\"version\": 3", "\"version\": 2", "'version'")]
    [InlineData("\"version\": 2", "\"version\": 2, \"advertInterval\": \"2s\"", "'advertInterval'")]
    [InlineData("\"version\": 2", "\"version\": 2, \"authentication\": { \"type\": \"pass\", \"password\": \"s3cr3t\" }", "'authentication'")]
    public void A_change_that_makes_nodes_deaf_to_each_other_is_warned_of(string before, string after, string key)
    {
        string master = Assert.Single(Warn(before, after, "MASTER", null));
        Assert.Contains(key, master, StringComparison.Ordinal);
        Assert.Contains("stop the agents of the other nodes, reload here", master, StringComparison.Ordinal);

        string backup = Assert.Single(Warn(before, after, "BACKUP", Peer));
        Assert.Contains(key, backup, StringComparison.Ordinal);
        Assert.Contains($"stop this agent, reload on web2 ({Peer})", backup, StringComparison.Ordinal);

        Assert.Empty(Warn(before, before, "MASTER", null));
        Assert.Empty(Warn(before, after, "FAULT", null));
    }

    [Fact]
    public void A_peer_that_is_heard_with_the_new_file_needs_no_warning() =>
        Assert.Empty(Warn("\"version\": 2", "\"version\": 3", "MASTER", null, "version-differs"));

    [Fact]
    public void Another_change_is_no_cause()
    {
        Assert.Empty(Warn("\"version\": 3", "\"version\": 3, \"advertInterval\": \"2s\"", "MASTER", null));
        Assert.Empty(Warn("\"version\": 2", "\"version\": 2, \"announceRepeat\": 2", "BACKUP", Peer));
    }

    private static IReadOnlyList<string> Warn(string before, string after, string state, string? master, params string[] alarms)
    {
        VirtualRouterStatus now = new(
            "VI_1", 51, "eth0", 2, state, "", DateTimeOffset.UnixEpoch, 10, new PriorityStatus(150, 150, []), master, 1, [], new Dictionary<string, long>())
        {
            Alarms = [.. alarms.Select(code => new AlarmStatus(code, "", DateTimeOffset.UnixEpoch, 1, 1, 1))],
        };
        return ReloadWarnings.Of(Read(before), Read(after), [now]);
    }

    private static HotStandbyConfig Read(string keys) => Sample.Read(Sample.With(router: $"{keys},")).Config!;
}
