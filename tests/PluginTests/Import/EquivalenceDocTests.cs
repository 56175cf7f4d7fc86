using HotStandby.PluginTests.Import.Dump;
using HotStandby.PluginTests.Import.RoundTrip;

namespace HotStandby.PluginTests.Import;

/// <summary>The table of docs/import.md has every difference that the tests permit.</summary>
public sealed class EquivalenceDocTests
{
    private const string Begin = "<!-- The table is written by HOTSTANDBY_UPDATE=1 ./test.sh plugins. -->\n\n";
    private const string End = "\n<!-- End of the table. -->";

    [Fact]
    public async Task The_table_is_current()
    {
        string path = Path.Combine(CorpusTable.Repository(), "docs", "import.md");
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        int from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int to = text.IndexOf(End, StringComparison.Ordinal);
        Assert.InRange(from, Begin.Length, to);
        string updated = text[..from] + Table() + text[to..];
        if (Environment.GetEnvironmentVariable("HOTSTANDBY_UPDATE") == "1")
        {
            await File.WriteAllTextAsync(path, updated, TestContext.Current.CancellationToken);
            text = updated;
        }

        Assert.Equal(updated, text);
    }

    private static string Table() => "| What differs | Why |\n|---|---|\n" + string.Concat(
        PermittedDifference.All.Select(one => (one.What, one.Reason))
            .Concat(DumpDifference.All.Select(one => (one.What, one.Reason)))
            .Concat(PermittedRefusal.All.Select(one => ($"Refused without `--lenient`: {one.What}", one.Reason)))
            .Select(row => $"| {row.Item1} | {row.Item2} |\n"));
}
