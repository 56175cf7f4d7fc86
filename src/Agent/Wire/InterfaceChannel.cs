using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HotStandby.Agent.Linux;
using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace HotStandby.Agent.Wire;

/// <summary>
/// Adverts in and any frame out on one Ethernet interface, through libpcap below netfilter's input and output chains. Receives what
/// others send, never its own; unicast, multicast and broadcast as the network card lets them in (not promiscuous: join the group with
/// <see cref="MulticastMembership"/>). Survives the interface going down and up; when it was deleted, close and open again. Belongs to
/// the network namespace of the thread that opens it. Not thread safe.
/// </summary>
public sealed unsafe class InterfaceChannel : IDisposable
{
    // Not with "inbound": libpcap runs the filter itself on the first frame after it was set, and there that word drops every frame.
    private const string AdvertisementFilter = "ip proto 112 or ip6 proto 112";

    // A ring slot must hold the frame and libpcap's header in half a page: then a page holds two. Room for an MTU of 1500 with tags.
    internal const int UsualLongestFrame = 1900;
    private const int SlotLength = 2048;

    // For an advert of up to 255 IPv6 addresses, where the MTU carries it: two pages a slot.
    private const int LongSnapLength = 4500;
    private const int LongSlotLength = 8192;

    // struct pcap_pkthdr on 64-bit Linux: struct timeval, then caplen, then len.
    private const int CapturedLengthOffset = 16;

    private readonly Device _device;
    private long _dropped;

    private InterfaceChannel(Device device) => _device = device;

    /// <summary>Why no channel can be opened on any interface: libpcap is missing. Null when it is there.</summary>
    public static string? LibraryProblem
    {
        get
        {
            try
            {
                _ = Pcap.LibpcapVersion;
                return null;
            }
            catch (Exception error) when (error is TypeInitializationException or DllNotFoundException)
            {
                return WireException.Reason(error);
            }
        }
    }

    /// <param name="interfaceName">As in ip link.</param>
    /// <param name="slots">How many frames may wait, 2 KiB each; a burst of more drops the newest.</param>
    /// <param name="longestFrame">Bytes of the longest advert to receive: with more than an MTU of 1500 carries, 8 KiB for each slot.</param>
    /// <exception cref="WireException">No such interface, down (no carrier is fine), not Ethernet, no CAP_NET_RAW, no libpcap; the message says which.</exception>
    public static InterfaceChannel Open(string interfaceName, int slots = 32, int longestFrame = UsualLongestFrame) =>
        Open(interfaceName, slots, AdvertisementFilter, longestFrame);

    /// <summary>With another filter: tests look at what else is on the wire.</summary>
    internal static InterfaceChannel Open(string interfaceName, int slots, string filter, int longestFrame = UsualLongestFrame)
    {
        bool isLong = longestFrame > UsualLongestFrame;
        Device? device = null;
        try
        {
            device = new Device(interfaceName);
            device.Open(new DeviceConfiguration
            {
                Mode = DeviceModes.None,
                Immediate = true,
                Snaplen = isLong ? LongSnapLength : UsualLongestFrame,
                BufferSize = slots * (isLong ? LongSlotLength : SlotLength),
            });
            device.NonBlockingMode = true;
            if (device.LinkType != LinkLayers.Ethernet)
            {
                throw new WireException($"{interfaceName} can't carry VRRP: it is not an Ethernet interface but {device.LinkType}.");
            }

            IgnoreOutgoing(device);
            device.Filter = filter;
            return new(device);
        }
        catch (Exception exception)
        {
            device?.Dispose();
            throw exception is WireException ? exception : WireException.From(interfaceName, exception);
        }
    }

    /// <summary>
    /// A capture socket never sees its own frames; with this (Linux 4.20) it does not see either what this host sends through another
    /// socket, a bridge or a macvlan. Older kernels show those: the receiver drops adverts from its own address anyway.
    /// </summary>
    private static void IgnoreOutgoing(Device device)
    {
        int on = 1;
        LibC.SetSocketOption(device.Descriptor, LibC.PacketLevel, LibC.PacketIgnoreOutgoing, &on, sizeof(int));
    }

    /// <summary>Readable while frames wait, and once when the interface goes down: then <see cref="TryReceive"/> finds nothing.</summary>
    public int Descriptor => _device.Descriptor;

    /// <summary>
    /// Frames that the kernel dropped because <c>slots</c> others waited. For status, not for every packet. Not by SharpPcap's Statistics,
    /// which takes libpcap's 4-byte counters for 8-byte ones and shows another number.
    /// </summary>
    public long Dropped
    {
        get
        {
            // struct tpacket_stats (packet(7)): packets, drops. Reading sets both to zero.
            uint* counters = stackalloc uint[2];
            uint length = 2 * sizeof(uint);
            if (LibC.GetSocketOption(_device.Descriptor, LibC.PacketLevel, LibC.PacketStatistics, counters, &length) == 0)
            {
                _dropped += counters[1];
            }

            return _dropped;
        }
    }

    /// <summary>How often receiving failed: the interface was deleted. Going down and up again is no failure.</summary>
    public long ReceiveErrors { get; private set; }

    /// <summary>The next waiting Ethernet frame, at most 1900 bytes of it (4500 where longer adverts are expected); valid until the next call.</summary>
    /// <returns>false when none waits.</returns>
    public bool TryReceive(out ReadOnlySpan<byte> frame)
    {
        nint header = 0;
        nint data = 0;
        int result = _device.GetNextPacketPointers(ref header, ref data);
        if (result == 1)
        {
            frame = new((void*)data, *(int*)(header + CapturedLengthOffset));
            return true;
        }

        if (result < 0)
        {
            ReceiveErrors++;
        }

        frame = default;
        return false;
    }

    /// <summary>
    /// Sends one whole Ethernet frame; never blocks. Not by SharpPcap's SendPacket, which answers a refusal with an exception: an
    /// interface that is down would cost one for every advert.
    /// </summary>
    /// <returns>null when the kernel took it, else why not.</returns>
    public string? Send(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
        {
            nint sent = LibC.Send(_device.Descriptor, bytes, (nuint)frame.Length, LibC.MessageDontWait);
            return sent == frame.Length ? null : Refusal(Marshal.GetLastPInvokeError());
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private string Refusal(int errno) => $"Can't send on {_device.Name}: {Errno.Sentence(errno)}.";

    public void Dispose() => _device.Dispose();

    /// <summary>A SharpPcap device by name alone.</summary>
    private sealed class Device(string name) : LibPcapLiveDevice(Named(name))
    {
        public int Descriptor => FileDescriptor;

        /// <summary>
        /// SharpPcap makes a PcapInterface only by listing every device of the machine: pcap_findalldevs, which opens USB, Bluetooth and
        /// D-Bus besides and took 46 ms. Opening needs no more of it than its name.
        /// </summary>
        private static PcapInterface Named(string name)
        {
            PcapInterface blank = (PcapInterface)RuntimeHelpers.GetUninitializedObject(typeof(PcapInterface));
            SetName(blank, name);
            return blank;
        }

        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Name")]
        private static extern void SetName(PcapInterface blank, string name);
    }
}
