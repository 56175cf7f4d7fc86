using System.Runtime.InteropServices;
using HotStandby.Agent.Vrrp;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>An address on an interface as the kernel has it.</summary>
/// <param name="Scope">rt_scope: 0 universe, 253 link, 254 host.</param>
/// <param name="Flags">IFA_F_* of linux/if_addr.h.</param>
/// <param name="IsOurs">It carries the agent's IFA_PROTO tag: bound by this agent or by one that died.</param>
/// <param name="Tentative">Duplicate address detection still runs or failed: it can't be used.</param>
public sealed record LinkAddress(AddressPrefix Prefix, byte Scope, uint Flags, bool IsOurs, bool Tentative)
{
    public Address Address => Prefix.Address;

    /// <summary>Grows with every address that comes: one that was deleted and is back has another, however fast it came back.</summary>
    public long Arrival { get; init; }

    /// <summary>The other end of a point to point link; null for none.</summary>
    public Address? Peer { get; init; }

    /// <summary>IFA_F_SECONDARY on IPv4: not the first address of its subnet.</summary>
    public bool Secondary => !Address.IsIPv6 && (Flags & FlagSecondary) != 0;

    /// <summary>It has no lifetime.</summary>
    public bool Permanent => (Flags & FlagPermanent) != 0;

    /// <summary>Never chosen as a source while another fits.</summary>
    public bool Deprecated => (Flags & FlagDeprecated) != 0;
}

/// <summary>What RTM_NEWADDR and RTM_DELADDR carry of an address, without its lifetimes; a value, so that reading allocates nothing.</summary>
internal readonly record struct AddressMessage(int InterfaceIndex, AddressPrefix Prefix, byte Scope, uint Flags, bool IsOurs)
{
    /// <summary>The other end of a point to point link; null for none.</summary>
    public Address? Peer { get; init; }

    /// <param name="body">struct ifaddrmsg and its attributes.</param>
    /// <returns>false for another family or a message that makes no sense.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out AddressMessage message)
    {
        message = default;
        if (body.Length < AddressInfoLength)
        {
            return false;
        }

        int length = body[0] switch
        {
            FamilyIPv4 => 4,
            FamilyIPv6 => 16,
            _ => 0,
        };
        if (length == 0 || body[1] > length * 8)
        {
            return false;
        }

        uint flags = body[2];
        bool isOurs = false;
        ReadOnlySpan<byte> address = default;
        ReadOnlySpan<byte> local = default;
        NetlinkAttributeReader attributes = new(body[AddressInfoLength..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case AddressAddress:
                    address = attributes.Value;
                    break;
                case AddressLocal:
                    local = attributes.Value;
                    break;
                case AddressFlags when attributes.Value.Length == 4:
                    flags = MemoryMarshal.Read<uint>(attributes.Value);
                    break;
                case AddressProtocol when attributes.Value.Length == 1:
                    isOurs = attributes.Value[0] == OurAddressProtocol;
                    break;
                default:
                    break;
            }
        }

        // With a peer address (point to point) IFA_LOCAL is this end and IFA_ADDRESS the other; IPv6 without peer has IFA_ADDRESS only.
        ReadOnlySpan<byte> mine = local.Length == length ? local : address;
        if (mine.Length != length)
        {
            return false;
        }

        int index = MemoryMarshal.Read<int>(body[4..]);
        message = new(index, new(Address.Read(mine), body[1]), body[3], flags, isOurs)
        {
            Peer = address.Length == length && !address.SequenceEqual(mine) ? Address.Read(address) : null,
        };
        return true;
    }

    public LinkAddress ToLinkAddress()
    {
        bool tentative = (Flags & FlagDadFailed) != 0 || (Flags & (FlagTentative | FlagOptimistic)) == FlagTentative;
        return new(Prefix, Scope, Flags, IsOurs, tentative) { Peer = Peer };
    }

    /// <summary>Whether an address known as <paramref name="known"/> says the same.</summary>
    public bool Equals(LinkAddress known) => Prefix == known.Prefix && Scope == known.Scope && Flags == known.Flags && IsOurs == known.IsOurs && Peer == known.Peer;
}
