namespace HotStandby.Plugins.Script;

/// <summary>A program and its arguments as they stand in the options of a plugin that runs one; no shell takes part.</summary>
internal static class CommandVector
{
    /// <summary>
    /// What can't be run on any node, as a sentence; null for nothing. Whether the program is there is another matter, since the file may be checked elsewhere;
    /// but a whole command line in one item is known by the program at its beginning, where that is here.
    /// </summary>
    public static string? Problem(IReadOnlyList<string> command)
    {
        if (command.Count == 0 || !command[0].StartsWith('/'))
        {
            string found = command.Count == 0 ? "an empty list" : $"\"{command[0]}\"";
            return $"expected the absolute path of a program first, found {found}";
        }

        if (command.Any(argument => argument.Contains('\0')))
        {
            return "an argument holds a zero byte, which no program can be given";
        }

        string[] words = command[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return command.Count == 1 && words.Length > 1 && File.Exists(words[0]) && !File.Exists(command[0])
            ? $"there is no program \"{command[0]}\", and no shell splits it; write each argument as an item of its own: [{string.Join(", ", words.Select(word => $"\"{word}\""))}]"
            : null;
    }
}
