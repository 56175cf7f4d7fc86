namespace HotStandby.Agent.Lab;

/// <summary>Reads what the lab's processes wrote.</summary>
internal static class LabLog
{
    private const int TailLines = 25;

    /// <summary>The last lines, indented; "(nothing)" when there are none.</summary>
    public static string Tail(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "    (nothing)" : string.Join('\n', lines.TakeLast(TailLines).Select(line => "    " + line));
    }

    /// <summary>A file's whole text, "" when there is none.</summary>
    public static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
