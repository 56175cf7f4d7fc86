using System.Text.RegularExpressions;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>The names of the file. They end up in file paths, host names and other programs' files, so that no odd letter is allowed.</summary>
internal static partial class Names
{
    /// <summary>A node: a host name (RFC 1123), since a node is found by its host name.</summary>
    public static readonly TextShape Node = new()
    {
        Shortest = 1,
        Longest = 253,
        Pattern = HostName(),
        PatternInWords = "a host name (letters, digits, \"-\" and \".\")",
    };

    /// <summary>A virtual router or a plugin entry.</summary>
    public static readonly TextShape Id = new()
    {
        Shortest = 1,
        Longest = 64,
        Pattern = Word(),
        PatternInWords = "a name of letters, digits, \"_\", \"-\" and \".\" that begins with a letter, digit or \"_\"",
    };

    /// <summary>A network interface: IFNAMSIZ leaves 15 characters, and the kernel takes no white space, "/" or ":" (dev_valid_name).</summary>
    public static readonly TextShape Interface = new()
    {
        Shortest = 1,
        Longest = 15,
        Pattern = InterfaceName(),
        PatternInWords = "the name of a network interface",
    };

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\\z")]
    private static partial Regex HostName();

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]*\\z")]
    private static partial Regex Word();

    [GeneratedRegex("^(?!\\.{1,2}\\z)[A-Za-z0-9_.@-]+\\z")]
    private static partial Regex InterfaceName();
}
