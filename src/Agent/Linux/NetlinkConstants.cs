namespace HotStandby.Agent.Linux;

/// <summary>The numbers of netlink(7) and rtnetlink(7) that the agent speaks (linux/netlink.h, rtnetlink.h, if_addr.h, if_link.h).</summary>
internal static class NetlinkConstants
{
    internal const int HeaderLength = 16;
    internal const int LinkInfoLength = 16; // struct ifinfomsg
    internal const int AddressInfoLength = 8; // struct ifaddrmsg

    internal const ushort MessageError = 2;
    internal const ushort MessageDone = 3;
    internal const ushort NewLink = 16;
    internal const ushort DeleteLink = 17;
    internal const ushort GetLink = 18;
    internal const ushort NewAddress = 20;
    internal const ushort DeleteAddress = 21;
    internal const ushort GetAddress = 22;

    internal const int NeighborInfoLength = 12; // struct ndmsg
    internal const ushort NewNeighbor = 28;
    internal const ushort DeleteNeighbor = 29;
    internal const ushort GetNeighbor = 30;
    internal const uint GroupNeighbor = 0x4;
    internal const ushort NeighborAddress = 1; // NDA_DST
    internal const ushort NeighborMacAddress = 2; // NDA_LLADDR
    internal const ushort NeighborStale = 0x4; // NUD_STALE
    internal const ushort NeighborValid = 0xde; // NUD_VALID: reachable, stale, delay, probe, noarp, permanent

    internal const int RouteInfoLength = 12; // struct rtmsg; struct fib_rule_hdr has the same length
    internal const ushort NewRoute = 24;
    internal const ushort DeleteRoute = 25;
    internal const ushort GetRoute = 26;
    internal const ushort NewRule = 32;
    internal const ushort DeleteRule = 33;
    internal const ushort GetRule = 34;
    internal const ushort RouteDestination = 1; // RTA_DST
    internal const ushort RouteOutInterface = 4; // RTA_OIF
    internal const ushort RouteGateway = 5; // RTA_GATEWAY
    internal const ushort RoutePriority = 6; // RTA_PRIORITY
    internal const ushort RouteSource = 7; // RTA_PREFSRC
    internal const ushort RouteTable = 15; // RTA_TABLE
    internal const byte RouteUnicast = 1; // RTN_UNICAST
    internal const byte ScopeNowhere = 255; // RT_SCOPE_NOWHERE: any, in a request to delete
    internal const ushort RuleDestination = 1; // FRA_DST
    internal const ushort RuleSource = 2; // FRA_SRC
    internal const ushort RulePriority = 6; // FRA_PRIORITY
    internal const ushort RuleTable = 15; // FRA_TABLE
    internal const ushort RuleProtocol = 21; // FRA_PROTOCOL, kernel 4.17 and later
    internal const byte RuleToTable = 1; // FR_ACT_TO_TBL

    internal const ushort FlagRequest = 0x1;
    internal const ushort FlagAck = 0x4;
    internal const ushort FlagDumpInterrupted = 0x10;
    internal const ushort FlagAckAttributes = 0x200; // NLM_F_ACK_TLVS
    internal const ushort FlagReplace = 0x100;
    internal const ushort FlagExclusive = 0x200;
    internal const ushort FlagDump = 0x300;
    internal const ushort FlagCreate = 0x400;
    internal const ushort FlagAppend = 0x800;

    internal const uint GroupLink = 0x1;
    internal const uint GroupIPv4Address = 0x10;
    internal const uint GroupIPv6Address = 0x100;

    internal const int SocketLevel = 270; // SOL_NETLINK
    internal const int CapAcknowledge = 10; // NETLINK_CAP_ACK: an ack without a copy of the request
    internal const int ExtendedAcknowledge = 11; // NETLINK_EXT_ACK: an error with the kernel's own sentence
    internal const int StrictCheck = 12; // NETLINK_GET_STRICT_CHK: dumps that honour the interface index

    internal const ushort ErrorMessageAttribute = 1; // NLMSGERR_ATTR_MSG

    internal const ushort LinkMacAddress = 1; // IFLA_ADDRESS
    internal const ushort LinkName = 3; // IFLA_IFNAME
    internal const ushort LinkMtu = 4; // IFLA_MTU
    internal const ushort LinkLowerIndex = 5; // IFLA_LINK
    internal const ushort LinkMaster = 10; // IFLA_MASTER
    internal const ushort LinkKindInfo = 18; // IFLA_LINKINFO
    internal const ushort LinkAlias = 20; // IFLA_IFALIAS
    internal const ushort LinkKind = 1; // IFLA_INFO_KIND
    internal const ushort LinkKindData = 2; // IFLA_INFO_DATA
    internal const ushort LinkMasterKind = 4; // IFLA_INFO_SLAVE_KIND
    internal const ushort LinkProperties = 52; // IFLA_PROP_LIST
    internal const ushort LinkAlternativeName = 53; // IFLA_ALT_IFNAME
    internal const ushort MacvlanMode = 1; // IFLA_MACVLAN_MODE
    internal const uint MacvlanPrivate = 1; // MACVLAN_MODE_PRIVATE
    internal const ushort LinkExtendedMask = 29; // IFLA_EXT_MASK
    internal const uint SkipStatistics = 8; // RTEXT_FILTER_SKIP_STATS

    internal const uint InterfaceUp = 0x1; // IFF_UP
    internal const uint InterfaceLoopback = 0x8; // IFF_LOOPBACK
    internal const uint InterfaceLowerUp = 0x10000; // IFF_LOWER_UP

    internal const ushort AddressAddress = 1; // IFA_ADDRESS
    internal const ushort AddressLocal = 2; // IFA_LOCAL
    internal const ushort AddressLabel = 3; // IFA_LABEL
    internal const ushort AddressBroadcast = 4; // IFA_BROADCAST
    internal const ushort AddressLifetimes = 6; // IFA_CACHEINFO
    internal const ushort AddressFlags = 8; // IFA_FLAGS
    internal const ushort AddressProtocol = 11; // IFA_PROTO, kernel 5.18 and later; older ones ignore it

    internal const uint FlagSecondary = 0x1;
    internal const uint FlagNoDad = 0x2;
    internal const uint FlagOptimistic = 0x4;
    internal const uint FlagDadFailed = 0x8;
    internal const uint FlagDeprecated = 0x20;
    internal const uint FlagTentative = 0x40;
    internal const uint FlagPermanent = 0x80;
    internal const uint FlagNoPrefixRoute = 0x200;

    internal const byte ScopeUniverse = 0;
    internal const byte ScopeLink = 253;
    internal const byte ScopeHost = 254;

    internal const byte FamilyUnspecified = 0;
    internal const byte FamilyIPv4 = 2;
    internal const byte FamilyIPv6 = 10;

    /// <summary>
    /// The value of IFA_PROTO on every address the agent binds: VRRP's protocol number. The kernel uses 1 to 3 (if_addr.h), others are free.
    /// </summary>
    internal const byte OurAddressProtocol = 112;

    /// <summary>rtm_protocol of every route and FRA_PROTOCOL of every rule; free in rtnetlink.h (keepalived is 18).</summary>
    internal const byte OurRouteProtocol = 112;
}
