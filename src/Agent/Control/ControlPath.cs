using System.Text;
using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Control;

/// <summary>Where the control socket may be.</summary>
internal static class ControlPath
{
    /// <summary>Longest path in bytes: struct sockaddr_un has 108 with the zero at the end (unix(7)).</summary>
    public const int Longest = 107;

    /// <summary>Why no socket can be there; null when one can.</summary>
    public static string? Fault(string path)
    {
        int length = Encoding.UTF8.GetByteCount(path);
        return path.Length == 0 || path.EndsWith('/') ? $"'{path}' is no path of a socket"
            : length > Longest ? $"the path of a control socket has at most {Longest} bytes, this one has {length}: {path}"
            : null;
    }

    /// <summary>A path in the same folder that is no longer; for a socket that is not in its place yet.</summary>
    public static string Beside(string path) => path[..^1] + (path[^1] == '~' ? '_' : '~');

    /// <summary>What is in the way of a socket at the path, which is nobody's to delete but the operator's; null when the way is free.</summary>
    public static string? Obstacle(string path) => FileStat.Of(path) is FileStat { Kind: not FileKind.Socket } there
        ? $"{path} is {there.Name}, not a control socket: remove it yourself if nobody needs it, or give another path with --control"
        : null;
}
