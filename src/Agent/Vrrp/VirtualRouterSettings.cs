using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Vrrp;

/// <summary>Everything the protocol needs to know of one virtual router on one node; a value, replaced whole by a reload.</summary>
/// <param name="Name">Its name in plugins.json.</param>
/// <param name="Vrid">1..255.</param>
/// <param name="Version">2 or 3; IPv6 is always 3.</param>
/// <param name="IsIPv6">Family of the adverts and of every address.</param>
/// <param name="Priority">Base priority on this node, 1..255; 255 is the address owner (RFC 9568 5.2.4).</param>
/// <param name="AdvertisementInterval">v3: 10 ms to 40.95 s in steps of 10 ms; v2: 1 to 255 whole seconds.</param>
/// <param name="Addresses">The virtual addresses in wire order; IPv6: the first is link-local. 1..255.</param>
/// <param name="Preempt">Preempt_Mode (RFC 9568 6.1).</param>
/// <param name="PreemptDelay">Extension as keepalived's preempt_delay: zero for none.</param>
/// <param name="ChecksumForm">The IPv4 v3 checksum form that is sent; both are accepted.</param>
/// <param name="AnnounceRepeat">Gratuitous ARPs or NAs per address in one volley, 1..20 (keepalived garp_master_repeat).</param>
/// <param name="AnnounceDelay">Time to the second volley, zero for none (keepalived garp_master_delay).</param>
public sealed record VirtualRouterSettings(
    string Name,
    byte Vrid,
    byte Version,
    bool IsIPv6,
    byte Priority,
    Duration AdvertisementInterval,
    IReadOnlyList<AddressPrefix> Addresses,
    bool Preempt,
    Duration PreemptDelay,
    ChecksumForm ChecksumForm,
    int AnnounceRepeat,
    Duration AnnounceDelay)
{
    /// <summary>How often a MASTER announces each address once, whether anything happened or not; zero for never (keepalived garp_master_refresh).</summary>
    public Duration AnnounceRefresh { get; init; }

    /// <summary>10 ms, the shortest Max Advertise Interval (RFC 9568 5.2.7).</summary>
    public static readonly Duration ShortestInterval = Duration.FromCentiseconds(1);

    /// <summary>40.95 s, the longest Max Advertise Interval (RFC 9568 5.2.7).</summary>
    public static readonly Duration LongestInterval = Duration.FromCentiseconds(4095);

    /// <summary>
    /// The most a <see cref="Sticky"/> master advertises below its priority: after that many take-overs from silence in a row the greater address
    /// decides again, as RFC 9568 has it.
    /// </summary>
    public const int StickyRange = 7;

    /// <summary>
    /// Extension (v3): the longest interval a backup learns from a master, so that one forged advert can't make it wait for two minutes.
    /// Default 40.95 s: no cap.
    /// </summary>
    public Duration LearnedIntervalCap { get; init; } = LongestInterval;

    /// <summary>
    /// Extension: how many adverts of the master must be missing before its end is assumed, 1..100 (keepalived down_timer_adverts). Default 3, as
    /// RFC 9568 6.1 and RFC 3768 6.1 have it.
    /// </summary>
    public int DownTimerAdverts { get; init; } = 3;

    /// <summary>Extension: the multicast group adverts go to and are heard on (keepalived mcast_dst_ip); null for the family's, 224.0.0.18 or ff02::12.</summary>
    public Address? MulticastGroup { get; init; }

    /// <summary>The multicast group that is in force, whether adverts go there or, with <see cref="Unicast"/>, nowhere.</summary>
    public Address Group => MulticastGroup ?? AdvertisementCodec.Group(IsIPv6);

    /// <summary>Whether an IPv4 v3 advert in the other checksum form is dropped. Default false: both forms are accepted.</summary>
    public bool StrictChecksum { get; init; }

    /// <summary>Extension: adverts go to these peers one by one and to no group (keepalived unicast_peer); null: multicast.</summary>
    public UnicastSettings? Unicast { get; init; }

    /// <summary>v2: the simple text password that is sent and demanded (RFC 2338); null for authentication type 0.</summary>
    public SimplePassword? Password { get; init; }

    /// <summary>
    /// Extension: what no-preempt, a preempt delay and a switchover don't protect is a weaker master whose checks have lowered its priority. Null:
    /// they protect any (RFC 9568 6.1; keepalived).
    /// </summary>
    public HealthRule? Health { get; init; }

    /// <summary>The other nodes of the file, to be called by their names; of either family, a node may have two addresses.</summary>
    public IReadOnlyList<NodeName> Peers { get; init; } = [];

    /// <summary>
    /// Extension: what the strongest other node of the file advertises while its checks are well, 1..255. A master that falls below it calls that node
    /// at once. Null: no other node is known.
    /// </summary>
    public byte? StrongestPeer { get; init; }

    /// <summary>v3 extension: adverts are signed (keepalived auth_hmac); null for unsigned ones.</summary>
    public HmacSettings? Hmac { get; init; }

    /// <summary>Extension: the name of its sync group (keepalived vrrp_sync_group), which decides when it takes the role; null for none.</summary>
    public string? SyncGroup { get; init; }

    /// <summary>
    /// Extension: whoever has the role keeps it among nodes of equal priority, also when both had it during a split. A master that took the role
    /// from silence advertises one less than the silent one did, at most <see cref="StickyRange"/> less than its priority; backups don't take such
    /// a master for weaker. Every router of the group needs it.
    /// </summary>
    public bool Sticky { get; init; }

    /// <summary>By how much a master's advert may be below a backup's priority without being weaker: <see cref="StickyRange"/> or 0.</summary>
    public int Tolerance => Sticky ? StickyRange : 0;

    /// <summary>Whether it is one of the virtual addresses that its adverts list.</summary>
    public bool Lists(Address address)
    {
        for (int i = 0; i < Addresses.Count; i++)
        {
            if (Addresses[i].Address == address)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether another node of the file has the address.</summary>
    public bool IsNode(Address address)
    {
        for (int i = 0; i < Peers.Count; i++)
        {
            if (Peers[i].Address == address)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Priority 255 (RFC 9568 5.2.4): always preempts, and tracking never changes it.</summary>
    public bool IsOwner => Priority == 255;
}

/// <summary>What nodes advertise while all of their checks are well: an advert says no more of a node's health than its priority.</summary>
/// <param name="OwnWeights">What this node's checks add to its base priority while all are well; 0 or more.</param>
/// <param name="Peers">The other nodes. A master that is none of them counts as well.</param>
public sealed record HealthRule(int OwnWeights, IReadOnlyList<HealthyPriority> Peers)
{
    /// <summary>Whether a node of the file advertises less than it does while it is well.</summary>
    public bool IsLowered(Address source, byte advertised)
    {
        for (int i = 0; i < Peers.Count; i++)
        {
            if (Peers[i].Source == source)
            {
                return advertised < Peers[i].Priority;
            }
        }

        return false;
    }
}

/// <summary>One node while all of its checks are well.</summary>
/// <param name="Source">Where its adverts come from; null where the file does not say (IPv6).</param>
/// <param name="Priority">1..255: what they carry then.</param>
public readonly record struct HealthyPriority(Address? Source, byte Priority)
{
    /// <summary>Its name in the file.</summary>
    public string Node { get; init; } = "";
}

/// <summary>What the file calls the node with an address.</summary>
public readonly record struct NodeName(Address Address, string Name);

/// <summary>Adverts to and from named peers only.</summary>
/// <param name="Peers">The other nodes, of the virtual router's family; not this node.</param>
/// <param name="MinimumTtl">The least TTL or hop limit that is accepted, 1..255; 255: nothing that a router forwarded (RFC 5082).</param>
/// <param name="CheckSource">Whether adverts from others than the peers are dropped.</param>
public sealed record UnicastSettings(IReadOnlyList<Address> Peers, byte MinimumTtl, bool CheckSource)
{
    public bool IsPeer(Address address)
    {
        for (int i = 0; i < Peers.Count; i++)
        {
            if (Peers[i] == address)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The two forms of the IPv4 VRRPv3 checksum found in the field.</summary>
public enum ChecksumForm
{
    /// <summary>With the IPv4 pseudo-header: RFC 5798 as keepalived and FRR read it; the deployed base.</summary>
    PseudoHeader,

    /// <summary>Over the VRRP message only: RFC 9568 5.2.8; Cisco IOS, Arista EOS.</summary>
    MessageOnly,
}
