using System.CommandLine;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Importing;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Commands;

/// <summary>What import and lint are given: files, and whose they are.</summary>
internal sealed class ConfArguments
{
    public Argument<string[]> Paths { get; } = new("PATH")
    {
        Description = "keepalived.conf; one for each node, or one for all with @id conditions",
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string[]> Nodes { get; } = new("--node")
    {
        Description = "host name of the node whose file that is, once for each in the order of the files; @id conditions ask for it",
    };

    public Option<string[]> Addresses { get; } = new("--address") { Description = "NODE=ADDRESS: a node's own address, where the file does not say it" };

    /// <summary>Reads all of it; null when the arguments don't fit, which was said.</summary>
    public ImportResult? Read(ParseResult parsed)
    {
        string[] paths = parsed.GetValue(Paths)!;
        string[] names = parsed.GetValue(Nodes) ?? [];
        if (names.Length > 0 && paths.Length > 1 && names.Length != paths.Length)
        {
            Misuse.Of(parsed.CommandResult.Command.Name, $"{paths.Length} files and {names.Length} nodes: give one --node for each file, in their order");
            return null;
        }

        ConfSource[] sources = names.Length > paths.Length
            ? [.. names.Select(name => new ConfSource(name, paths[0]))]
            : [.. paths.Select((path, i) => new ConfSource(i < names.Length ? names[i] : $"node{i + 1}", path))];
        Dictionary<string, string> addresses = new(StringComparer.Ordinal);
        foreach (string given in parsed.GetValue(Addresses) ?? [])
        {
            string[] parts = given.Split('=', 2);
            if (parts.Length != 2 || !sources.Any(source => source.Node == parts[0]))
            {
                Misuse.Of(
                    parsed.CommandResult.Command.Name, $"--address {given}: write NODE=ADDRESS; the nodes are {string.Join(", ", sources.Select(source => source.Node))}");
                return null;
            }

            addresses[parts[0]] = parts[1];
        }

        return Import.Run(sources, addresses, new DiskFiles(paths));
    }
}

/// <summary>The last line of import and lint.</summary>
internal static class ConfSummary
{
    public static string Of(IReadOnlyList<ConfFinding> findings) =>
        $"{Count(findings, Weight.Error, "error")}, {Count(findings, Weight.Warning, "warning")}, {Count(findings, Weight.Note, "note")}";

    private static string Count(IReadOnlyList<ConfFinding> findings, Weight weight, string word)
    {
        int count = findings.Count(finding => finding.Weight == weight);
        return count == 1 ? $"1 {word}" : $"{count} {word}s";
    }
}
