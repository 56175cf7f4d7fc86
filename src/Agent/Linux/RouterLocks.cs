using System.Globalization;
using System.Net.Sockets;

namespace HotStandby.Agent.Linux;

/// <summary>What no two agents of a network namespace may run at once.</summary>
/// <param name="Interface">As the file names it.</param>
public readonly record struct RouterIdentity(string Interface, bool IsIPv6, byte Vrid)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"virtual router {Vrid} ({(IsIPv6 ? "IPv6" : "IPv4")}) on {Interface}");
}

/// <summary>
/// The virtual routers of this network namespace that a living agent runs: each holds one abstract unix socket address (unix(7)), which belongs to
/// the network namespace, is nobody's file, and ends with its process, however that ends. Any user may take such an address, so one that is held
/// by another user's process, and not by root's, counts for nothing. Not thread safe.
/// </summary>
public sealed class RouterLocks : IDisposable
{
    private const string Prefix = "hotstandby/";
    private const int InodeColumn = 6;
    private const int PathColumn = 7;

    // Of the calling thread: it may have entered another network namespace than its process.
    private const string BoundSockets = "/proc/thread-self/net/unix";

    private readonly Dictionary<RouterIdentity, Socket?> _held = [];

    /// <summary>Takes all that are not held already, or none.</summary>
    /// <param name="taken">Those taken now.</param>
    /// <returns>null, or a sentence that says which one another agent runs, and its process.</returns>
    public string? Take(IEnumerable<RouterIdentity> wanted, out IReadOnlyList<RouterIdentity> taken)
    {
        List<RouterIdentity> now = [];
        taken = now;
        foreach (RouterIdentity router in wanted)
        {
            if (_held.ContainsKey(router))
            {
                continue;
            }

            if (TryTake(router) is string refusal)
            {
                Release(now);
                taken = [];
                return refusal;
            }

            now.Add(router);
        }

        return null;
    }

    public void Release(IEnumerable<RouterIdentity> routers)
    {
        foreach (RouterIdentity router in routers)
        {
            if (_held.Remove(router, out Socket? socket))
            {
                socket?.Dispose();
            }
        }
    }

    /// <summary>Releases what is not among these.</summary>
    public void Keep(IReadOnlySet<RouterIdentity> routers) => Release([.. _held.Keys.Where(router => !routers.Contains(router))]);

    /// <summary>What other agents of this network namespace run.</summary>
    public IReadOnlyList<RouterIdentity> Others() => [.. Living().Where(router => !_held.ContainsKey(router))];

    /// <summary>What living agents of this network namespace run.</summary>
    public static IReadOnlyList<RouterIdentity> Living() => [.. Holders().Where(holder => Counts(holder.Process)).Select(holder => holder.Router)];

    public void Dispose() => Release([.. _held.Keys]);

    private static string Name(RouterIdentity router) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{(router.IsIPv6 ? 6 : 4)}/{router.Vrid}/{router.Interface}");

    private string? TryTake(RouterIdentity router)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint($"\0{Name(router)}"));
            _held.Add(router, socket);
            return null;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
        }

        (RouterIdentity Router, int? Process)[] holders = [.. Holders().Where(holder => holder.Router == router)];
        if (Array.Exists(holders, holder => !Counts(holder.Process)))
        {
            // Somebody without rights sits on the address: that keeps no agent from its work.
            _held.Add(router, null);
            return null;
        }

        string whose = holders is [(_, int pid), ..] ? string.Create(CultureInfo.InvariantCulture, $", process {pid},") : "";
        return $"another agent{whose} runs {router} on this machine";
    }

    /// <summary>Whoever holds an address, and its process where that can be seen.</summary>
    private static List<(RouterIdentity Router, int? Process)> Holders()
    {
        Dictionary<string, RouterIdentity> byInode = [];
        foreach (string line in File.ReadLines(BoundSockets))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length == PathColumn + 1 && Parse(columns[PathColumn]) is RouterIdentity router)
            {
                byInode[$"socket:[{columns[InodeColumn]}]"] = router;
            }
        }

        Dictionary<string, int> processes = byInode.Count > 0 ? ProcessesWith(byInode) : [];
        return [.. byInode.Select(holder => (holder.Value, processes.TryGetValue(holder.Key, out int pid) ? pid : (int?)null))];
    }

    private static RouterIdentity? Parse(string path)
    {
        string[] parts = path.StartsWith($"@{Prefix}", StringComparison.Ordinal) ? path[(Prefix.Length + 1)..].Split('/') : [];
        return parts is ["4" or "6", _, _] && byte.TryParse(parts[1], CultureInfo.InvariantCulture, out byte vrid)
            ? new(parts[2], parts[0] == "6", vrid)
            : null;
    }

    /// <summary>Whether it is a process of root or of our own user; also when nobody can tell.</summary>
    private static bool Counts(int? process) =>
        process is not int pid || UserOf(pid) is not uint user || user == 0 || user == UserOf(Environment.ProcessId);

    /// <summary>The processes that have one of these descriptors, by it.</summary>
    private static Dictionary<string, int> ProcessesWith(Dictionary<string, RouterIdentity> descriptors)
    {
        Dictionary<string, int> found = [];
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out int pid))
            {
                continue;
            }

            try
            {
                foreach (string entry in Directory.EnumerateFileSystemEntries($"{process}/fd"))
                {
                    if (new FileInfo(entry).LinkTarget is string target && descriptors.ContainsKey(target))
                    {
                        found.TryAdd(target, pid);
                    }
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has just ended, or is none of our business.
            }
        }

        return found;
    }

    private static uint? UserOf(int pid)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal));
            return uint.TryParse(line?.Split('\t')[2], CultureInfo.InvariantCulture, out uint effective) ? effective : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
