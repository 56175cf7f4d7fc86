using System.Buffers.Binary;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// The VRRP message over spans: v2 as RFC 3768 5.1, v3 as RFC 9568 5.1. The IP header is not its business. Every advert is written from the
/// current state; nothing is kept between two of them.
/// </summary>
public static class AdvertisementCodec
{
    /// <summary>IP protocol and IPv6 next header of VRRP.</summary>
    public const byte Protocol = 112;

    /// <summary>The shortest message that has all fixed fields.</summary>
    public const int HeaderLength = 8;

    /// <summary>The longest message there is: 255 IPv6 addresses, signed.</summary>
    public const int LongestMessage = HeaderLength + (255 * 16) + HmacTrailer.Length;

    /// <summary>Type ADVERTISEMENT, the only one there is.</summary>
    public const byte AdvertisementType = 1;

    /// <summary>224.0.0.18 (RFC 9568 5.1.1.2).</summary>
    public static readonly Address IPv4Group = Address.Read([224, 0, 0, 18]);

    /// <summary>ff02::12 (RFC 9568 5.1.2.2).</summary>
    public static readonly Address IPv6Group = Address.Read([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12]);

    /// <summary>v2 authentication type of a simple text password (RFC 2338 5.3.6).</summary>
    internal const byte SimplePasswordType = 1;

    private const int AuthenticationDataLength = 8;

    /// <summary>The group adverts of a family are sent to.</summary>
    public static Address Group(bool isIPv6) => isIPv6 ? IPv6Group : IPv4Group;

    /// <summary>Bytes of a message with <paramref name="count"/> addresses: v2 16+4n, v3 8+4n or 8+16n.</summary>
    public static int Length(byte version, bool isIPv6, int count) =>
        HeaderLength + (count * (isIPv6 ? 16 : 4)) + (version == 2 ? AuthenticationDataLength : 0);

    /// <summary>Bytes of the messages of one virtual router, with the trailer of a signed one.</summary>
    public static int Length(VirtualRouterSettings settings) =>
        Length(settings.Version, settings.IsIPv6, settings.Addresses.Count) + (settings.Hmac is { Signs: true } ? HmacTrailer.Length : 0);

    /// <summary>How many addresses fit into one packet of <paramref name="mtu"/> bytes; at most 255, the field's range.</summary>
    public static int MaxAddresses(byte version, bool isIPv6, int mtu) =>
        Math.Clamp((mtu - (isIPv6 ? 40 : 20) - Length(version, isIPv6, 0)) / (isIPv6 ? 16 : 4), 0, 255);

    /// <summary>Writes one message, checksum and all, and returns its length.</summary>
    /// <param name="message">At least <see cref="Length(VirtualRouterSettings)"/> bytes.</param>
    /// <param name="priority">0 to leave the role, else 1..255.</param>
    /// <param name="interval">v3: 10 ms to 40.95 s, cut to whole 10 ms; v2: 1 to 255 s, cut to whole seconds.</param>
    /// <param name="source">Source address of the IP packet; the pseudo-header needs it.</param>
    /// <param name="destination">Destination address of the IP packet.</param>
    /// <param name="sequence">Of a signed message, from a <see cref="SequenceSource"/>; one for all copies to unicast peers.</param>
    /// <exception cref="ArgumentException"><paramref name="message"/> is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> is out of range.</exception>
    public static int Write(
        Span<byte> message,
        VirtualRouterSettings settings,
        byte priority,
        Duration interval,
        Address source,
        Address destination,
        ulong sequence = 0)
    {
        int length = Length(settings);
        if (message.Length < length)
        {
            throw new ArgumentException($"The message needs {length} bytes.", nameof(message));
        }

        Span<byte> whole = message[..length];
        message = message[..Length(settings.Version, settings.IsIPv6, settings.Addresses.Count)];
        message[0] = (byte)((settings.Version << 4) | AdvertisementType);
        message[1] = settings.Vrid;
        message[2] = priority;
        message[3] = (byte)settings.Addresses.Count;
        WriteInterval(message, settings.Version, interval);
        message[6] = 0;
        message[7] = 0;
        Span<byte> rest = message[HeaderLength..];
        for (int i = 0; i < settings.Addresses.Count; i++)
        {
            Address address = settings.Addresses[i].Address;
            address.Write(rest);
            rest = rest[address.Length..];
        }

        rest.Clear();
        if (settings is { Version: 2, Password: { } password })
        {
            message[4] = SimplePasswordType;
            password.Write(rest);
        }

        if (settings.Hmac is { Signs: true } hmac)
        {
            HmacTrailer.Write(whole[message.Length..], message, source, hmac.Find(hmac.ActiveKey)!, sequence);
        }

        // IPv6 computes it over the whole payload as every protocol does (RFC 8200 8.1); over IPv4 keepalived leaves the trailer out.
        ReadOnlySpan<byte> summed = settings.IsIPv6 ? whole : message;
        ulong sum = InternetChecksum.Add(0, summed);
        if (settings.Version == 3 && (settings.IsIPv6 || settings.ChecksumForm == ChecksumForm.PseudoHeader))
        {
            sum = InternetChecksum.AddPseudoHeader(sum, source, destination, summed.Length);
        }

        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)~InternetChecksum.Fold(sum));
        return length;
    }

    /// <summary>Reads the fixed fields of a message of at least <see cref="HeaderLength"/> bytes; judges nothing.</summary>
    internal static Advertisement Read(ReadOnlySpan<byte> message)
    {
        byte version = (byte)(message[0] >> 4);
        Duration interval = version == 2
            ? Duration.FromSeconds(message[5])
            : Duration.FromCentiseconds(BinaryPrimitives.ReadUInt16BigEndian(message[4..]) & 0xfff);
        return new(version, message[1], message[2], interval, message[3]);
    }

    /// <summary>Whether the checksum of a whole message is right in one form; v2 has no pseudo-header, IPv6 always has one.</summary>
    internal static bool ChecksumIsRight(ReadOnlySpan<byte> message, ChecksumForm form, Address source, Address destination)
    {
        ulong sum = InternetChecksum.Add(0, message);
        if (message[0] >> 4 != 2 && (source.IsIPv6 || form == ChecksumForm.PseudoHeader))
        {
            sum = InternetChecksum.AddPseudoHeader(sum, source, destination, message.Length);
        }

        return InternetChecksum.Fold(sum) == InternetChecksum.Right;
    }

    private static void WriteInterval(Span<byte> message, byte version, Duration interval)
    {
        if (version == 2)
        {
            long seconds = interval.Nanoseconds / 1_000_000_000;
            DemandRange(seconds, 255, interval);
            message[4] = 0;
            message[5] = (byte)seconds;
            return;
        }

        long centiseconds = interval.Nanoseconds / 10_000_000;
        DemandRange(centiseconds, 4095, interval);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], (ushort)centiseconds);
    }

    private static void DemandRange(long units, int most, Duration interval)
    {
        if (units < 1 || units > most)
        {
            throw new ArgumentOutOfRangeException(nameof(interval), interval, $"The interval must be 1 to {most} units of the version's field.");
        }
    }
}
