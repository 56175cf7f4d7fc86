namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>Where the reader gets files from; tests give it a table.</summary>
public interface IConfFiles
{
    /// <summary>The text of a file; null when it can't be read.</summary>
    /// <param name="path">As written, or as <see cref="Match"/> found it.</param>
    /// <param name="problem">Why it can't be read; empty when it was.</param>
    string? Read(string path, out string problem);

    /// <summary>The files that a pattern of keepalived's include names (<c>*</c>, <c>?</c>, <c>[..]</c>, <c>{a,b}</c>), in order.</summary>
    /// <param name="pattern">As written.</param>
    /// <param name="folder">Of the file that holds the include; a relative pattern starts there.</param>
    /// <param name="problems">What could not be looked at, as sentences.</param>
    IReadOnlyList<string> Match(string pattern, string folder, out IReadOnlyList<string> problems);

    /// <summary>What of a path others than root may change, as keepalived's enable_script_security asks; after a semicolon the command that mends it.
    /// Null when nobody may, and when there is no such file here: it is another machine's.</summary>
    /// <param name="path">Absolute.</param>
    string? NotRootsAlone(string path);
}
