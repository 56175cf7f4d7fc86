using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>The addresses of one virtual router that are on one interface, and what holds and announces them there.</summary>
public sealed class AddressPlace(InterfaceRuntime device, IReadOnlyList<AddressPrefix> addresses, AddressHolding holding)
{
    /// <summary>What of <see cref="InterfaceRuntime.Chances"/> is used up.</summary>
    private int _chances = device.Chances;

    /// <summary>By what the neighbours were told to reach the addresses; null while they are not wanted here.</summary>
    private LinkPath? _path;

    public InterfaceRuntime Device { get; } = device;

    /// <summary>May be none: a reload has moved them.</summary>
    public IReadOnlyList<AddressPrefix> Addresses { get; set; } = addresses;

    public AddressHolding Holding { get; } = holding;

    public Announcer Announcer { get; } = new();

    /// <summary>
    /// What somebody else seems to have taken off, and since when; null for nothing. Whether it was somebody, or the kernel did it since the interface is
    /// going, is known when it is put back.
    /// </summary>
    public (string Which, MonotonicTime At)? TakenOff { get; set; }

    /// <summary>Why the addresses can't be reached here; null when they can, or there are none.</summary>
    public string? LinkProblem => Addresses.Count > 0 && Device.AddressProblem is string problem
        ? $"{problem.TrimEnd('.')}; {Addresses[0]}{(Addresses.Count > 1 ? $" and {Addresses.Count - 1} more belong" : " belongs")} there"
        : null;

    /// <summary>The kernel's links changed: follows the interface to where it is now.</summary>
    /// <param name="virtualMac">The macvlan that the addresses are to be on; null: the interface itself.</param>
    /// <returns>Whether something changed that may be why the kernel refused an address or a frame here.</returns>
    public bool Follow(VirtualMac? virtualMac)
    {
        if (Device.Link is LinkState link)
        {
            Holding.Follow(link.Index, virtualMac);
        }

        if (_chances == Device.Chances)
        {
            return false;
        }

        _chances = Device.Chances;
        Holding.NewChance();
        return true;
    }

    /// <summary>Whether the interface was deleted and is back since its addresses were announced; before <see cref="FollowPath"/> takes note of it.</summary>
    public bool IsReplaced => _path is LinkPath path && Device.Link is LinkState link && link.Index != path.Index;

    /// <summary>Whether neighbours and switches have to be told anew where the addresses are, although they never went.</summary>
    /// <returns>What changed, to go into a sentence; null for nothing.</returns>
    public string? FollowPath()
    {
        LinkPath? before = _path;
        _path = Holding.Wanted && Addresses.Count > 0 && Device.Link is LinkState { Up: true } link ? LinkPath.Of(link) : null;
        return before is LinkPath from && _path is LinkPath to && from != to ? to.Since(from) : null;
    }

    /// <summary>Whether it has an address in the kernel.</summary>
    public bool Has(Address address)
    {
        for (int i = 0; i < Addresses.Count; i++)
        {
            if (Addresses[i].Address == address)
            {
                return Holding.Has(Addresses[i]);
            }
        }

        return false;
    }

    /// <summary>Sends the next part of a volley.</summary>
    /// <param name="mac">The one the addresses are reached by.</param>
    /// <returns>Null, or why a frame could not be sent.</returns>
    public string? ContinueAnnouncing(ReadOnlySpan<byte> mac)
    {
        if (!Announcer.Pending)
        {
            return null;
        }

        if (Device.Channel is InterfaceChannel channel && mac.Length == EthernetFrame.MacLength)
        {
            return Announcer.Continue(channel, mac, Addresses);
        }

        // A tunnel has no neighbours that could know a MAC address.
        Announcer.Cancel();
        return null;
    }
}
