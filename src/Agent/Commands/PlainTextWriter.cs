using System.Text;
using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Commands;

/// <summary>
/// What every verb prints through: words of a file, a plugin or a peer are shown as they are, and never obeyed by the terminal
/// (<see cref="PlainText"/>).
/// </summary>
internal sealed class PlainTextWriter(TextWriter inner) : TextWriter(inner.FormatProvider)
{
    public override Encoding Encoding => inner.Encoding;

    /// <summary>Puts it in front of standard output and standard error.</summary>
    public static void Guard()
    {
        Console.SetOut(new PlainTextWriter(Console.Out));
        Console.SetError(new PlainTextWriter(Console.Error));
    }

    public override void Write(char value) => inner.Write(PlainText.Lines(value.ToString()));

    public override void Write(string? value) => inner.Write(value is null ? null : PlainText.Lines(value));

    public override void Write(char[] buffer, int index, int count) => inner.Write(PlainText.Lines(new string(buffer, index, count)));

    public override void Write(ReadOnlySpan<char> buffer) => inner.Write(PlainText.Lines(buffer.ToString()));

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Flush() => inner.Flush();
}
