using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>
/// Sends volleys of gratuitous ARP or unsolicited NA for a virtual router's addresses, some frames a turn, so that hundreds of addresses
/// never make an advert late.
/// </summary>
public sealed class Announcer
{
    /// <summary>Frames sent in one turn of the loop: about half a millisecond of work.</summary>
    private const int FramesPerTurn = 64;

    private readonly byte[] _frame = new byte[UnsolicitedNeighborAdvertisement.Length];
    private int _next;
    private int _end;

    public bool Pending => _next < _end;

    public long Sent { get; private set; }

    /// <summary>Begins a volley; what is left of one that goes on is not cut short by a smaller one.</summary>
    public void Begin(int addresses, int repeat)
    {
        _end = Math.Max(addresses * repeat, _end - _next);
        _next = 0;
    }

    public void Cancel() => _next = _end = 0;

    /// <summary>Sends the next frames of the volley.</summary>
    /// <returns>Null, or why a frame could not be sent; the rest of the volley goes on.</returns>
    public string? Continue(InterfaceChannel channel, ReadOnlySpan<byte> mac, IReadOnlyList<AddressPrefix> addresses)
    {
        if (addresses.Count == 0)
        {
            // A reload has moved them in the middle of the volley.
            Cancel();
            return null;
        }

        string? problem = null;
        int stop = Math.Min(_end, _next + FramesPerTurn);
        for (; _next < stop; _next++)
        {
            // Every address once before any a second time: the first frame for each is the one that matters.
            string? error = Once(channel, mac, addresses[_next % addresses.Count].Address);
            problem ??= error;
        }

        return problem;
    }

    /// <summary>Sends one announcement of one address.</summary>
    /// <returns>Null, or why it could not be sent.</returns>
    public string? Once(InterfaceChannel channel, ReadOnlySpan<byte> mac, Address address)
    {
        int length = address.IsIPv6
            ? UnsolicitedNeighborAdvertisement.Write(_frame, mac, address, address)
            : GratuitousArp.Write(_frame, mac, address);
        string? error = channel.Send(_frame.AsSpan(0, length));
        if (error is null)
        {
            Sent++;
        }

        return error;
    }
}
