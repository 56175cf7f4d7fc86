namespace HotStandby.Agent.Hosting;

/// <summary>
/// Says which plugin took the host down. Two witnesses: the calls that had begun and not ended, and the stack trace the runtime leaves
/// (it names types). A type in the trace decides, among entries of the same plugin the open call; else a single open call; else nobody is blamed alone.
/// </summary>
public static class CrashAttribution
{
    /// <param name="openCalls">Entries whose call had begun and not ended, in the order they began.</param>
    /// <param name="typesById">Full names of each entry's own types.</param>
    /// <param name="death">How the host ended.</param>
    /// <returns>The entry to blame, or null; and the sentence that says what happened.</returns>
    public static (string? Culprit, string Sentence) Blame(
        IReadOnlyList<string> openCalls, IReadOnlyDictionary<string, IReadOnlyList<string>> typesById, HostDeath death)
    {
        string what = WhatHappened(death);
        foreach (string line in death.ErrorLines)
        {
            string[] named = [.. typesById.Where(entry => entry.Value.Any(type => MentionsType(line, type))).Select(entry => entry.Key)];
            if (named.Length > 0)
            {
                // Two entries of one plugin have the same types: then the one that was being called.
                return (named.FirstOrDefault(openCalls.Contains) ?? named[0], what);
            }
        }

        return openCalls.Count switch
        {
            0 => (null, $"{what}; no plugin was being called"),
            1 => (openCalls[0], what),
            _ => (null, $"{what}; being called were {string.Join(", ", openCalls)}"),
        };
    }

    /// <summary>The type's name as a whole word: followed by a member, a nested type or a generic mark.</summary>
    private static bool MentionsType(string line, string type)
    {
        int at = line.IndexOf(type, StringComparison.Ordinal);
        return at >= 0 && (at + type.Length == line.Length || line[at + type.Length] is '.' or '+' or '`' or '<' or '[');
    }

    private static string WhatHappened(HostDeath death)
    {
        string? said = death.ErrorLines.FirstOrDefault(line => line.Trim().Length > 0)?.Trim();
        string how = death.ExitCode > 128 ? $"signal {death.ExitCode - 128}" : $"exit status {death.ExitCode}";
        return said is null ? $"the plugin host died ({how})" : $"the plugin host died ({how}): {said}";
    }
}
