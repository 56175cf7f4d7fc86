using HotStandby.Agent.Keepalived.Importing;
using HotStandby.PluginTests.Import.RoundTrip;

namespace HotStandby.PluginTests.Import.Dump;

/// <summary>The real keepalived dumps the same state of a file and of its round trip, but for the differences that are permitted.</summary>
public sealed class DumpTests
{
    /// <summary>Generated configurations that a keepalived is started with.</summary>
    private const int Seeds = 16;

    public static TheoryData<string> Names => [.. CorpusMember.Names];

    public static TheoryData<int> Generated => [.. Enumerable.Range(0, Seeds)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Of_the_corpus_keepalived_dumps_the_same_before_and_after(string name)
    {
        using CorpusMember member = new(name);
        member.DefuseScripts();
        RoundTripResult result = new(member.Imported.Findings, [], [], new Dictionary<string, string>());
        foreach (ConfSource source in member.Sources)
        {
            result.Before[source.Node] = DumpFacts.Of(await KeepalivedDump.Of($"include {source.Path}\n", source.Node));
            result.After[source.Node] = DumpFacts.Of(await KeepalivedDump.Of(await member.Render(source.Node, lenient: true), source.Node));
        }

        Nothing(NotPermitted(result));
    }

    /// <summary>Also holds <see cref="Meaning"/> against the real keepalived.</summary>
    [Theory]
    [MemberData(nameof(Generated))]
    public async Task Of_generated_files_keepalived_dumps_the_same_and_what_the_comparison_takes_them_for(int seed)
    {
        string text = ConfLine.Write(ConfGenerator.Make(seed));
        RoundTripResult meant = await RoundTripRun.Of(text);
        RoundTripResult dumped = new(meant.Findings, [], [], meant.Rendered);
        foreach ((string node, string rendered) in meant.Rendered)
        {
            dumped.Before[node] = DumpFacts.Of(await KeepalivedDump.Of(text, node));
            dumped.After[node] = DumpFacts.Of(await KeepalivedDump.Of(rendered, node));
            AsMeant($"{node}, {text}", OfDump(meant.Before[node], dumped.Before[node]), Text(dumped.Before[node]));
            AsMeant($"{node}, {rendered}", OfDump(meant.After[node], dumped.After[node]), Text(dumped.After[node]));
        }

        Nothing(NotPermitted(dumped));
    }

    private static void AsMeant(string file, string[] meant, string[] dumped) => Nothing(
        meant.SequenceEqual(dumped) ? "" : $"{string.Join('\n', meant.Except(dumped).Select(line => $"meant {line}"))}\n{string.Join('\n', dumped.Except(meant).Select(line => $"dumped {line}"))}\nof {file}");

    /// <summary>Tells all of it.</summary>
    private static void Nothing(string differences) => Assert.True(differences.Length == 0, differences);

    private static string NotPermitted(RoundTripResult result) =>
        string.Join('\n', result.Differences().Where(one => !PermittedDifference.All.Any(permitted => permitted.Fits(one)) && !DumpDifference.All.Any(permitted => permitted.Fits(one))));

    private static string[] Text(IReadOnlyDictionary<string, string> facts) => [.. facts.Where(one => !IsOfDumpOnly(one.Key)).Select(one => $"{one.Key}: {one.Value}")];

    /// <summary>A meaning without what keepalived does not tell of.</summary>
    private static string[] OfDump(IReadOnlyDictionary<string, string> meaning, IReadOnlyDictionary<string, string> dump) => [.. meaning
        .Where(one => dump.ContainsKey(one.Key) ? !IsOfDumpOnly(one.Key) : !IsUntold(one.Key))
        .Select(one => $"{one.Key}: {(one.Key.EndsWith(" use_vmac", StringComparison.Ordinal) ? one.Value.Split(' ')[0] : one.Value.Replace(" init_fail", "", StringComparison.Ordinal))}")];

    /// <summary>Told of each instance, while a file says it once or not at all.</summary>
    private static bool IsOfDumpOnly(string key) => key.Split(' ')[^1] is "garp_lower_prio_delay" or "garp_lower_prio_repeat";

    private static bool IsUntold(string key) => key.StartsWith("global ", StringComparison.Ordinal)
        || key.Split(' ')[^1] is "unicast_ttl" or "dont_track_primary" or "garp_master_refresh_repeat" || IsOfDumpOnly(key);
}
