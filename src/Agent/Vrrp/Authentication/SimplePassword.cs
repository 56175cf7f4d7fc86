using System.Buffers.Binary;
using System.Text;

namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>
/// Simple text password of VRRPv2 (RFC 2338 5.3.6.2 and 5.3.10): up to 8 bytes, filled up with zeros. It travels in the clear with every advert
/// and protects nothing; it is here for peers that demand it (keepalived auth_type PASS). Never shows what it holds.
/// </summary>
public sealed class SimplePassword : IEquatable<SimplePassword>
{
    /// <summary>Bytes of the field; keepalived cuts longer passwords to this without an error.</summary>
    public const int Length = 8;

    private readonly ulong _bytes;

    private SimplePassword(ulong bytes) => _bytes = bytes;

    /// <param name="text">1 to 8 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">Another length; the message does not hold the text.</exception>
    public static SimplePassword From(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (length is < 1 or > Length)
        {
            throw new ArgumentException($"A password is 1 to {Length} bytes, not {length}.", nameof(text));
        }

        Span<byte> bytes = stackalloc byte[Length];
        bytes.Clear();
        Encoding.UTF8.GetBytes(text, bytes);
        return new(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    /// <summary>Writes all 8 bytes of the field.</summary>
    public void Write(Span<byte> field) => BinaryPrimitives.WriteUInt64BigEndian(field, _bytes);

    /// <summary>Compares all 8 bytes at once, so the time taken says nothing about how many of them are right.</summary>
    /// <param name="field">8 bytes.</param>
    public bool Matches(ReadOnlySpan<byte> field) => (BinaryPrimitives.ReadUInt64BigEndian(field) ^ _bytes) == 0;

    /// <summary>The password itself, for another program's configuration file and nothing else.</summary>
    public string Reveal()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(bytes);
        return Encoding.UTF8.GetString(bytes.TrimEnd((byte)0));
    }

    public bool Equals(SimplePassword? other) => other is not null && other._bytes == _bytes;

    public override bool Equals(object? obj) => Equals(obj as SimplePassword);

    public override int GetHashCode() => _bytes.GetHashCode();

    /// <summary>"***", so that a record that holds it may be logged.</summary>
    public override string ToString() => "***";
}
