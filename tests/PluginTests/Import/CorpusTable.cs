using System.Text;
using HotStandby.Abstractions;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Importing;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.PluginTests.Import;

/// <summary>docs/import-corpus.md: what import says of each configuration of the corpus.</summary>
internal static class CorpusTable
{
    private const string Head = """
        # The corpus of keepalived.conf

        Written by `HOTSTANDBY_UPDATE=1 ./test.sh plugins`; do not edit. Each configuration of [tests/ImportCorpus](../tests/ImportCorpus) is read by
        keepalived 2.2.7 (`keepalived -t`), imported, accepted by `check`, rendered back with `render keepalived`, and accepted by `keepalived -t`
        with exit status 0 and without a word. "leniently": what `render` refuses without `--lenient`, below it why.

        | configuration | nodes | errors | warnings | notes | rendered back |
        |---|---|---|---|---|---|

        """;

    public static async Task<string> Write()
    {
        StringBuilder table = new(Head);
        StringBuilder details = new();
        foreach (string name in CorpusMember.Names)
        {
            using CorpusMember member = new(name);
            List<string> refusals = await Refusals(member);
            IReadOnlyList<ConfFinding> findings = member.Imported.Findings;
            string nodes = string.Join(", ", member.Sources.Select(source => source.Node));
            table.Append($"| [{name}](#{name}) | {nodes} | {Count(Weight.Error)} | {Count(Weight.Warning)} | {Count(Weight.Note)} | {(refusals.Count == 0 ? "as it is" : "leniently")} |\n");
            details.Append($"\n## {name}\n\n");
            foreach (ConfFinding finding in findings)
            {
                details.Append($"- `{Where(member, finding.At)}` {finding.Weight.ToString().ToLowerInvariant()} {finding.Code}: {member.Tell(finding.Text)}. ");
                details.Append(finding.Remedy is null ? "\n" : $"*{member.Tell(finding.Remedy)}*\n");
            }

            foreach (string refusal in refusals)
            {
                details.Append($"- render: {member.Tell(refusal)}\n");
            }

            int Count(Weight weight) => findings.Count(finding => finding.Weight == weight);
        }

        return (table.ToString() + details).Replace(". \n", ".\n", StringComparison.Ordinal);
    }

    public static string Repository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HotStandby.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("HotStandby.sln was not found above the test binary: run the tests from the source tree.");
    }

    private static string Where(CorpusMember member, Place at) => member.Original(at).ToString().Replace(member.Folder + "/", "", StringComparison.Ordinal);

    private static async Task<List<string>> Refusals(CorpusMember member)
    {
        List<string> refusals = [];
        foreach (ConfSource source in member.Sources)
        {
            try
            {
                await member.Render(source.Node);
            }
            catch (GenerationException refused)
            {
                refusals.AddRange(refused.Message.Split('\n').Where(line => !refusals.Contains(line)));
            }
        }

        return refusals;
    }
}
