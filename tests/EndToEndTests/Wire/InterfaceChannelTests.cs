using System.Net;
using System.Net.Sockets;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;
using HotStandby.EndToEndTests.Linux;

namespace HotStandby.EndToEndTests.Wire;

public sealed partial class InterfaceChannelTests : IDisposable
{
    private static readonly Address GroupIPv4 = Address.Parse("224.0.0.18");
    private static readonly Address GroupIPv6 = Address.Parse("ff02::12");
    private static readonly byte[] Mac = [0x00, 0x00, 0x5e, 0x00, 0x01, 0x33];
    private readonly VethPair _network = new();

    private static InterfaceChannel Open(NetworkNamespace side) => side.Run(() => InterfaceChannel.Open(VethPair.Interface));

    /// <summary>An advert from "left" with a mark in it.</summary>
    private static byte[] Advertisement(bool ipv6, byte mark)
    {
        byte[] message = new byte[ipv6 ? 24 : 12];
        message[0] = 0x31;
        message[1] = 51;
        message[^1] = mark;
        byte[] frame = new byte[AdvertisementFrame.Length(ipv6, message.Length)];
        AdvertisementFrame.Write(frame, Mac, Address.Parse(ipv6 ? "fe80::1" : "10.0.0.1"), ipv6 ? GroupIPv6 : GroupIPv4, message);
        return frame;
    }

    /// <summary>Waits for the next frame.</summary>
    private static byte[] Receive(InterfaceChannel channel)
    {
        while (true)
        {
            if (channel.TryReceive(out ReadOnlySpan<byte> frame))
            {
                return frame.ToArray();
            }

            Readable.Wait(channel.Descriptor);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_advert_arrives_as_it_was_sent(bool ipv6)
    {
        using InterfaceChannel left = Open(_network.Left);
        using InterfaceChannel right = Open(_network.Right);
        byte[] sent = Advertisement(ipv6, 1);

        Assert.Null(left.Send(sent));

        byte[] received = Receive(right);
        Assert.Equal(sent, received);
        Assert.True(EthernetFrame.Payload(received, out ReadOnlySpan<byte> packet));
        Assert.Equal(sent[14..], packet.ToArray());
        Assert.False(right.TryReceive(out _));
        Assert.Equal(0, right.Dropped);
    }

    [Fact]
    public void C025_what_this_host_sends_does_not_come_back()
    {
        using InterfaceChannel left = Open(_network.Left);
        using InterfaceChannel another = Open(_network.Left);
        using InterfaceChannel right = Open(_network.Right);

        Assert.Null(left.Send(Advertisement(false, 1)));
        Receive(right);
        Assert.Null(right.Send(Advertisement(false, 2)));

        // Frames stay in order: would the own one come back, it came first.
        Assert.Equal(2, Receive(left)[^1]);
        Assert.Equal(2, Receive(another)[^1]);
    }

    [Fact]
    public void Nothing_but_VRRP_is_received()
    {
        using InterfaceChannel left = Open(_network.Left);
        using InterfaceChannel right = Open(_network.Right);
        byte[] arp = new byte[GratuitousArp.Length];
        GratuitousArp.Write(arp, Mac, Address.Parse("10.0.0.100"));
        byte[] udp = Advertisement(false, 1);
        udp[14 + 9] = 17;

        Assert.Null(left.Send(arp));
        Assert.Null(left.Send(udp));
        Assert.Null(left.Send(Advertisement(false, 2)));

        Assert.Equal(2, Receive(right)[^1]);
    }

    [Fact]
    public void C045_an_advert_of_a_VLAN_is_not_one_of_its_parent()
    {
        using InterfaceChannel left = Open(_network.Left);
        using InterfaceChannel right = Open(_network.Right);
        byte[] plain = Advertisement(false, 1);
        byte[] tagged = [.. plain[..12], 0x81, 0x00, 0xc0, 0x0a, .. plain[12..]];
        byte[] priority = [.. plain[..12], 0x81, 0x00, 0xc0, 0x00, .. plain[12..]];
        Assert.Null(left.Send(tagged));
        Assert.Null(left.Send(priority));
        Assert.Null(left.Send(plain));

        // The capture on the parent may or may not show the first two; what counts is what is taken for an advert.
        int adverts = 0;
        byte[] received;
        do
        {
            received = Receive(right);
            bool isOurs = EthernetFrame.Payload(received, out _);
            bool isTagged = received is [_, _, _, _, _, _, _, _, _, _, _, _, 0x81, 0x00, _, 0x0a, ..];
            Assert.NotEqual(isTagged, isOurs);
            adverts += isOurs ? 1 : 0;
        }
        while (!received.AsSpan().SequenceEqual(plain) && adverts < 3);
        Assert.InRange(adverts, 1, 2);
    }

    [Fact]
    public void A_firewall_that_drops_VRRP_does_not_stop_adverts()
    {
        foreach (NetworkNamespace side in new[] { _network.Left, _network.Right })
        {
            side.Exec("nft", "add table inet f");
            foreach (string hook in new[] { "input", "output" })
            {
                side.Exec("nft", $"add chain inet f {hook} {{ type filter hook {hook} priority 0; policy accept; }}");
                side.Exec("nft", $"add rule inet f {hook} meta l4proto 112 counter drop");
            }
        }

        // The control: what goes through an IP socket is stopped, on the way out and on the way in.
        byte[] viaSocket = Advertisement(false, 1)[14..];
        SocketException refused = Assert.Throws<SocketException>(() => SendRaw(_network.Left, viaSocket));
        Assert.Equal(SocketError.AccessDenied, refused.SocketErrorCode);
        using InterfaceChannel left = Open(_network.Left);
        using InterfaceChannel right = Open(_network.Right);
        Assert.Null(left.Send(Advertisement(false, 2)));
        Assert.Null(left.Send(Advertisement(true, 3)));
        Assert.Equal(2, Receive(right)[^1]);
        Assert.Equal(3, Receive(right)[^1]);
        using MulticastMembership membership = _network.Right.Run(() => MulticastMembership.Join(_network.RightIndex, AdvertisementCodec.Group(isIPv6: false)));
        Wait.Until(
            () =>
            {
                left.Send(Advertisement(false, 4));
                string rules = _network.Right.Exec("nft", "list chain inet f input");
                return !rules.Contains("packets 0 ", StringComparison.Ordinal);
            },
            "the firewall drops what the channel heard");
        Assert.Equal(4, Receive(right)[^1]);
    }

    private static void SendRaw(NetworkNamespace side, byte[] packet) => side.Run(() =>
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Parse("10.0.0.1").GetAddressBytes());
        socket.SendTo(packet, new IPEndPoint(IPAddress.Parse("224.0.0.18"), 0));
    });

    [Fact]
    public void C028_a_send_on_an_interface_that_is_down_is_a_sentence()
    {
        using InterfaceChannel left = Open(_network.Left);
        _network.Left.Ip($"link set {VethPair.Interface} down");

        string? problem = left.Send(Advertisement(false, 1));

        Assert.Contains("ENETDOWN", problem, StringComparison.Ordinal);
        Assert.Contains(VethPair.Interface, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void C154_a_channel_lives_through_down_and_up()
    {
        using InterfaceChannel left = Open(_network.Left);
        using InterfaceChannel right = Open(_network.Right);
        _network.Right.Ip($"link set {VethPair.Interface} down");

        // The interface going down makes the descriptor ready; reading takes that off, or the loop would spin.
        Wait.Until(() => !right.TryReceive(out _) && !IsReady(right), "the channel saw its interface go down");
        Assert.Equal(0, right.ReceiveErrors);

        _network.Right.Ip($"link set {VethPair.Interface} up");
        Wait.Until(
            () =>
            {
                left.Send(Advertisement(false, 5));
                return right.TryReceive(out _);
            },
            "adverts arrive again");
        Assert.Null(right.Send(Advertisement(false, 6)));
    }

    private static bool IsReady(InterfaceChannel channel)
    {
        using Epoll epoll = new();
        using DeadlineTimer past = new();
        past.Arm(new MonotonicTime(0));
        epoll.Add(channel.Descriptor, 1);
        epoll.Add(past.Descriptor, 2);
        Span<int> ready = stackalloc int[2];
        return ready[..epoll.Wait(ready)].Contains(1);
    }

    [Fact]
    public void C156_a_channel_of_a_deleted_interface_fails_in_sentences_and_a_new_one_opens()
    {
        using InterfaceChannel left = Open(_network.Left);
        _network.Left.Ip($"link del {VethPair.Interface}");

        Wait.Until(() => !left.TryReceive(out _) && left.ReceiveErrors > 0, "the channel saw its interface go");
        Assert.NotNull(left.Send(Advertisement(false, 1)));

        _network.Left.Ip($"link add {VethPair.Interface} type veth peer name other");
        _network.Left.Ip($"link set {VethPair.Interface} up");
        _network.Left.Ip("link set other up");
        using InterfaceChannel again = Open(_network.Left);
        using InterfaceChannel other = _network.Left.Run(() => InterfaceChannel.Open("other"));
        Assert.Null(other.Send(Advertisement(false, 2)));
        Assert.Equal(2, Receive(again)[^1]);
    }

    [Fact]
    public void C163_an_interface_that_is_down_is_named()
    {
        _network.Left.Ip($"link set {VethPair.Interface} down");

        Assert.Contains("eth0 for VRRP: the interface is down", Assert.Throws<WireException>(() => Open(_network.Left)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sending_and_receiving_allocate_nothing()
    {
        using InterfaceChannel left = Open(_network.Left);
        using InterfaceChannel right = Open(_network.Right);
        byte[] frame = Advertisement(true, 1);
        Exchange(100);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int received = Exchange(100);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(100, received);

        int Exchange(int count)
        {
            int arrived = 0;
            for (int i = 0; i < count; i++)
            {
                if (left.Send(frame) is null && right.TryReceive(out ReadOnlySpan<byte> copy) && copy.SequenceEqual(frame))
                {
                    arrived++;
                }
            }

            return arrived;
        }
    }

    [Fact]
    public void A_burst_of_more_than_the_slots_is_counted_as_dropped()
    {
        using InterfaceChannel left = Open(_network.Left);
        using InterfaceChannel right = Open(_network.Right);
        for (int i = 0; i < 200; i++)
        {
            Assert.Null(left.Send(Advertisement(false, (byte)i)));
        }

        int received = 0;
        while (right.TryReceive(out ReadOnlySpan<byte> frame))
        {
            Assert.Equal(received++, frame[^1]);
        }

        Assert.InRange(received, 30, 40);
        Assert.Equal(200 - received, right.Dropped);

        using InterfaceChannel roomy = _network.Right.Run(() => InterfaceChannel.Open(VethPair.Interface, slots: 256));
        for (int i = 0; i < 200; i++)
        {
            Assert.Null(left.Send(Advertisement(false, (byte)i)));
        }

        for (received = 0; roomy.TryReceive(out _); received++)
        {
        }

        Assert.Equal(200, received);
    }

    [Fact]
    public void C163_what_is_missing_is_named()
    {
        WireException none = Assert.Throws<WireException>(() => _network.Left.Run(() => InterfaceChannel.Open("none0")));
        Assert.Contains("none0", none.Message, StringComparison.Ordinal);
        Assert.Contains("no interface of that name", none.Message, StringComparison.Ordinal);

        WireException refused = Assert.Throws<WireException>(() => _network.Left.Run(() =>
        {
            DropCapabilities();
            return InterfaceChannel.Open(VethPair.Interface);
        }));
        Assert.Contains(VethPair.Interface, refused.Message, StringComparison.Ordinal);
        Assert.Contains("CAP_NET_RAW", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_that_is_not_Ethernet_is_refused()
    {
        _network.Left.Ip("tuntap add dev tun0 mode tun");
        _network.Left.Ip("link set tun0 up");

        WireException refused = Assert.Throws<WireException>(() => _network.Left.Run(() => InterfaceChannel.Open("tun0")));

        Assert.Contains("not an Ethernet interface", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void C073_C164_joining_is_reported_to_snooping_switches(bool ipv6)
    {
        // IGMPv3 reports go to 224.0.0.22, MLDv2 reports (ICMPv6 143 after a hop-by-hop option) to ff02::16.
        using InterfaceChannel tap = _network.Right.Run(() => InterfaceChannel.Open(VethPair.Interface, 128, "igmp or (ip6 and ip6[40] == 58)"));
        byte[] group = ipv6 ? [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12] : [224, 0, 0, 18];

        using MulticastMembership membership = _network.Left.Run(() => MulticastMembership.Join(_network.LeftIndex, AdvertisementCodec.Group(ipv6)));

        byte[] report;
        do
        {
            report = Receive(tap);
        }
        while (report.AsSpan().LastIndexOf(group) < 0);
        Assert.Equal(ipv6 ? 0x33 : 0x01, report[0]);
        Assert.Equal(0x16, report[5]);
        Assert.Contains(ipv6 ? "ff02::12" : "224.0.0.18", _network.Left.Ip($"maddr show dev {VethPair.Interface}"), StringComparison.Ordinal);
        membership.Dispose();
        Assert.DoesNotContain(ipv6 ? "ff02::12" : "224.0.0.18", _network.Left.Ip($"maddr show dev {VethPair.Interface}"), StringComparison.Ordinal);
    }

    /// <summary>Of this thread only: capabilities belong to threads (capabilities(7)).</summary>
    private static unsafe void DropCapabilities()
    {
        uint* header = stackalloc uint[] { 0x20080522, 0 }; // _LINUX_CAPABILITY_VERSION_3
        uint* none = stackalloc uint[6];
        new Span<uint>(none, 6).Clear();
        Assert.Equal(0, SetCapabilities(header, none));
    }

    [System.Runtime.InteropServices.LibraryImport("libc", EntryPoint = "capset")]
    private static unsafe partial int SetCapabilities(uint* header, uint* data);

    public void Dispose() => _network.Dispose();
}
