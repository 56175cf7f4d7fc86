using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>The addresses of one virtual router that are on one interface, and what holds and announces them there.</summary>
public sealed class AddressPlace(InterfaceRuntime device, IReadOnlyList<AddressPrefix> addresses, AddressHolding holding)
{
    public InterfaceRuntime Device { get; } = device;

    /// <summary>May be none: a reload has moved them.</summary>
    public IReadOnlyList<AddressPrefix> Addresses { get; set; } = addresses;

    public AddressHolding Holding { get; } = holding;

    public Announcer Announcer { get; } = new();

    /// <summary>Why the addresses can't be reached here; null when they can, or there are none.</summary>
    public string? LinkProblem => Addresses.Count > 0 && Device.AddressProblem is string problem
        ? $"{problem.TrimEnd('.')}; {Addresses[0]}{(Addresses.Count > 1 ? $" and {Addresses.Count - 1} more belong" : " belongs")} there"
        : null;

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
