using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Findings;

/// <summary>How much a finding weighs.</summary>
public enum Weight
{
    /// <summary>Good to know; nothing is lost.</summary>
    Note,

    /// <summary>Does not do what it seems to, or can't be carried over.</summary>
    Warning,

    /// <summary>Does harm, or leaves nothing to carry over.</summary>
    Error,
}

/// <summary>Something that was found in a keepalived.conf.</summary>
/// <param name="Code">One of <see cref="ConfCodes"/>; never changes its meaning.</param>
/// <param name="Text">What is there and why it matters.</param>
/// <param name="Remedy">What to do; null when nothing need be done.</param>
public sealed record ConfFinding(string Code, Weight Weight, Place At, string Text, string? Remedy)
{
    /// <summary>For a terminal: words of the file can't forge a line of ours, nor be obeyed as an escape sequence.</summary>
    public override string ToString() =>
        $"{PlainText.OneLine($"{At}: {Weight.ToString().ToLowerInvariant()} {Code}: {Text}")}{(Remedy is null ? "" : $"\n    {PlainText.OneLine(Remedy)}")}";
}

/// <summary>Collects findings; each place is told of the same thing once.</summary>
public sealed class ConfFindings
{
    /// <summary>Nobody reads more; a file of a million braces has a million findings.</summary>
    private const int Most = 2000;

    private readonly List<ConfFinding> _all = [];
    private readonly HashSet<ConfFinding> _known = [];

    /// <summary>By file in the order they were read, then by line.</summary>
    public IReadOnlyList<ConfFinding> InOrder()
    {
        List<string> files = [.. _all.Select(one => one.At.File).Distinct()];
        return [.. _all.OrderBy(one => files.IndexOf(one.At.File)).ThenBy(one => one.At.Line).ThenBy(one => one.At.Column)];
    }

    public void Note(string code, Place at, string text, string? remedy = null) => Add(new(code, Weight.Note, at, text, remedy));

    public void Warning(string code, Place at, string text, string? remedy = null) => Add(new(code, Weight.Warning, at, text, remedy));

    public void Error(string code, Place at, string text, string? remedy = null) => Add(new(code, Weight.Error, at, text, remedy));

    private void Add(ConfFinding finding)
    {
        if (_all.Count <= Most && _known.Add(finding))
        {
            _all.Add(_all.Count < Most ? finding : new(ConfCodes.TooMuch, Weight.Error, finding.At, $"there are more than {Most} findings: the rest is not listed", null));
        }
    }
}
