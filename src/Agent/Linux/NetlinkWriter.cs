using System.Runtime.InteropServices;

namespace HotStandby.Agent.Linux;

/// <summary>Writes netlink messages one after the other into a buffer that its owner made large enough.</summary>
internal ref struct NetlinkWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _messageStart;

    public int Length { get; private set; }

    public void Begin(ushort type, ushort flags, uint sequence)
    {
        _messageStart = Length;
        Span<byte> header = Take(NetlinkConstants.HeaderLength);
        MemoryMarshal.Write(header[4..], type);
        MemoryMarshal.Write(header[6..], flags);
        MemoryMarshal.Write(header[8..], sequence);
    }

    /// <summary>Fixes the length of the message begun last.</summary>
    public readonly void End() => MemoryMarshal.Write(_buffer[_messageStart..], Length - _messageStart);

    /// <summary>The next bytes, zeroed, rounded up to the alignment of four.</summary>
    public Span<byte> Take(int length)
    {
        Span<byte> taken = _buffer.Slice(Length, (length + 3) & ~3);
        taken.Clear();
        Length += taken.Length;
        return taken[..length];
    }

    /// <summary>The value of a new attribute, zeroed.</summary>
    public Span<byte> Attribute(ushort type, int length)
    {
        Span<byte> attribute = Take(4 + length);
        MemoryMarshal.Write(attribute, (ushort)(4 + length));
        MemoryMarshal.Write(attribute[2..], type);
        return attribute[4..];
    }
}
