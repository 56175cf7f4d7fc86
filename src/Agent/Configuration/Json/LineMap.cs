using System.Text;

namespace HotStandby.Agent.Configuration.Json;

/// <summary>Turns byte offsets of a UTF-8 text into lines and columns; fast when asked from front to back.</summary>
internal sealed class LineMap
{
    private readonly ReadOnlyMemory<byte> _text;
    private readonly List<int> _starts = [0];
    private int _lastOffset;
    private Position _last = new(1, 1);

    public LineMap(ReadOnlyMemory<byte> text)
    {
        _text = text;
        ReadOnlySpan<byte> span = text.Span;
        for (int i = 0; i < span.Length; i++)
        {
            if (span[i] == (byte)'\n')
            {
                _starts.Add(i + 1);
            }
        }
    }

    public Position At(long offset)
    {
        int end = (int)Math.Clamp(offset, 0, _text.Length);
        int found = _starts.BinarySearch(end);
        int line = found >= 0 ? found : ~found - 1;
        int from = _starts[line];
        int column = 1;
        if (_last.Line == line + 1 && _lastOffset <= end)
        {
            (from, column) = (_lastOffset, _last.Column);
        }

        _last = new(line + 1, column + CodePoints(_text.Span[from..end]));
        _lastOffset = end;
        return _last;
    }

    /// <summary>The offset of a line and a byte in it, both from 0, as JsonException counts them.</summary>
    public int Offset(long line, long byteInLine) =>
        line < _starts.Count ? (int)Math.Min(_starts[(int)line] + byteInLine, _text.Length) : _text.Length;

    /// <summary>Whether only white space stands before the offset on its line.</summary>
    public bool IsFirstOnLine(long offset) => Indentation(offset) == At(offset).Column;

    /// <summary>The column of the first character on the line of the offset.</summary>
    public int Indentation(long offset)
    {
        int start = _starts[At(offset).Line - 1];
        ReadOnlySpan<byte> line = _text.Span[start..];
        int blanks = line.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return (blanks < 0 ? line.Length : blanks) + 1;
    }

    private static int CodePoints(ReadOnlySpan<byte> text)
    {
        int count = 0;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out _, out int used);
            text = text[used..];
            count++;
        }

        return count;
    }
}
