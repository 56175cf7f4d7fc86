using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;
using HotStandby.EndToEndTests.Linux;

namespace HotStandby.EndToEndTests.Wire;

/// <summary>What the kernel's filter lets through to who listens for claims to virtual addresses.</summary>
public sealed class ClaimChannelTests : IDisposable
{
    private static readonly byte[] Mac = [2, 0, 0, 0, 0, 0x77];
    private readonly VethPair _network = new();

    [Theory]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(ClaimFilter.MostAddresses)]
    public void A_claim_to_a_watched_address_wakes_and_others_are_left_in_the_kernel(int addresses)
    {
        Address[] watched = [.. Enumerable.Range(1, addresses).Select(number => Address.Parse($"10.0.0.{number}"))];
        using ClaimChannel channel = _network.Right.Run(() => ClaimChannel.Open(_network.RightIndex, ipv6: false, watched));
        using InterfaceChannel sender = Sender();

        Announce(sender, Address.Parse("10.0.0.254"));
        Announce(sender, Address.Parse("10.0.1.1"));
        Announce(sender, watched[^1]);

        Assert.Equal([new AddressClaim(watched[^1], MacAddress.Read(Mac))], Frames(channel));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(ClaimFilter.MostAddresses)]
    public void The_same_of_neighbour_advertisements(int addresses)
    {
        Address[] watched = [.. Enumerable.Range(1, addresses).Select(number => Address.Parse($"fd00::{number:x}"))];
        using ClaimChannel channel = _network.Right.Run(() => ClaimChannel.Open(_network.RightIndex, ipv6: true, watched));
        using InterfaceChannel sender = Sender();

        Announce(sender, Address.Parse("fd00::1:1"));
        Announce(sender, watched[^1]);

        Assert.Equal([new AddressClaim(watched[^1], MacAddress.Read(Mac))], Frames(channel));
    }

    [Fact]
    public void A_solicitation_claims_its_source_and_not_what_it_asks_for()
    {
        var watched = Address.Parse("fe80::1");
        using ClaimChannel channel = _network.Right.Run(() => ClaimChannel.Open(_network.RightIndex, ipv6: true, [watched]));

        // The kernel of "left" asks for addresses that nobody has, from fe80::1.
        _network.Left.Run(() => Datagram("fe80::1", "fe80::99", _network.LeftIndex));

        Assert.Equal(watched, Assert.Single(Frames(channel)).Address);
        channel.Watch(ipv6: true, [Address.Parse("fe80::98")]);
        Drain(channel);
        _network.Left.Run(() => Datagram("fe80::1", "fe80::98", _network.LeftIndex));
        using InterfaceChannel sender = Sender();
        Announce(sender, Address.Parse("fe80::98"));
        Assert.Equal(Address.Parse("fe80::98"), Assert.Single(Frames(channel)).Address);
    }

    [Fact]
    public void With_more_addresses_than_the_filter_tells_apart_every_claim_comes()
    {
        Address[] watched = [.. Enumerable.Range(1, ClaimFilter.MostAddresses + 1).Select(number => Address.Parse($"10.0.0.{number}"))];
        using ClaimChannel channel = _network.Right.Run(() => ClaimChannel.Open(_network.RightIndex, ipv6: false, watched));
        using InterfaceChannel sender = Sender();

        Announce(sender, Address.Parse("10.0.1.1"));

        Assert.Equal(Address.Parse("10.0.1.1"), Assert.Single(Frames(channel)).Address);
    }

    [Fact]
    public void Neither_what_this_host_sends_nor_another_VLAN_s_comes()
    {
        var watched = Address.Parse("10.0.0.100");
        using ClaimChannel channel = _network.Right.Run(() => ClaimChannel.Open(_network.RightIndex, ipv6: false, [watched]));
        using InterfaceChannel own = _network.Right.Run(() => InterfaceChannel.Open(VethPair.Interface));
        using InterfaceChannel sender = Sender();
        byte[] frame = new byte[GratuitousArp.Length];
        GratuitousArp.Write(frame, [2, 0, 0, 0, 0, 0x66], watched);
        byte[] tagged = [.. frame[..12], 0x81, 0x00, 0x00, 0x0a, .. frame[12..]];

        Assert.Null(own.Send(frame));
        Assert.Null(sender.Send(tagged));
        Announce(sender, watched);

        Assert.Equal([new AddressClaim(watched, MacAddress.Read(Mac))], Frames(channel));
    }

    public void Dispose() => _network.Dispose();

    private InterfaceChannel Sender() => _network.Left.Run(() => InterfaceChannel.Open(VethPair.Interface));

    private static void Announce(InterfaceChannel sender, Address address)
    {
        byte[] frame = new byte[UnsolicitedNeighborAdvertisement.Length];
        int length = address.IsIPv6
            ? UnsolicitedNeighborAdvertisement.Write(frame, Mac, address, address)
            : GratuitousArp.Write(frame, Mac, address);
        Assert.Null(sender.Send(frame.AsSpan(0, length)));
    }

    private static void Datagram(string from, string to, int interfaceIndex)
    {
        using System.Net.Sockets.Socket socket = new(System.Net.Sockets.AddressFamily.InterNetworkV6, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        socket.Bind(new System.Net.IPEndPoint(new System.Net.IPAddress(System.Net.IPAddress.Parse(from).GetAddressBytes(), interfaceIndex), 0));
        socket.SendTo([1], new System.Net.IPEndPoint(new System.Net.IPAddress(System.Net.IPAddress.Parse(to).GetAddressBytes(), interfaceIndex), 9));
    }

    /// <summary>Waits until the descriptor is readable and reads what is there: frames keep their order, so what came before would be first.</summary>
    private static AddressClaim[] Frames(ClaimChannel channel)
    {
        Readable.Wait(channel.Descriptor);
        return Drain(channel);
    }

    private static AddressClaim[] Drain(ClaimChannel channel)
    {
        AddressClaim[] claims = new AddressClaim[16];
        return claims[..channel.Receive(claims)];
    }
}
