using System.Text;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.FrrConfig;

/// <summary>
/// The lines of a file in the making, and what could not be said: leniently a comment where it is missing, else all of it in one error. FRR knows
/// comments only as lines of their own.
/// </summary>
internal sealed class FrrText(bool lenient)
{
    private readonly StringBuilder _lines = new();
    private readonly List<string> _gaps = [];

    public void Line(string line) => _lines.Append(line).Append('\n');

    /// <summary>A line and, above it, the key it comes from.</summary>
    public void Line(string line, string from)
    {
        Comment(from);
        Line(line);
    }

    public void Comment(string text)
    {
        if (text.Length > 0)
        {
            Line("! " + string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)));
        }
    }

    /// <summary>Notes what FRR can't do.</summary>
    /// <param name="path">The key of plugins.json.</param>
    /// <param name="why">A clause.</param>
    public void Gap(string path, string why)
    {
        _gaps.Add($"{path}: {why}");
        if (lenient)
        {
            Comment($"NOT RENDERED: {path}: {why}");
        }
    }

    /// <exception cref="GenerationException">Something could not be said, and this is not lenient.</exception>
    public string End() => lenient || _gaps.Count == 0 ? _lines.ToString() : throw new GenerationException(string.Join('\n', _gaps.Distinct()));
}
