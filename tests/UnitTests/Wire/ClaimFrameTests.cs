using System.Buffers.Binary;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.UnitTests.Wire;

/// <summary>What an ARP or neighbour discovery frame claims.</summary>
public sealed class ClaimFrameTests
{
    private static readonly byte[] Mac = [2, 0, 0, 0, 0, 0x77];
    private static readonly Address Vip = Address.Parse("192.0.2.1");
    private static readonly Address Vip6 = Address.Parse("2001:db8::1");
    private static readonly Address Other6 = Address.Parse("fe80::9");

    private static byte[] Arp(byte operation, string sender, string target)
    {
        byte[] frame = [.. Enumerable.Repeat((byte)0xff, 6), .. Mac, 8, 6, 0, 1, 8, 0, 6, 4, 0, operation, .. Mac, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Address.Parse(sender).Write(frame.AsSpan(28));
        Address.Parse(target).Write(frame.AsSpan(38));
        return frame;
    }

    /// <summary>ICMPv6 of 135 or 136 from another Ethernet address than its option says.</summary>
    private static byte[] NeighborDiscovery(byte type, Address source, Address target, byte[] options)
    {
        byte[] frame = new byte[14 + 40 + 24 + options.Length];
        byte[] ethernet = [0x33, 0x33, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0x66, 0x86, 0xdd];
        ethernet.CopyTo(frame, 0);
        byte[] header = [0x60, 0, 0, 0, 0, (byte)(24 + options.Length), 58, 255];
        header.CopyTo(frame, 14);
        source.Write(frame.AsSpan(22));
        Address.Parse("ff02::1").Write(frame.AsSpan(38));
        frame[54] = type;
        target.Write(frame.AsSpan(62));
        options.CopyTo(frame, 78);
        return WithChecksum(frame);
    }

    private static byte[] WithChecksum(byte[] frame)
    {
        frame[56] = frame[57] = 0;
        ulong sum = (ulong)(frame.Length - 54) + 58;
        for (int i = 22; i < frame.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(i));
        }

        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(56), (ushort)~sum);
        return frame;
    }

    private static (Address, string)? Read(ReadOnlySpan<byte> frame) =>
        ClaimFrame.TryRead(frame, out AddressClaim claim) ? (claim.Address, claim.Mac.ToString()) : null;

    [Fact]
    public void An_ARP_request_reply_or_announcement_claims_its_sender_address()
    {
        (Address, string) claim = (Vip, "02:00:00:00:00:77");
        Assert.Equal(claim, Read(Arp(1, "192.0.2.1", "192.0.2.12")));
        Assert.Equal(claim, Read(Arp(2, "192.0.2.1", "192.0.2.12")));
        byte[] announcement = new byte[GratuitousArp.Length];
        GratuitousArp.Write(announcement, Mac, Vip);
        Assert.Equal(claim, Read(announcement));
        Assert.Equal(claim, Read([.. announcement, .. new byte[18]]));
    }

    [Fact]
    public void An_ARP_probe_and_what_is_no_ARP_over_Ethernet_claim_nothing()
    {
        Assert.Null(Read(Arp(1, "0.0.0.0", "192.0.2.1")));
        Assert.Null(Read(Arp(3, "192.0.2.1", "192.0.2.1")));
        for (int i = 14; i < 21; i++)
        {
            byte[] frame = Arp(1, "192.0.2.1", "192.0.2.12");
            frame[i] ^= 0x10;
            Assert.Null(Read(frame));
        }
    }

    [Fact]
    public void An_advertisement_claims_its_target_and_a_solicitation_its_source()
    {
        byte[] sourceMac = [1, 1, .. Mac];
        byte[] targetMac = [2, 1, .. Mac];
        Assert.Equal((Vip6, "02:00:00:00:00:77"), Read(NeighborDiscovery(136, Other6, Vip6, targetMac)));
        Assert.Equal((Vip6, "02:00:00:00:00:66"), Read(NeighborDiscovery(136, Other6, Vip6, [])));
        Assert.Equal((Vip6, "02:00:00:00:00:66"), Read(NeighborDiscovery(136, Other6, Vip6, sourceMac)));
        Assert.Equal((Other6, "02:00:00:00:00:77"), Read(NeighborDiscovery(135, Other6, Vip6, sourceMac)));
        Assert.Equal((Other6, "02:00:00:00:00:77"), Read(NeighborDiscovery(135, Other6, Vip6, [5, 2, .. new byte[14], .. sourceMac])));
        byte[] announcement = new byte[UnsolicitedNeighborAdvertisement.Length];
        UnsolicitedNeighborAdvertisement.Write(announcement, Mac, Vip6, Vip6);
        Assert.Equal((Vip6, "02:00:00:00:00:77"), Read(announcement));
    }

    [Fact]
    public void Duplicate_address_detection_and_invalid_neighbour_discovery_claim_nothing()
    {
        Assert.Null(Read(NeighborDiscovery(135, Address.Parse("::"), Vip6, [])));
        Assert.Null(Read(NeighborDiscovery(133, Other6, Vip6, [])));
        Assert.Null(Read(NeighborDiscovery(136, Other6, Vip6, [2, 0, .. Mac])));
        Assert.Null(Read(NeighborDiscovery(136, Other6, Vip6, [2, 2, .. Mac])));

        Assert.Null(Read(Changed(frame => frame[21] = 254, checksum: false)));
        Assert.Null(Read(Changed(frame => frame[20] = 60, checksum: false)));
        Assert.Null(Read(Changed(frame => frame[55] = 1, checksum: true)));
        Assert.Null(Read(Changed(frame => frame[70] ^= 1, checksum: false)));

        static byte[] Changed(Action<byte[]> change, bool checksum)
        {
            byte[] frame = NeighborDiscovery(136, Other6, Vip6, []);
            change(frame);
            return checksum ? WithChecksum(frame) : frame;
        }
    }

    [Fact]
    public void A_frame_cut_anywhere_or_of_random_bytes_is_no_exception()
    {
        byte[][] seeds = [Arp(1, "192.0.2.1", "192.0.2.12"), NeighborDiscovery(136, Other6, Vip6, [2, 1, .. Mac]), NeighborDiscovery(135, Vip6, Other6, [1, 1, .. Mac])];
        foreach (byte[] seed in seeds)
        {
            for (int length = 0; length < seed.Length; length++)
            {
                Assert.Null(Read(seed.AsSpan(0, length)));
            }

            Assert.NotNull(Read(seed));
        }

        Random random = new(5227);
        for (int i = 0; i < 300_000; i++)
        {
            byte[] frame = [.. seeds[i % seeds.Length]];
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                frame[random.Next(12, frame.Length)] = (byte)random.Next(256);
            }

            // Behind the checksum as well: a forger can count.
            frame = frame.Length > 60 && i % 2 == 0 ? WithChecksum(frame) : frame;
            ClaimFrame.TryRead(frame.AsSpan(0, random.Next(frame.Length + 1)), out _);
            ClaimFrame.TryRead(frame, out AddressClaim claim);
            Assert.True(claim == default || !claim.Address.IsUnspecified);
        }
    }
}
