namespace HotStandby.Agent.Vrrp;

/// <summary>
/// Why a packet did not reach the state machine, in the order of the checks: the first one that fails is the one counted. Names in brackets are
/// the counters of RFC 6527 (v3), RFC 2787 (v2) and RFC 8347 it belongs to.
/// </summary>
public enum DropReason
{
    /// <summary>It was accepted.</summary>
    None,

    /// <summary>Not an IPv4 or IPv6 packet whose fixed header is whole.</summary>
    NotIp,

    /// <summary>Not IP protocol 112; an IPv6 extension header counts as that (RFC 9568 5.1.2.4).</summary>
    Protocol,

    /// <summary>
    /// Not sent to 224.0.0.18 or ff02::12, or the virtual router's own group; for a virtual router in unicast mode: sent there, or to an address that this node does not have.
    /// </summary>
    Destination,

    /// <summary>The source is multicast or unspecified, or IPv6 and not link-local.</summary>
    Source,

    /// <summary>The source is this node: a looped frame, or somebody else uses this node's address.</summary>
    OwnSource,

    /// <summary>The IP header is unsound: header length, total length, a fragment, or the IPv4 header checksum (packet-length-errors).</summary>
    IpHeader,

    /// <summary>Shorter than the 8 fixed bytes; or count 0 or not exactly the length that the count says (packet-length-errors).</summary>
    Length,

    /// <summary>Unicast mode: the source is none of the peers.</summary>
    Peer,

    /// <summary>TTL or hop limit is not 255, in unicast mode less than the least one accepted: it came through a router (ip-ttl-errors).</summary>
    Ttl,

    /// <summary>Not the version of the virtual router, or of any here (version-errors).</summary>
    Version,

    /// <summary>No virtual router of this interface and family has the VRID (vrid-errors).</summary>
    Vrid,

    /// <summary>Not type 1, ADVERTISEMENT (invalid-type-pkts-rcvd).</summary>
    Type,

    /// <summary>Wrong in every accepted form (checksum-errors).</summary>
    Checksum,

    /// <summary>v2: an authentication type that no RFC knows (vrrpStatsInvalidAuthType).</summary>
    AuthTypeUnknown,

    /// <summary>v2: a known authentication type other than the configured one (vrrpStatsAuthTypeMismatch).</summary>
    AuthType,

    /// <summary>v2: another simple password than the configured one (vrrpStatsAuthFailures).</summary>
    AuthFailure,

    /// <summary>v3: whole, with a signature behind it, and the virtual router is not set to signed adverts (packet-length-errors).</summary>
    HmacUnexpected,

    /// <summary>v3, mode enforce: it is not signed.</summary>
    HmacMissing,

    /// <summary>v3: signed with a key that the virtual router does not have.</summary>
    HmacKey,

    /// <summary>v3: the signature is wrong: another secret under that id, or not from a holder of the key at all.</summary>
    HmacFailure,

    /// <summary>v3: rightly signed, but not after what was accepted of that sender already.</summary>
    HmacReplay,

    /// <summary>v3: rightly signed, but nothing says that it was just now: kept back and played later, or by a clock that is behind.</summary>
    HmacStale,

    /// <summary>v2: another interval than the configured one; v3: interval 0 (interval-errors).</summary>
    Interval,

    /// <summary>v3 IPv6: the first address is not link-local; v2: another list than the configured one, not from an owner (address-list-errors).</summary>
    AddressList,

    /// <summary>
    /// Its address list has none of the virtual router's addresses: another virtual router that was given the same VRID (address-list-errors).
    /// RFC 9568 7.1 leaves it open; who followed it would serve its own addresses to nobody.
    /// </summary>
    Stranger,

    /// <summary>v2: this node is the address owner and listens to nobody (RFC 3768 7.1).</summary>
    Owner,

    /// <summary>The virtual router is in INITIALIZE or FAULT and takes no part.</summary>
    NotRunning,
}
