using System.Text;

namespace HotStandby.Plugins.Script;

/// <summary>What a script wrote to standard output and standard error, as it came, up to a limit; the rest is read and thrown away.</summary>
internal sealed class ScriptOutput
{
    /// <summary>Bytes kept.</summary>
    public const int Limit = 4096;

    private const int Lines = 3;
    private readonly object _lock = new();
    private readonly byte[] _kept = new byte[Limit];
    private int _length;
    private bool _cut;

    /// <summary>The first lines, ready to be appended to a sentence; empty when it wrote nothing.</summary>
    public string Summary
    {
        get
        {
            string[] lines;
            lock (_lock)
            {
                lines = Encoding.UTF8.GetString(_kept, 0, _length).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            }

            return lines.Length == 0 ? "" : $": {string.Join(" | ", lines.Take(Lines))}{(lines.Length > Lines || _cut ? " …" : "")}";
        }
    }

    /// <summary>Reads to the end, so that the script never waits for a full pipe.</summary>
    public async Task ReadAsync(Stream stream)
    {
        byte[] buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                lock (_lock)
                {
                    int room = Math.Min(read, Limit - _length);
                    buffer.AsSpan(0, room).CopyTo(_kept.AsSpan(_length));
                    _length += room;
                    _cut |= room < read;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It was closed here while something that the program left behind still held the pipe.
        }
    }
}
