using System.Buffers.Binary;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>
/// A version 3 advert over IPv4 as a test wants it, written without the agent's codec (RFC 9568 5.1).
/// </summary>
internal sealed record ForgedAdvert
{
    private static readonly Address Group = Address.Parse("224.0.0.18");

    public required string Source { get; init; }

    public byte Vrid { get; init; } = Variant.Vrid;

    /// <summary>Six bytes; null: the virtual MAC address.</summary>
    public byte[]? SourceMac { get; init; }

    public required byte Priority { get; init; }

    public ushort Centiseconds { get; init; } = 20;

    public string Vip { get; init; } = "10.77.0.100";

    public byte TimeToLive { get; init; } = 255;

    /// <summary>Whether the checksum covers the IPv4 pseudo-header (keepalived, FRR) or the message only (RFC 9568).</summary>
    public bool PseudoHeader { get; init; } = true;

    /// <summary>Makes the checksum wrong in both forms.</summary>
    public bool Broken { get; init; }

    public byte[] Frame()
    {
        var frame = new byte[60];
        byte[] ethernet = [0x01, 0x00, 0x5e, 0x00, 0x00, 0x12, 0x00, 0x00, 0x5e, 0x00, 0x01, Vrid, 0x08, 0x00];
        ethernet.CopyTo(frame, 0);
        SourceMac?.CopyTo(frame, 6);
        Span<byte> ip = frame.AsSpan(14, 20);
        byte[] header = [0x45, 0xc0, 0, 32, 0, 0, 0, 0, TimeToLive, 112];
        header.CopyTo(ip);
        Address.Parse(Source).Write(ip[12..]);
        Group.Write(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip));
        Span<byte> message = frame.AsSpan(34, 12);
        byte[] fixedPart = [0x31, Vrid, Priority, 1];
        fixedPart.CopyTo(message);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], Centiseconds);
        Address.Parse(Vip).Write(message[8..]);
        byte[] covered = PseudoHeader ? [.. ip[12..20], 0, 112, 0, 12, .. message] : [.. message];
        var sum = (ushort)(Checksum(covered) ^ (Broken ? 0x5555 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], sum);
        return frame;
    }

    /// <summary>Opens a way to put frames on the wire from a machine.</summary>
    public static InterfaceChannel Sender(LabNode from) =>
        NetworkNamespace.Run(from.NamespaceName, () => InterfaceChannel.Open("eth0"));

    /// <summary>RFC 1071, over an even number of bytes.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        while (sum > 0xffff)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
