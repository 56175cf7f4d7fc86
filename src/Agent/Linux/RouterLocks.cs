using System.Globalization;
using System.Net.Sockets;

namespace HotStandby.Agent.Linux;

/// <summary>
/// The virtual routers of this network namespace that a living agent runs: each holds one abstract unix socket address (unix(7)), which belongs to
/// the network namespace, is nobody's file, and ends with its process, however that ends. Any user may take such an address, so one that is
/// another user's, and not root's, counts for nothing. Not thread safe.
/// </summary>
public sealed class RouterLocks : IDisposable
{
    // A holder may go between the attempt to take its address and the look at who has it.
    private const int Attempts = 3;

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
    public IReadOnlyList<RouterIdentity> Others() => Living(except: _held.Keys);

    /// <summary>What living agents of this network namespace run.</summary>
    public static IReadOnlyList<RouterIdentity> Living() => Living(except: []);

    public void Dispose() => Release([.. _held.Keys]);

    /// <summary>With the kernel's names of now: an interface may have come after the agent that has it by an alternative name.</summary>
    private static IReadOnlyList<RouterIdentity> Living(IReadOnlyCollection<RouterIdentity> except) =>
    [
        .. LockHolder.All()
            .Where(holder => holder.Counts && !except.Contains(holder.Router))
            .Select(holder => holder.Router with { Interface = LibC.KernelName(holder.Router.Interface) }),
    ];

    private string? TryTake(RouterIdentity router)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (TryBind(router) is Socket socket)
            {
                _held.Add(router, socket);
                return null;
            }

            LockHolder[] holders = [.. LockHolder.All().Where(holder => holder.Router == router && holder.Counts)];
            if (holders is [LockHolder other, ..])
            {
                string whose = other.Process is int pid ? string.Create(CultureInfo.InvariantCulture, $", process {pid},") : "";
                return $"another agent{whose} {(router.Address is null ? "runs" : "has")} {router} on this machine";
            }
        }

        // Somebody without rights sits on the address: that keeps no agent from its work.
        _held.Add(router, null);
        return null;
    }

    /// <returns>null when the address is somebody's.</returns>
    private static Socket? TryBind(RouterIdentity router)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint($"\0{LockHolder.Name(router)}"));
            return socket;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
    }
}
