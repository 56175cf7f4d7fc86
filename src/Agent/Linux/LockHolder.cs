using System.Globalization;
using System.Net;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>Whoever has the address of a virtual router (<see cref="RouterLocks"/>).</summary>
/// <param name="Descriptor">What its socket is called in /proc/PID/fd.</param>
/// <param name="User">Whose it is; null when nobody can tell.</param>
internal readonly record struct LockHolder(RouterIdentity Router, string Descriptor, uint? User)
{
    private const string Prefix = "hotstandby/";
    private const string OfAddress = "address";

    // The columns of /proc/net/unix.
    private const int TypeColumn = 4;
    private const int InodeColumn = 6;
    private const int PathColumn = 7;

    // Of the calling thread: it may have entered another network namespace than its process.
    private const string BoundSockets = "/proc/thread-self/net/unix";

    /// <summary>Whether it is root's or our own user's; also when nobody can tell.</summary>
    public bool Counts => User is not uint user || user == 0 || user == LibC.EffectiveUser();

    /// <summary>Its process, where that can be seen.</summary>
    public int? Process => ProcessesWith([Descriptor]).TryGetValue(Descriptor, out int pid) ? pid : null;

    /// <summary>The address of a virtual router, without the zero byte before it.</summary>
    public static string Name(RouterIdentity router) => router.Address is Address address
        ? $"{Prefix}{OfAddress}/{address}/{router.Interface}"
        : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{(router.IsIPv6 ? 6 : 4)}/{router.Vrid}/{router.Interface}");

    /// <summary>All of the thread's network namespace.</summary>
    public static IReadOnlyList<LockHolder> All()
    {
        if (UnixSocketDump.Read() is not IReadOnlyList<UnixSocketDump.Named> sockets)
        {
            return ByProcess();
        }

        List<LockHolder> holders = [];
        foreach (UnixSocketDump.Named socket in sockets)
        {
            if (Parse(socket.Name) is RouterIdentity router)
            {
                holders.Add(new(router, DescriptorOf(socket.Inode.ToString(CultureInfo.InvariantCulture)), socket.User));
            }
        }

        return holders;
    }

    /// <summary>Kernels before 5.3 tell whose a socket is by the process that has it only.</summary>
    private static List<LockHolder> ByProcess()
    {
        List<LockHolder> holders = [];
        foreach (string line in File.ReadLines(BoundSockets))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length == PathColumn + 1 && columns[TypeColumn] == "0001" && columns[PathColumn].StartsWith('@')
                && Parse(columns[PathColumn][1..]) is RouterIdentity router)
            {
                holders.Add(new(router, DescriptorOf(columns[InodeColumn]), null));
            }
        }

        Dictionary<string, int> processes = holders.Count > 0 ? ProcessesWith([.. holders.Select(holder => holder.Descriptor)]) : [];
        return [.. holders.Select(holder => holder with { User = processes.TryGetValue(holder.Descriptor, out int pid) ? UserOf(pid) : null })];
    }

    private static string DescriptorOf(string inode) => $"socket:[{inode}]";

    private static RouterIdentity? Parse(string name)
    {
        string[] parts = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..].Split('/') : [];
        return parts is [OfAddress, _, _] && IPAddress.TryParse(parts[1], out IPAddress? address) ? new(parts[2], Address.From(address).IsIPv6, 0) { Address = Address.From(address) }
            : parts is ["4" or "6", _, _] && byte.TryParse(parts[1], CultureInfo.InvariantCulture, out byte vrid)
            ? new(parts[2], parts[0] == "6", vrid)
            : null;
    }

    /// <summary>The processes that have one of these descriptors, by it.</summary>
    private static Dictionary<string, int> ProcessesWith(HashSet<string> descriptors)
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
                    if (new FileInfo(entry).LinkTarget is string target && descriptors.Contains(target))
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
