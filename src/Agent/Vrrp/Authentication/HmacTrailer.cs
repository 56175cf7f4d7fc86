using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>
/// The 28 bytes behind a signed advert (draft-cassen-vrrp-auth-hmac as keepalived 2.4.2 speaks it): type 1, key id, two zero bytes, 8 bytes
/// sequence, 16 bytes of HMAC-SHA256. Signed are a pseudo-header of family, version, VRID, zero and the source address filled up to 16 bytes,
/// the advert with checksum zero, and the trailer with its last 16 bytes zero. So neither the destination nor the checksum matters: all copies
/// to unicast peers have one signature.
/// </summary>
internal static class HmacTrailer
{
    public const int Length = 28;

    private const byte TrailerType = 1;
    private const int HeaderLength = 12;
    private const int SignatureLength = 16;
    private const int PseudoHeaderLength = 20;

    /// <summary>An advert with 255 IPv6 addresses.</summary>
    private const int LongestAdvertisement = AdvertisementCodec.LongestMessage - Length;

    /// <summary>The id of the key the trailer says it was made with.</summary>
    public static byte KeyId(ReadOnlySpan<byte> trailer) => trailer[1];

    public static ulong Sequence(ReadOnlySpan<byte> trailer) => BinaryPrimitives.ReadUInt64BigEndian(trailer[4..]);

    /// <summary>Whether 28 bytes are such a trailer at all.</summary>
    public static bool IsOne(ReadOnlySpan<byte> trailer) => trailer[0] == TrailerType;

    /// <param name="trailer">28 bytes.</param>
    /// <param name="advertisement">The advert before it; its checksum does not matter.</param>
    public static void Write(Span<byte> trailer, ReadOnlySpan<byte> advertisement, Address source, HmacKey key, ulong sequence)
    {
        trailer[0] = TrailerType;
        trailer[1] = key.Id;
        trailer[2] = 0;
        trailer[3] = 0;
        BinaryPrimitives.WriteUInt64BigEndian(trailer[4..], sequence);
        Sign(trailer, advertisement, source, key, trailer[HeaderLength..]);
    }

    /// <summary>Whether the signature is right; compared in constant time.</summary>
    public static bool IsRight(ReadOnlySpan<byte> trailer, ReadOnlySpan<byte> advertisement, Address source, HmacKey key)
    {
        Span<byte> signature = stackalloc byte[SignatureLength];
        Sign(trailer, advertisement, source, key, signature);
        return CryptographicOperations.FixedTimeEquals(signature, trailer[HeaderLength..]);
    }

    private static void Sign(
        ReadOnlySpan<byte> trailer, ReadOnlySpan<byte> advertisement, Address source, HmacKey key, Span<byte> signature)
    {
        Span<byte> signed = stackalloc byte[PseudoHeaderLength + LongestAdvertisement + Length];
        signed = signed[..(PseudoHeaderLength + advertisement.Length + Length)];
        signed.Clear();
        signed[0] = source.IsIPv6 ? (byte)6 : (byte)4;
        signed[1] = (byte)(advertisement[0] >> 4);
        signed[2] = advertisement[1];
        source.Write(signed[4..]);
        Span<byte> message = signed[PseudoHeaderLength..];
        advertisement.CopyTo(message);
        message[6] = 0;
        message[7] = 0;
        trailer[..HeaderLength].CopyTo(message[advertisement.Length..]);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.Compute(signed, hash);
        hash[..SignatureLength].CopyTo(signature);
    }
}
