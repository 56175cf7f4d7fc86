using CsCheck;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Vrrp;

public class CodecTests
{
    private static readonly Address Group = AdvertisementCodec.IPv4Group;

    private static VirtualRouterSettings V4(byte version, byte vrid, byte priority, Duration interval, params string[] addresses) =>
        Dut.Settings with
        {
            Version = version,
            Vrid = vrid,
            Priority = priority,
            AdvertisementInterval = interval,
            Addresses = [.. addresses.Select(text => new AddressPrefix(Address.Parse(text), 32))],
        };

    private static VirtualRouterSettings Many(byte version, bool isIPv6, int count) => Dut.Settings with
    {
        Version = version,
        IsIPv6 = isIPv6,
        Addresses = [.. Enumerable.Range(1, count).Select(i => new AddressPrefix(Address.Parse(isIPv6 ? $"fe80::{i:x}" : $"10.0.{i / 256}.{i % 256}"), 32))],
    };

    private static byte[] Encode(VirtualRouterSettings settings, string source, byte? priority = null)
    {
        byte[] message = new byte[AdvertisementCodec.Length(settings)];
        int length = AdvertisementCodec.Write(
            message,
            settings,
            priority ?? settings.Priority,
            settings.AdvertisementInterval,
            Address.Parse(source),
            AdvertisementCodec.Group(settings.IsIPv6));
        Assert.Equal(message.Length, length);
        return message;
    }

    [Fact]
    public void C001_C004_C005_golden_frame_A_version_2()
    {
        VirtualRouterSettings settings = V4(2, 51, 100, Duration.FromSeconds(1), "192.0.2.254");
        Assert.Equal(Packets.Hex("21 33 64 01 00 01 b7 cb | c0 00 02 fe | 00 00 00 00 00 00 00 00"), Encode(settings, "192.0.2.1"));
        Assert.Equal(255, Encode(settings with { AdvertisementInterval = Duration.FromSeconds(255) }, "192.0.2.1")[5]);
    }

    [Fact]
    public void C001_C005_golden_frame_B_version_2_with_a_password()
    {
        VirtualRouterSettings settings = V4(2, 51, 150, Duration.FromSeconds(1), "192.0.2.254") with { Password = SimplePassword.From("s3cr3t") };
        Assert.Equal(Packets.Hex("21 33 96 01 01 01 7a b1 | c0 00 02 fe | 73 33 63 72 33 74 00 00"), Encode(settings, "192.0.2.1"));
    }

    [Fact]
    public void A_password_shows_itself_to_nobody()
    {
        VirtualRouterSettings settings = Dut.SettingsV2 with { Password = SimplePassword.From("s3cr3t") };
        Assert.DoesNotContain("s3cr3t", settings.ToString(), StringComparison.Ordinal);
        Assert.Equal("s3cr3t", settings.Password.Reveal());
        ArgumentException error = Assert.Throws<ArgumentException>(() => SimplePassword.From("too-long-1"));
        Assert.DoesNotContain("too-long-1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void C001_C002_C007_golden_frames_C_in_both_checksum_forms()
    {
        VirtualRouterSettings settings = V4(3, 10, 200, Duration.FromSeconds(1), "192.0.2.1", "192.0.2.2");
        VirtualRouterSettings bare = settings with { ChecksumForm = ChecksumForm.MessageOnly };
        Assert.Equal(Packets.Hex("31 0a c8 02 00 64 de fb | c0 00 02 01 | c0 00 02 02"), Encode(settings, "192.0.2.251"));
        Assert.Equal(Packets.Hex("31 0a c8 02 00 64 82 8a | c0 00 02 01 | c0 00 02 02"), Encode(bare, "192.0.2.251"));
        Assert.Equal(Packets.Hex("31 0a 00 02 00 64 a6 fc | c0 00 02 01 | c0 00 02 02"), Encode(settings, "192.0.2.251", priority: 0));
        Assert.Equal(Packets.Hex("31 0a 00 02 00 64 4a 8b | c0 00 02 01 | c0 00 02 02"), Encode(bare, "192.0.2.251", priority: 0));
    }

    [Fact]
    public void C001_C006_golden_frame_D_IPv6()
    {
        Assert.Equal(
            Packets.Hex("31 0a 64 02 00 64 3f 5d | fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 | 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"),
            Encode(Dut.SettingsIPv6, "fe80::c8"));
    }

    [Fact]
    public void C005_golden_message_of_another_implementation()
    {
        VirtualRouterSettings settings = V4(2, 51, 30, Duration.FromSeconds(1), "10.0.1.5");
        Assert.Equal(Packets.Hex("21331e010001b5c50a0001050000000000000000"), Encode(settings, "10.0.1.1"));
    }

    [Fact]
    public void C007_golden_message_of_another_implementation_with_pseudo_header()
    {
        VirtualRouterSettings settings = V4(3, 240, 100, Duration.FromSeconds(1), "192.168.0.230");
        Assert.Equal(Packets.Hex("31f0640100640608c0a800e6"), Encode(settings, "192.168.0.220"));
    }

    [Theory]
    [InlineData(3, false, 1, 12)]
    [InlineData(3, false, 2, 16)]
    [InlineData(3, false, 20, 88)]
    [InlineData(3, false, 255, 1028)]
    [InlineData(3, true, 1, 24)]
    [InlineData(3, true, 20, 328)]
    [InlineData(3, true, 255, 4088)]
    [InlineData(2, false, 1, 20)]
    [InlineData(2, false, 2, 24)]
    [InlineData(2, false, 255, 1036)]
    public void C002_length_of_every_kind(byte version, bool isIPv6, int count, int length)
    {
        VirtualRouterSettings settings = Many(version, isIPv6, count);
        Assert.Equal(length, AdvertisementCodec.Length(settings));
        Assert.Equal(length, Encode(settings, isIPv6 ? "fe80::c8" : "192.0.2.1").Length);
    }

    [Theory]
    [InlineData(10, 0x0001)]
    [InlineData(1_000, 0x0064)]
    [InlineData(40_950, 0x0fff)]
    public void C003_interval_is_12_bits_of_centiseconds_and_Reserve_is_0(int milliseconds, int field)
    {
        byte[] message = Encode(V4(3, 10, 100, Duration.FromMilliseconds(milliseconds), "192.0.2.1"), "192.0.2.12");
        Assert.Equal(field, (message[4] << 8) | message[5]);
    }

    [Fact]
    public void C017_addresses_keep_the_configured_order_on_the_wire()
    {
        byte[] message = Encode(V4(3, 10, 100, Duration.FromSeconds(1), "192.0.2.30", "192.0.2.10", "192.0.2.20"), "192.0.2.12");
        Assert.Equal([30, 10, 20], new[] { message[11], message[15], message[19] });
    }

    [Fact]
    public void A_short_buffer_and_an_interval_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => AdvertisementCodec.Write(new byte[11], Dut.Settings, 1, Duration.FromSeconds(1), Dut.Own, Group));
        Assert.Throws<ArgumentOutOfRangeException>(() => AdvertisementCodec.Write(new byte[12], Dut.Settings, 1, Duration.FromMilliseconds(9), Dut.Own, Group));
        Assert.Throws<ArgumentOutOfRangeException>(() => AdvertisementCodec.Write(new byte[12], Dut.Settings, 1, Duration.FromSeconds(41), Dut.Own, Group));
        Assert.Throws<ArgumentOutOfRangeException>(() => AdvertisementCodec.Write(new byte[20], Dut.SettingsV2, 1, Duration.FromMilliseconds(500), Dut.Own, Group));
    }

    [Theory]
    [InlineData(3, true, 1500, 90)]
    [InlineData(3, true, 1280, 77)]
    [InlineData(3, false, 1500, 255)]
    [InlineData(2, false, 576, 135)]
    [InlineData(3, true, 40, 0)]
    public void As_many_addresses_fit_as_the_packet_has_room_for(byte version, bool isIPv6, int mtu, int count) =>
        Assert.Equal(count, AdvertisementCodec.MaxAddresses(version, isIPv6, mtu));

    [Fact]
    public void What_is_written_is_read_back()
    {
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[1, 255], Gen.Byte, Gen.Int[1, 4095], Gen.Int[1, 40], Gen.Bool, Gen.UInt)
            .Sample((isIPv6, old, vrid, priority, interval, count, bare, host) =>
            {
                byte version = old && !isIPv6 ? (byte)2 : (byte)3;
                VirtualRouterSettings settings = Many(version, isIPv6, count) with
                {
                    Vrid = (byte)vrid,
                    Priority = 1,
                    AdvertisementInterval = version == 2 ? Duration.FromSeconds(1 + (interval % 255)) : Duration.FromCentiseconds(interval),
                    ChecksumForm = bare ? ChecksumForm.MessageOnly : ChecksumForm.PseudoHeader,
                };
                byte[] host4 = BitConverter.GetBytes(host);
                Address source = Address.Read(isIPv6 ? [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. host4] : host4);
                byte[] message = new byte[AdvertisementCodec.Length(settings)];
                AdvertisementCodec.Write(message, settings, priority, settings.AdvertisementInterval, source, AdvertisementCodec.Group(isIPv6));
                Advertisement read = AdvertisementCodec.Read(message);
                return read == new Advertisement(version, (byte)vrid, priority, settings.AdvertisementInterval, count)
                    && AdvertisementCodec.ChecksumIsRight(message, settings.ChecksumForm, source, AdvertisementCodec.Group(isIPv6));
            });
    }
}
