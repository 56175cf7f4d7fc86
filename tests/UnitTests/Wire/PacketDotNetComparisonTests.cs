using System.Net.NetworkInformation;
using CsCheck;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;
using PacketDotNet;

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
        Assert.Equal(Convert.ToHexString(expected.Bytes), Convert.ToHexString(frame));
    });

    /// <summary>PacketDotNet 1.4.8 can't build the option (it counts it twice), but reads it.</summary>
    [Fact]
    public void C142_C143_unsolicited_neighbor_advertisement() => Gen.Select(Mac, IPv6, IPv6).Sample((mac, source, vip) =>
    {
        byte[] frame = new byte[UnsolicitedNeighborAdvertisement.Length];
        UnsolicitedNeighborAdvertisement.Write(frame, mac, source, vip);

        EthernetPacket ethernet = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame);
        Assert.Equal(new PhysicalAddress(mac), ethernet.SourceHardwareAddress);
        Assert.Equal("333300000001", ethernet.DestinationHardwareAddress.ToString());
        IPv6Packet ip = ethernet.Extract<IPv6Packet>();
        Assert.Equal(255, ip.HopLimit);
        Assert.Equal(source.ToIPAddress(), ip.SourceAddress);
        Assert.Equal(32, ip.PayloadLength);
        Assert.True(ethernet.Extract<IcmpV6Packet>().ValidIcmpChecksum);
        NdpNeighborAdvertisementPacket advertisement = ethernet.Extract<NdpNeighborAdvertisementPacket>();
        Assert.True(advertisement.Router);
        Assert.False(advertisement.Solicited);
        Assert.True(advertisement.Override);
        Assert.Equal(vip.ToIPAddress(), advertisement.TargetAddress);
    });

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
        ip.UpdateCalculatedValues();
        ip.UpdateIPChecksum();
        EthernetPacket expected = new(new PhysicalAddress(mac), PhysicalAddress.Parse("01-00-5E-00-00-12"), EthernetType.IPv4) { PayloadPacket = ip };

        byte[] frame = new byte[AdvertisementFrame.Length(false, message.Length)];
        AdvertisementFrame.Write(frame, mac, source, Address.Parse("224.0.0.18"), message);
        Assert.Equal(Convert.ToHexString(expected.Bytes), Convert.ToHexString(frame));
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
        ip.PayloadLength = (ushort)message.Length; // PacketDotNet sets it for PayloadPacket only
        EthernetPacket expected = new(new PhysicalAddress(mac), PhysicalAddress.Parse("33-33-00-00-00-12"), EthernetType.IPv6) { PayloadPacket = ip };

        byte[] frame = new byte[AdvertisementFrame.Length(true, message.Length)];
        AdvertisementFrame.Write(frame, mac, source, Address.Parse("ff02::12"), message);
        Assert.Equal(Convert.ToHexString(expected.Bytes), Convert.ToHexString(frame));
    });
}
