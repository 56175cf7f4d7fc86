using HotStandby.Agent.Commands;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;
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

    public static TheoryData<HmacSettings?, HmacSettings?, bool> Signing => new()
    {
        { null, Signed(HmacMode.Enforce), true },
        { null, Signed(HmacMode.Permissive), true },
        { null, Signed(HmacMode.ReceiveOnly), false },
        { Signed(HmacMode.ReceiveOnly), Signed(HmacMode.Permissive), false },
        { Signed(HmacMode.ReceiveOnly), Signed(HmacMode.Enforce), true },
        { Signed(HmacMode.Permissive), Signed(HmacMode.Enforce), false },
        { Signed(HmacMode.Enforce), null, true },
        { Signed(HmacMode.Permissive), null, true },
        { Signed(HmacMode.ReceiveOnly), null, false },
        { Signed(HmacMode.Enforce), Signed(HmacMode.Enforce, 2), true },
        { Signed(HmacMode.Permissive), Signed(HmacMode.Permissive, 2), false },
        { Signed(HmacMode.Enforce, 1, 2), Signed(HmacMode.Enforce, 2, 1), false },
        { Signed(HmacMode.Enforce, 2, 1), Signed(HmacMode.Enforce, 2), false },
    };

    /// <summary>The rounds of docs/authentication.md are the changes that need no warning.</summary>
    [Theory]
    [MemberData(nameof(Signing), DisableDiscoveryEnumeration = true)]
    public void Signing_that_leaves_a_node_deaf_is_warned_of_and_its_rounds_are_not(HmacSettings? before, HmacSettings? after, bool warns)
    {
        IReadOnlyList<string> warnings = ReloadWarnings.Of(Keyed(before), Keyed(after), [Now("MASTER", null)]);
        Assert.Equal(warns ? 1 : 0, warnings.Count);
        Assert.All(warnings, warning => Assert.Contains("'authentication' changes", warning, StringComparison.Ordinal));
        Assert.All(warnings, warning => Assert.Contains("docs/authentication.md", warning, StringComparison.Ordinal));
    }

    /// <param name="keys">The first one signs.</param>
    private static HmacSettings Signed(HmacMode mode, params byte[] keys)
    {
        byte[] ids = keys.Length == 0 ? [1] : keys;
        return new([.. ids.Select(id => HmacKey.From(id, [.. Enumerable.Repeat(id, 32)]))], ids[0], mode, AntiReplay.Time, Duration.FromSeconds(5));
    }

    private static HotStandbyConfig Keyed(HmacSettings? hmac)
    {
        HotStandbyConfig config = Read("\"version\": 3");
        return config with { VirtualRouters = [config.VirtualRouters[0] with { Hmac = hmac }] };
    }

    private static IReadOnlyList<string> Warn(string before, string after, string state, string? master, params string[] alarms) =>
        ReloadWarnings.Of(Read(before), Read(after), [Now(state, master, alarms)]);

    private static VirtualRouterStatus Now(string state, string? master, params string[] alarms)
    {
        return new(
            "VI_1", 51, "eth0", 2, state, "", DateTimeOffset.UnixEpoch, 10, new PriorityStatus(150, 150, []), master, 1, [], new Dictionary<string, long>())
        {
            Alarms = [.. alarms.Select(code => new AlarmStatus(code, "", DateTimeOffset.UnixEpoch, 1, 1, 1))],
        };
    }

    private static HotStandbyConfig Read(string keys) => Sample.Read(Sample.With(router: $"{keys},")).Config!;
}
