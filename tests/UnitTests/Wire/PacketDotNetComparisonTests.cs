using System.Net.NetworkInformation;
using CsCheck;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;
using PacketDotNet;
using PacketDotNet.Utils;

namespace HotStandby.UnitTests.Wire;

/// <summary>The span writers say byte for byte what PacketDotNet, an independent implementation, says.</summary>
public sealed class PacketDotNetComparisonTests
{
    private static readonly Gen<byte[]> Mac = Gen.Byte.Array[6];
    private static readonly Gen<Address> IPv4 = Gen.Byte.Array[4].Select(bytes => Address.Read(bytes));
    private static readonly Gen<Address> IPv6 = Gen.Byte.Array[16].Select(bytes => Address.Read(bytes));

    [Fact]
    public void C141_gratuitous_ARP() => Gen.Select(Mac, IPv4).Sample((mac, vip) =>
    {
        PhysicalAddress hardware = new(mac);
        EthernetPacket expected = new(hardware, PhysicalAddress.Parse("FF-FF-FF-FF-FF-FF"), EthernetType.Arp)
        {
            PayloadPacket = new ArpPacket(ArpOperation.Request, hardware, vip.ToIPAddress(), hardware, vip.ToIPAddress()),
        };
        byte[] frame = new byte[GratuitousArp.Length];
        GratuitousArp.Write(frame, mac, vip);
        return expected.Bytes.AsSpan().SequenceEqual(frame);
    });

    [Fact]
    public void C142_unsolicited_neighbor_advertisement() => Gen.Select(Mac, IPv6, IPv6).Sample((mac, source, vip) =>
    {
        // PacketDotNet can't build the option: the message's bytes are given, its checksum and both headers are PacketDotNet's.
        byte[] message = new byte[32];
        message[0] = 136;
        message[4] = 0xa0;
        vip.Write(message.AsSpan(8));
        message[24] = 2;
        message[25] = 1;
        mac.CopyTo(message.AsSpan(26));
        IPv6Packet ip = new(source.ToIPAddress(), System.Net.IPAddress.Parse("ff02::1")) { HopLimit = 255 };
        IcmpV6Packet icmp = new(new ByteArraySegment(message), ip);
        ip.PayloadPacket = icmp;
        icmp.UpdateIcmpChecksum();
        EthernetPacket expected = new(new PhysicalAddress(mac), PhysicalAddress.Parse("33-33-00-00-00-01"), EthernetType.IPv6) { PayloadPacket = ip };

        byte[] frame = new byte[UnsolicitedNeighborAdvertisement.Length];
        UnsolicitedNeighborAdvertisement.Write(frame, mac, source, vip);
        return expected.Bytes.AsSpan().SequenceEqual(frame);
    });

    [Fact]
    public void C142_PacketDotNet_reads_the_neighbor_advertisement()
    {
        byte[] mac = [2, 0, 0, 0, 0, 1];
        byte[] frame = new byte[UnsolicitedNeighborAdvertisement.Length];
        UnsolicitedNeighborAdvertisement.Write(frame, mac, Address.Parse("fe80::1"), Address.Parse("2001:db8::1"));

        Packet packet = Packet.ParsePacket(LinkLayers.Ethernet, frame);
        IcmpV6Packet icmp = packet.Extract<IcmpV6Packet>();
        Assert.True(icmp.ValidIcmpChecksum);
        NdpNeighborAdvertisementPacket advertisement = packet.Extract<NdpNeighborAdvertisementPacket>();
        Assert.True(advertisement.Router);
        Assert.False(advertisement.Solicited);
        Assert.True(advertisement.Override);
        Assert.Equal("2001:db8::1", advertisement.TargetAddress.ToString());
    }

    [Fact]
    public void C008_C009_C026_IPv4_advert() => Gen.Select(Mac, IPv4, Gen.Byte.Array[16, 200]).Sample((mac, source, message) =>
    {
        IPv4Packet ip = new(source.ToIPAddress(), System.Net.IPAddress.Parse("224.0.0.18"))
        {
            TypeOfService = 0xc0,
            TimeToLive = 255,
            Protocol = (ProtocolType)112,
            Id = 0,
            PayloadData = message,
        };
        ip.UpdateIPChecksum();
        EthernetPacket expected = new(new PhysicalAddress(mac), PhysicalAddress.Parse("01-00-5E-00-00-12"), EthernetType.IPv4) { PayloadPacket = ip };

        byte[] frame = new byte[AdvertisementFrame.Length(false, message.Length)];
        AdvertisementFrame.Write(frame, mac, source, Address.Parse("224.0.0.18"), message);
        return expected.Bytes.AsSpan().SequenceEqual(frame);
    });

    [Fact]
    public void C008_C009_C026_IPv6_advert() => Gen.Select(Mac, IPv6, Gen.Byte.Array[24, 400]).Sample((mac, source, message) =>
    {
        IPv6Packet ip = new(source.ToIPAddress(), System.Net.IPAddress.Parse("ff02::12"))
        {
            TrafficClass = 0xc0,
            HopLimit = 255,
            NextHeader = (ProtocolType)112,
            PayloadData = message,
        };
        EthernetPacket expected = new(new PhysicalAddress(mac), PhysicalAddress.Parse("33-33-00-00-00-12"), EthernetType.IPv6) { PayloadPacket = ip };

        byte[] frame = new byte[AdvertisementFrame.Length(true, message.Length)];
        AdvertisementFrame.Write(frame, mac, source, Address.Parse("ff02::12"), message);
        return expected.Bytes.AsSpan().SequenceEqual(frame);
    });
}
