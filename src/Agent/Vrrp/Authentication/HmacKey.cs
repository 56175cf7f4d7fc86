using System.Security.Cryptography;

namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>A secret of <c>auth_hmac</c> and the number adverts name it by. Never shows what it holds.</summary>
public sealed class HmacKey : IEquatable<HmacKey>
{
    /// <summary>Fewest bytes of a secret.</summary>
    public const int Shortest = 32;

    /// <summary>Most bytes of a secret.</summary>
    public const int Longest = 64;

    private readonly byte[] _secret;

    private HmacKey(byte id, byte[] secret)
    {
        Id = id;
        _secret = secret;
    }

    /// <summary>0..255; what the trailer carries.</summary>
    public byte Id { get; }

    /// <param name="id">0..255.</param>
    /// <param name="secret">32 to 64 bytes; copied.</param>
    /// <exception cref="ArgumentException">Another length; the message does not hold the secret.</exception>
    public static HmacKey From(byte id, ReadOnlySpan<byte> secret)
    {
        if (secret.Length is < Shortest or > Longest)
        {
            throw new ArgumentException($"A key is {Shortest} to {Longest} bytes, not {secret.Length}.", nameof(secret));
        }

        HmacKey key = new(id, secret.ToArray());

        // The library that computes is loaded at its first use; that must not be the protocol thread's first advert.
        Span<byte> unused = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.Compute([], unused);
        return key;
    }

    /// <summary>HMAC-SHA256 over a message; allocates nothing.</summary>
    /// <param name="hash">32 bytes.</param>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> hash) => HMACSHA256.HashData(_secret, message, hash);

    /// <summary>The secret as hex digits, for another program's configuration file and nothing else.</summary>
    public string Reveal() => Convert.ToHexStringLower(_secret);

    public bool Equals(HmacKey? other) =>
        other is not null && other.Id == Id && CryptographicOperations.FixedTimeEquals(other._secret, _secret);

    public override bool Equals(object? obj) => Equals(obj as HmacKey);

    public override int GetHashCode() => Id;

    /// <summary>The id and "***", so that a record that holds it may be logged.</summary>
    public override string ToString() => $"{Id} ***";
}
