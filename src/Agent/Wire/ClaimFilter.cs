using System.Buffers.Binary;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Wire;

/// <summary>
/// The kernel's filter (classic BPF) in front of a <see cref="ClaimChannel"/>: only frames that claim a watched address wake this process. It
/// looks at the last four bytes of an address; <see cref="ClaimFrame"/> reads the rest.
/// </summary>
internal static class ClaimFilter
{
    /// <summary>More addresses than this are not told apart here: the kernel bounds a filter's memory (net.core.optmem_max).</summary>
    public const int MostAddresses = 200;

    // linux/bpf_common.h: load a word or a byte of the frame, compare, jump, return.
    private const ushort LoadWord = 0x20;
    private const ushort LoadByte = 0x30;
    private const ushort JumpAlways = 0x05;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfGreaterOrEqual = 0x35;
    private const ushort Return = 0x06;

    // SKF_AD_OFF + SKF_AD_PKTTYPE (linux/filter.h); from PACKET_OTHERHOST on a frame is for another host, another VLAN, or our own.
    private const uint PacketType = 0xffff_f004;
    private const uint OtherHost = 3;

    private const uint ArpSender = 14 + 14;
    private const uint NextHeader = 14 + 6;
    private const uint SourceEnd = 14 + 8 + 12;
    private const uint IcmpType = 14 + 40;
    private const uint TargetEnd = 14 + 40 + 8 + 12;

    private static readonly FilterInstruction Drop = new(Return, 0, 0, 0);
    private static readonly FilterInstruction Accept = new(Return, 0, 0, uint.MaxValue);

    /// <param name="addresses">Of one family, each once.</param>
    public static FilterInstruction[] For(bool ipv6, IReadOnlyCollection<Address> addresses)
    {
        List<FilterInstruction> program =
        [
            new(LoadWord, 0, 0, PacketType),
            new(JumpIfGreaterOrEqual, 0, 1, OtherHost),
            Drop,
        ];
        if (!ipv6)
        {
            Compare(program, ArpSender, addresses);
            return [.. program];
        }

        List<FilterInstruction> solicitation = [];
        Compare(solicitation, SourceEnd, addresses);
        program.AddRange(
        [
            new(LoadByte, 0, 0, NextHeader),
            new(JumpIfEqual, 1, 0, ClaimFrame.IcmpV6),
            Drop,
            new(LoadByte, 0, 0, IcmpType),
            new(JumpIfEqual, 2, 0, ClaimFrame.Solicitation),
            new(JumpIfEqual, 2, 0, ClaimFrame.Advertisement),
            Drop,
            new(JumpAlways, 0, 0, 1),
            new(JumpAlways, 0, 0, (uint)solicitation.Count),
            .. solicitation,
        ]);
        Compare(program, TargetEnd, addresses);
        return [.. program];
    }

    private static void Compare(List<FilterInstruction> program, uint offset, IReadOnlyCollection<Address> addresses)
    {
        if (addresses.Count > MostAddresses)
        {
            program.Add(Accept);
            return;
        }

        program.Add(new(LoadWord, 0, 0, offset));
        Span<byte> bytes = stackalloc byte[16];
        foreach (Address address in addresses)
        {
            address.Write(bytes);
            program.Add(new(JumpIfEqual, 0, 1, BinaryPrimitives.ReadUInt32BigEndian(bytes[(address.Length - 4)..])));
            program.Add(Accept);
        }

        program.Add(Drop);
    }
}
