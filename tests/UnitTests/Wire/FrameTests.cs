using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.UnitTests.Wire;

/// <summary>Against whole frames built and dissected by other programs (scapy, tshark).</summary>
public sealed class FrameTests
{
    private static readonly byte[] FrameA = Hex(
        "01005e000012 00005e000133 0800 45c00028 00000000 ff701892 c0000201 e0000012 2133640100 01b7cb c00002fe 0000000000000000");

    private static readonly byte[] FrameC = Hex(
        "01005e000012 00005e00010a 0800 45c00024 00000000 ff70179c c00002fb e0000012 310ac802 0064defb c0000201 c0000202");

    private static readonly byte[] FrameD = Hex(
        "333300000012 00005e00020a 86dd 6c000000 002870ff fe8000000000000000000000000000c8 ff020000000000000000000000000012"
        + "310a6402 00643f5d fe800000000000000000000000000001 20010db8000000000000000000000001");

    private static readonly byte[] FrameF = Hex(
        "ffffffffffff 00005e00010a 0806 0001 0800 06 04 0001 00005e00010a c0000201 00005e00010a c0000201");

    private static readonly byte[] FrameG = Hex(
        "333300000001 00005e00020a 86dd 60000000 00203aff fe800000000000000000000000000001 ff020000000000000000000000000001"
        + "88004a59 a0000000 20010db8000000000000000000000001 0201 00005e00020a");

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Advertisement(byte[] golden, string source, string destination, int ipHeader)
    {
        byte[] frame = new byte[golden.Length];
        int length = AdvertisementFrame.Write(
            frame, golden.AsSpan(6, 6), Address.Parse(source), Address.Parse(destination), golden.AsSpan(14 + ipHeader));
        Assert.Equal(golden.Length, length);
        Assert.Equal(length, AdvertisementFrame.Length(ipHeader == 40, golden.Length - 14 - ipHeader));
        return frame;
    }

    [Fact]
    public void C008_C009_C010_C011_C026_an_IPv4_advert_of_version_2() =>
        Assert.Equal(FrameA, Advertisement(FrameA, "192.0.2.1", "224.0.0.18", 20));

    [Fact]
    public void C008_C009_C010_C011_C026_an_IPv4_advert_of_version_3() =>
        Assert.Equal(FrameC, Advertisement(FrameC, "192.0.2.251", "224.0.0.18", 20));

    [Fact]
    public void C008_C009_C010_C011_C013_C026_an_IPv6_advert() =>
        Assert.Equal(FrameD, Advertisement(FrameD, "fe80::c8", "ff02::12", 40));

    [Fact]
    public void C141_gratuitous_ARP()
    {
        byte[] frame = new byte[GratuitousArp.Length];

        Assert.Equal(42, GratuitousArp.Write(frame, Hex("00005e00010a"), Address.Parse("192.0.2.1")));
        Assert.Equal(FrameF, frame);
    }

    [Fact]
    public void C142_C143_unsolicited_neighbor_advertisement()
    {
        byte[] frame = new byte[UnsolicitedNeighborAdvertisement.Length];

        Assert.Equal(86, UnsolicitedNeighborAdvertisement.Write(frame, Hex("00005e00020a"), Address.Parse("fe80::1"), Address.Parse("2001:db8::1")));
        Assert.Equal(FrameG, frame);
    }

    [Fact]
    public void A_longer_buffer_is_written_no_further_than_the_frame()
    {
        byte[] buffer = new byte[FrameC.Length + 10];
        buffer.AsSpan().Fill(0xee);

        int length = AdvertisementFrame.Write(
            buffer, FrameC.AsSpan(6, 6), Address.Parse("192.0.2.251"), Address.Parse("224.0.0.18"), FrameC.AsSpan(34));

        Assert.Equal(FrameC, buffer[..length]);
        Assert.All(buffer[length..], rest => Assert.Equal(0xee, rest));
    }

    [Fact]
    public void A_unicast_peer_needs_its_MAC_address()
    {
        byte[] frame = new byte[FrameC.Length];
        Address peer = Address.Parse("192.0.2.252");

        Assert.Throws<ArgumentException>(() =>
            AdvertisementFrame.Write(frame, FrameC.AsSpan(6, 6), Address.Parse("192.0.2.251"), peer, FrameC.AsSpan(34)));
        AdvertisementFrame.Write(frame, Hex("020000000001"), FrameC.AsSpan(6, 6), Address.Parse("192.0.2.251"), peer, FrameC.AsSpan(34));
        Assert.Equal(Hex("020000000001"), frame[..6]);
    }

    [Fact]
    public void Families_do_not_mix()
    {
        byte[] frame = new byte[200];

        Assert.Throws<ArgumentException>(() =>
            AdvertisementFrame.Write(frame, FrameC.AsSpan(6, 6), Address.Parse("fe80::1"), Address.Parse("224.0.0.18"), FrameC.AsSpan(34)));
        Assert.Throws<ArgumentException>(() => GratuitousArp.Write(frame, FrameC.AsSpan(6, 6), Address.Parse("fe80::1")));
        Assert.Throws<ArgumentException>(() =>
            UnsolicitedNeighborAdvertisement.Write(frame, FrameC.AsSpan(6, 6), Address.Parse("fe80::1"), Address.Parse("192.0.2.1")));
    }

    [Fact]
    public void C038_padding_is_cut_off()
    {
        byte[] padded = [.. FrameA, 0, 0, 0, 0, 0, 0];

        Assert.True(EthernetFrame.Payload(padded, out ReadOnlySpan<byte> packet));
        Assert.Equal(FrameA[14..], packet.ToArray());

        byte[] paddedIPv6 = [.. FrameD, 0xff];
        Assert.True(EthernetFrame.Payload(paddedIPv6, out packet));
        Assert.Equal(FrameD[14..], packet.ToArray());
    }

    [Fact]
    public void A_length_that_is_too_long_is_left_to_the_reader_of_the_packet()
    {
        Assert.True(EthernetFrame.Payload(FrameA.AsSpan(..^1), out ReadOnlySpan<byte> packet));
        Assert.Equal(FrameA[14..^1], packet.ToArray());
    }

    [Fact]
    public void A_priority_tag_is_stripped_and_another_VLAN_refused()
    {
        byte[] priority = [.. FrameA[..12], 0x81, 0x00, 0xc0, 0x00, .. FrameA[12..]];
        Assert.True(EthernetFrame.Payload(priority, out ReadOnlySpan<byte> packet));
        Assert.Equal(FrameA[14..], packet.ToArray());

        byte[] vlan10 = [.. FrameA[..12], 0x81, 0x00, 0xc0, 0x0a, .. FrameA[12..]];
        Assert.False(EthernetFrame.Payload(vlan10, out _));
        byte[] twice = [.. priority[..16], 0x81, 0x00, 0x00, 0x00, .. FrameA[12..]];
        Assert.False(EthernetFrame.Payload(twice, out _));
    }

    [Fact]
    public void A_frame_cut_anywhere_is_no_exception()
    {
        foreach (byte[] frame in new[] { FrameA, FrameD, FrameF })
        {
            for (int length = 0; length <= frame.Length; length++)
            {
                bool isPacket = EthernetFrame.Payload(frame.AsSpan(0, length), out ReadOnlySpan<byte> packet);
                int header = frame[12] == 0x08 && frame[13] == 0x00 ? 20 : 40;
                Assert.Equal(frame != FrameF && length >= 14 + header, isPacket);
                Assert.True(packet.Length <= length);
            }
        }
    }
}
