using System.Text;
using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Commands;

/// <summary>Plain columns for a terminal; rows may carry a note on a line of its own.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];
    private readonly Dictionary<int, List<string>> _notes = [];

    /// <summary>A cell is one line, whatever a plugin said.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(PlainText.OneLine)]);

    /// <summary>A line under the row added last.</summary>
    public void AddNote(string text)
    {
        if (!_notes.TryGetValue(_rows.Count - 1, out List<string>? notes))
        {
            _notes[_rows.Count - 1] = notes = [];
        }

        notes.Add(PlainText.OneLine(text));
    }

    public override string ToString()
    {
        int[] widths = [.. header.Select((_, column) => _rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        for (int i = 0; i < _rows.Count; i++)
        {
            string line = string.Join("  ", _rows[i].Select((cell, column) => cell.PadRight(widths[column])));
            text.AppendLine(line.TrimEnd());
            foreach (string note in _notes.GetValueOrDefault(i, []))
            {
                text.Append("    ").AppendLine(note);
            }
        }

        return text.ToString();
    }
}
