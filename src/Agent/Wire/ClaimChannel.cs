using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Wire;

/// <summary>
/// Hears on one interface who else claims the addresses that are watched: by ARP, or for IPv6 by neighbour discovery. Never what this host
/// sends. Ends with the interface: open again when that has come back. Not thread safe.
/// </summary>
public sealed class ClaimChannel : IDisposable
{
    // A frame of an MTU of 1500 with room to spare; a longer one is no claim that is understood.
    private const int LongestFrame = 2048;

    private readonly PacketSocket _socket;
    private readonly byte[] _frame = new byte[LongestFrame];

    private ClaimChannel(PacketSocket socket) => _socket = socket;

    /// <param name="addresses">Of that family, each once.</param>
    /// <exception cref="LinuxException">No CAP_NET_RAW, no such interface, or no memory.</exception>
    public static ClaimChannel Open(int interfaceIndex, bool ipv6, IReadOnlyCollection<Address> addresses) =>
        new(PacketSocket.Open(interfaceIndex, ipv6 ? EthernetFrame.TypeIPv6 : EthernetFrame.TypeArp, ClaimFilter.For(ipv6, addresses)));

    /// <summary>Readable while frames wait, and once when the interface goes down: then <see cref="Receive"/> finds nothing.</summary>
    public int Descriptor => _socket.Descriptor;

    /// <summary>Watches other addresses of its family from now on.</summary>
    /// <exception cref="LinuxException">No memory.</exception>
    public void Watch(bool ipv6, IReadOnlyCollection<Address> addresses) => _socket.Use(ClaimFilter.For(ipv6, addresses));

    /// <summary>Reads waiting frames, at most as many as there is room for; never waits for one.</summary>
    /// <returns>How many claims were read, which may be of other addresses too.</returns>
    public int Receive(Span<AddressClaim> claims)
    {
        int count = 0;
        for (int frames = 0; frames < claims.Length && _socket.Receive(_frame) is int length and > 0; frames++)
        {
            if (ClaimFrame.TryRead(_frame.AsSpan(0, length), out AddressClaim claim))
            {
                claims[count++] = claim;
            }
        }

        return count;
    }

    public void Dispose() => _socket.Dispose();
}
