using System.Buffers.Binary;
using System.Globalization;

namespace HotStandby.Agent.Vrrp;

/// <summary>An Ethernet address as a value.</summary>
public readonly record struct MacAddress
{
    private readonly ulong _bits;

    private MacAddress(ulong bits) => _bits = bits;

    /// <summary>Reads the first six bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer.</exception>
    public static MacAddress Read(ReadOnlySpan<byte> bytes) =>
        new(((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));

    /// <summary>As "02:00:00:00:00:77".</summary>
    public override string ToString()
    {
        ulong bits = _bits;
        return string.Join(':', Enumerable.Range(0, 6).Select(i => ((byte)(bits >> (40 - (8 * i)))).ToString("x2", CultureInfo.InvariantCulture)));
    }
}
