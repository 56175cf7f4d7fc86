using HotStandby.Agent.Vrrp;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>
/// Adds and removes routes and rules. Each carries the agent's protocol number, and none without it is ever replaced or removed. Its calls
/// wait for the kernel's RTNL lock, so they belong on <see cref="AddressWorker"/>. A refusal is an outcome, never an exception. Not thread safe.
/// </summary>
public sealed class RouteBinder : IDisposable
{
    private readonly RouteRequests _requests = new();
    private readonly HashSet<RoutingEntry> _ours = [];

    /// <summary>Sees to it that each is there; one that somebody removed since comes back.</summary>
    /// <param name="entries">Routes with a device, and rules.</param>
    /// <returns>One outcome per entry, in their order.</returns>
    public RouteOutcome[] Install(IReadOnlyList<RoutingEntry> entries) => [.. entries.Select(Install)];

    /// <summary>Removes each that is ours.</summary>
    /// <returns>One outcome per entry, in their order.</returns>
    public RouteOutcome[] Remove(IReadOnlyList<RoutingEntry> entries) => [.. entries.Select(Remove)];

    /// <summary>Removes every rule and route of this network namespace that carries our protocol number: what an agent that died left behind.</summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="LinuxException">They can't be listed.</exception>
    public int SweepLeftovers() => _requests.Sweep(GetRule, NewRule, DeleteRule) + _requests.Sweep(GetRoute, NewRoute, DeleteRoute);

    public void Dispose() => _requests.Dispose();

    private RouteOutcome Install(RoutingEntry entry)
    {
        if (Device(entry, out int index) is string missing)
        {
            return new(entry, RouteResult.Failed, missing);
        }

        int errno = _requests.Add(entry, index, out string? reason);
        if (errno == Errno.EEXIST && _ours.Contains(entry))
        {
            return new(entry, RouteResult.Kept);
        }

        // In its place may be a leftover of ours; a request to delete that names our protocol number never touches another's.
        if (errno == Errno.EEXIST && _requests.DeleteInItsPlace(entry) == 0)
        {
            errno = _requests.Add(entry, index, out reason);
        }

        if (errno == 0)
        {
            _ours.Add(entry);
            return new(entry, RouteResult.Added);
        }

        _ours.Remove(entry);
        return errno == Errno.EEXIST ? new(entry, RouteResult.Foreign) : Failure(entry, "add", errno, reason);
    }

    private RouteOutcome Remove(RoutingEntry entry)
    {
        _ours.Remove(entry);
        if (Device(entry, out int index) is not null)
        {
            // The kernel removed it with its interface.
            return new(entry, RouteResult.Missing);
        }

        int errno = _requests.Delete(entry, index, out string? reason);
        return errno switch
        {
            0 => new(entry, RouteResult.Removed),
            Errno.ESRCH or Errno.ENOENT or Errno.ENODEV => new(entry, RouteResult.Missing),
            _ => Failure(entry, "remove", errno, reason),
        };
    }

    private static string? Device(RoutingEntry entry, out int index)
    {
        index = 0;
        if (entry is not VirtualRoute { Device: string name })
        {
            return null;
        }

        index = (int)LibC.InterfaceIndex(name);
        return index == 0 ? $"Can't add {entry}: interface {name} does not exist." : null;
    }

    private static RouteOutcome Failure(RoutingEntry entry, string verb, int errno, string? reason)
    {
        string? why = reason ?? errno switch
        {
            Errno.EPERM => "the agent needs CAP_NET_ADMIN",
            Errno.EAGAIN => "the kernel did not answer within a second",
            _ => null,
        };
        return new(
            entry, RouteResult.Failed, $"Can't {verb} {entry}: {Errno.Sentence(errno)}{(why is null ? "" : $" ({why.TrimEnd('.')})")}.");
    }
}
