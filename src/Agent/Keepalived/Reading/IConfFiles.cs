namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>Where the reader gets files from; tests give it a table.</summary>
public interface IConfFiles
{
    /// <summary>The text of a file; null when it can't be read.</summary>
    string? Read(string path);

    /// <summary>The files that a pattern of keepalived's include names (<c>*</c>, <c>?</c>, <c>[..]</c>, <c>{a,b}</c>), in order.</summary>
    /// <param name="pattern">As written.</param>
    /// <param name="folder">Of the file that holds the include; a relative pattern starts there.</param>
    IReadOnlyList<string> Match(string pattern, string folder);

    /// <summary>What of a path others than root may change, as keepalived's enable_script_security asks; after a semicolon the command that mends it.
    /// Null when nobody may, and when there is no such file here: it is another machine's.</summary>
    /// <param name="path">Absolute.</param>
    string? NotRootsAlone(string path);
}
