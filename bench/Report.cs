using System.Globalization;
using System.Text.Json.Nodes;

namespace HotStandby.Bench;

/// <summary>One cell of a row.</summary>
/// <param name="Key">Its name in the JSON line; a unit at the end.</param>
/// <param name="Title">The column's head in the table.</param>
/// <param name="Value">A string, an int, a <see cref="Summary"/>, or null for "does not apply".</param>
internal sealed record Figure(string Key, string Title, object? Value);

/// <summary>Collects the rows of one benchmark; prints them as a table and each as one line of JSON.</summary>
internal sealed class Report(string benchmark)
{
    private readonly List<IReadOnlyList<Figure>> _rows = [];

    public void Add(params IReadOnlyList<Figure> row) => _rows.Add(row);

    /// <summary>A Markdown table, so that it can go into a page as it is.</summary>
    public void WriteTable(TextWriter output)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        List<string[]> lines = [[.. _rows[0].Select(figure => figure.Title)], .. _rows.Select(row => row.Select(Cell).ToArray())];
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length))];
        for (int line = 0; line < lines.Count; line++)
        {
            output.WriteLine($"| {string.Join(" | ", lines[line].Zip(widths, (cell, width) => cell.PadRight(width)))} |");
            if (line == 0)
            {
                output.WriteLine($"|{string.Join("|", widths.Select(width => new string('-', width + 2)))}|");
            }
        }
    }

    /// <summary>Appends to <paramref name="file"/>, or writes to <paramref name="output"/> with "JSON " in front when it is null.</summary>
    public void WriteJson(string? file, TextWriter output)
    {
        foreach (IReadOnlyList<Figure> row in _rows)
        {
            var line = new JsonObject { ["bench"] = benchmark };
            foreach (Figure figure in row)
            {
                line[figure.Key] = ToJson(figure.Value);
            }

            if (file is null)
            {
                output.WriteLine("JSON " + line.ToJsonString());
            }
            else
            {
                File.AppendAllText(file, line.ToJsonString() + "\n");
            }
        }
    }

    private static string Cell(Figure figure) => figure.Value is null ? "-" : Convert.ToString(figure.Value, CultureInfo.InvariantCulture)!;

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        string text => text,
        int number => number,
        Summary summary => new JsonObject
        {
            ["median"] = Rounded(summary.Median),
            ["min"] = Rounded(summary.Values.Min()),
            ["max"] = Rounded(summary.Values.Max()),
            ["values"] = new JsonArray([.. summary.Values.Select(one => (JsonNode)Rounded(one))]),
        },
        _ => throw new ArgumentException($"A figure can't be a {value.GetType().Name}.", nameof(value)),
    };

    private static double Rounded(double value) => Math.Round(value, 4);
}
