using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>A fact that a file and its round trip do not share.</summary>
/// <param name="What">The instance, the group or "global".</param>
/// <param name="Key">Within it.</param>
/// <param name="Before">Null: the original does not say it.</param>
/// <param name="After">Null: the rendered file does not say it.</param>
internal sealed record Difference(string Node, string What, string Key, string? Before, string? After, RoundTripResult Of)
{
    public override string ToString() => $"{Node}: {What} {Key}: {Before ?? "not said"} -> {After ?? "not said"}";

    /// <summary>Whether import said something with that code that names this.</summary>
    public bool IsSaid(string code, string part = "") => Of.Findings.Any(one => one.Code == code && one.Text.Contains(part, StringComparison.Ordinal));

    public static IEnumerable<Difference> Between(string node, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, RoundTripResult of)
    {
        foreach (string name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            string? left = before.GetValueOrDefault(name);
            string? right = after.GetValueOrDefault(name);
            if (left != right)
            {
                string[] words = name.Split(' ');
                int head = words[0] == "group" ? 2 : 1;
                yield return new(node, string.Join(' ', words.Take(head)), string.Join(' ', words.Skip(head)), left, right, of);
            }
        }
    }
}

/// <summary>One configuration there and back.</summary>
internal sealed record RoundTripResult(
    IReadOnlyList<ConfFinding> Findings, IReadOnlyList<string> CheckErrors, IReadOnlyList<string> Refusals, IReadOnlyDictionary<string, string> Rendered)
{
    /// <summary>By node.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string>> Before { get; } = [];

    /// <summary>By node.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, string>> After { get; } = [];

    public IEnumerable<Difference> Differences() => Before.Keys.SelectMany(node => Difference.Between(node, Before[node], After[node], this));
}
