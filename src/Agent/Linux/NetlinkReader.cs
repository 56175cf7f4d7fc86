using System.Runtime.InteropServices;

namespace HotStandby.Agent.Linux;

/// <summary>Walks the messages of one netlink datagram. A length that can't be ends the walk; nothing is read past the datagram.</summary>
internal ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    public ushort Type { get; private set; }

    public ushort Flags { get; private set; }

    public uint Sequence { get; private set; }

    /// <summary>What follows the 16 bytes of struct nlmsghdr.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>The walk ended at a message whose length lies.</summary>
    public bool Malformed { get; private set; }

    public bool Next()
    {
        if (_rest.Length < NetlinkConstants.HeaderLength)
        {
            Malformed |= _rest.Length != 0;
            return false;
        }

        uint length = MemoryMarshal.Read<uint>(_rest);
        if (length < NetlinkConstants.HeaderLength || length > (uint)_rest.Length)
        {
            Malformed = true;
            return false;
        }

        Type = MemoryMarshal.Read<ushort>(_rest[4..]);
        Flags = MemoryMarshal.Read<ushort>(_rest[6..]);
        Sequence = MemoryMarshal.Read<uint>(_rest[8..]);
        Body = _rest[NetlinkConstants.HeaderLength..(int)length];
        _rest = _rest[Math.Min(((int)length + 3) & ~3, _rest.Length)..];
        return true;
    }
}

/// <summary>Walks the attributes (struct rtattr) after a message's fixed part, as defensively as <see cref="NetlinkReader"/>.</summary>
internal ref struct NetlinkAttributeReader(ReadOnlySpan<byte> attributes)
{
    private const ushort TypeMask = 0x3fff; // without NLA_F_NESTED and NLA_F_NET_BYTEORDER

    private ReadOnlySpan<byte> _rest = attributes;

    public ushort Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        ushort length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length)
        {
            return false;
        }

        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        Value = _rest[4..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
