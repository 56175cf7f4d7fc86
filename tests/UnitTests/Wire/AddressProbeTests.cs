using System.Net;
using System.Net.NetworkInformation;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;
using PacketDotNet;

namespace HotStandby.UnitTests.Wire;

/// <summary>The frames that ask who has an address, read by PacketDotNet and by those who must not take them for claims.</summary>
public sealed class AddressProbeTests
{
    private static readonly byte[] Mac = [0x52, 0x54, 0, 0x12, 0x34, 0x56];

    [Fact]
    public void An_ARP_probe_asks_everybody_and_says_of_itself_only_its_MAC_address()
    {
        byte[] frame = new byte[ArpProbe.Length];
        Assert.Equal(42, ArpProbe.Write(frame, Mac, Address.Parse("192.0.2.100")));
        var ethernet = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame);
        ArpPacket arp = Assert.IsType<ArpPacket>(ethernet.PayloadPacket);
        Assert.Equal("FFFFFFFFFFFF", ethernet.DestinationHardwareAddress.ToString());
        Assert.Equal(new PhysicalAddress(Mac), ethernet.SourceHardwareAddress);
        Assert.Equal(ArpOperation.Request, arp.Operation);
        Assert.Equal(new PhysicalAddress(Mac), arp.SenderHardwareAddress);
        Assert.Equal(IPAddress.Any, arp.SenderProtocolAddress);
        Assert.Equal(IPAddress.Parse("192.0.2.100"), arp.TargetProtocolAddress);
        Assert.False(ClaimFrame.TryRead(frame, out _));
    }

    [Fact]
    public void A_neighbour_solicitation_goes_to_the_address_s_group_from_a_link_local_address_which_is_all_it_claims()
    {
        byte[] frame = new byte[NeighborSolicitation.Length];
        NeighborSolicitation.Write(frame, Mac, Address.Parse("fe80::5"), Address.Parse("2001:db8::12:3456"));
        var ethernet = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame);
        IPv6Packet ip = Assert.IsType<IPv6Packet>(ethernet.PayloadPacket);
        Assert.Equal("3333FF123456", ethernet.DestinationHardwareAddress.ToString());
        Assert.Equal(IPAddress.Parse("ff02::1:ff12:3456"), ip.DestinationAddress);
        Assert.Equal(IPAddress.Parse("fe80::5"), ip.SourceAddress);
        Assert.Equal(255, ip.HopLimit);
        Assert.True(ClaimFrame.TryRead(frame, out AddressClaim claim), "a whole frame with a right checksum");
        Assert.Equal(Address.Parse("fe80::5"), claim.Address);
    }

    [Fact]
    public void Families_do_not_mix_and_nothing_asks_as_duplicate_address_detection_does()
    {
        byte[] frame = new byte[100];
        Assert.Throws<ArgumentException>(() => ArpProbe.Write(frame, Mac, Address.Parse("2001:db8::1")));
        Assert.Throws<ArgumentException>(() => NeighborSolicitation.Write(frame, Mac, Address.Parse("::"), Address.Parse("2001:db8::1")));
        Assert.Throws<ArgumentException>(() => NeighborSolicitation.Write(frame, Mac, Address.Parse("fe80::5"), Address.Parse("192.0.2.1")));
    }
}
