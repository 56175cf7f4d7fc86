using HotStandby.Agent.Keepalived.Importing;

namespace HotStandby.PluginTests.Import;

/// <summary>render(import(x)) is x to the real keepalived: it dumps the same state of both.</summary>
public sealed class EquivalenceTests
{
    /// <summary>Where import changes something, which it says; the table has it.</summary>
    private static readonly Dictionary<string, string[]> Changes = new()
    {
    };

    public static TheoryData<string> Names => [.. CorpusMember.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_real_keepalived_dumps_the_same_state_of_a_file_and_its_round_trip(string name)
    {
        using CorpusMember member = new(name);
        List<string> differences = [];
        foreach (ConfSource source in member.Sources)
        {
            string[] before = await KeepalivedState.Of($"include {source.Path}\n", source.Node);
            string[] after = await KeepalivedState.Of(await member.Render(source.Node, lenient: true), source.Node);
            Assert.NotEmpty(before);
            differences.AddRange(Without(before, after).Select(line => $"{source.Node} - {member.Tell(line)}"));
            differences.AddRange(Without(after, before).Select(line => $"{source.Node} + {member.Tell(line)}"));
        }

        Assert.Equal(Changes.GetValueOrDefault(name) ?? [], differences);
    }

    /// <summary>As often as it stands here more often.</summary>
    private static List<string> Without(string[] lines, string[] others)
    {
        List<string> rest = [.. lines];
        foreach (string line in others)
        {
            rest.Remove(line);
        }

        return rest;
    }
}
