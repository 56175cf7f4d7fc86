using System.Text;
using HotStandby.HostProtocol;

namespace HotStandby.PluginHost.Streams;

/// <summary><see cref="Console.Out"/> of plugins: whole lines become log lines of the entry whose call wrote them.</summary>
internal sealed class PluginConsole(Outbox outbox) : TextWriter
{
    private static readonly AsyncLocal<string?> Current = new();
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Lays what the calling thread and its continuations write at this entry's door.</summary>
    public static void Enter(string id) => Current.Value = id;

    public override void Write(char value)
    {
        if (value == '\n' || _line.Length >= Words.Longest)
        {
            string line = Words.OneLine(_line.ToString(), "");
            _line.Clear();
            if (line.Length > 0)
            {
                outbox.Send(new Logged(Current.Value ?? "", line));
            }
        }

        if (value is not ('\n' or '\r'))
        {
            _line.Append(value);
        }
    }
}
