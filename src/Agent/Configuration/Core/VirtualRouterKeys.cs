using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of one virtual router.</summary>
internal static class VirtualRouterKeys
{
    public static readonly Member<string> Name = new("name", Names.Id, "Its name, unique in the file.") { Required = true };

    public static readonly Member<long> Vrid = new(
        "vrid", new IntegerShape(1, 255), "Virtual router id, 1..255; unique per interface and address family, also among other VRRP routers of the network.")
    {
        Required = true,
        Aliases = ["virtual_router_id", "id"],
    };

    public static readonly Member<string> Interface = new(
        "interface", Names.Interface, "The interface adverts are sent on and the addresses are bound to; by its name or an alternative one.")
    {
        Required = true,
        Aliases = ["dev", "device"],
    };

    public static readonly Member<long> Version = new("version", new IntegerShape(2, 3), "VRRP version: 3 (RFC 9568) or 2 (RFC 3768, IPv4 only).")
    {
        Default = "3",
        Aliases = ["vrrp_version"],
    };

    public static readonly Member<TimeSpan> AdvertInterval = new(
        "advertInterval",
        new DurationShape(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(255)),
        "Time between two adverts. Version 3: \"10ms\" to \"40.95s\" in steps of 10 ms; version 2: \"1s\" to \"255s\" in whole seconds.")
    {
        Default = "\"1s\"",
        Aliases = ["advert_int", "interval"],
    };

    public static readonly VirtualAddressShape VirtualAddress = new();

    public static readonly Member Addresses = new(
        "addresses",
        new ListShape(VirtualAddress, 1, 255) { MoreElsewhere = "An advert carries 255 addresses at most: put the others into excludedAddresses." },
        "The virtual addresses as \"address/prefix length\"; without a length /32 or /128; or objects that say more. One family; IPv6: the first is link-local.")
    {
        Required = true,
        Aliases = ["virtual_ipaddress", "vip", "vips", "ip"],
    };

    public static readonly Member ExcludedAddresses = new(
        "excludedAddresses",
        new ListShape(VirtualAddress, 0, 1024),
        "More virtual addresses, written as in addresses, that move with the role and are not in the adverts. Of either family; not with useVmac.")
    {
        Default = "[]",
        Aliases = ["virtual_ipaddress_excluded", "excluded", "moreAddresses"],
    };

    public static readonly Member<bool> Preempt = new(
        "preempt", new BooleanShape(), "Whether a node with a greater priority takes the role over from a healthy master.")
    {
        Default = "true",
        Aliases = ["nopreempt"],
    };

    public static readonly Member<TimeSpan> PreemptDelay = new(
        "preemptDelay",
        new DurationShape(TimeSpan.Zero, TimeSpan.FromSeconds(1000)),
        "How long it waits before it does so; \"0s\" for at once.")
    {
        Default = "\"0s\"",
    };

    public static readonly Member<bool> PreemptUnhealthy = new(
        "preemptUnhealthy",
        new BooleanShape(),
        "Whether preempt false, preemptDelay and a switchover protect a weaker master only as long as its checks are well; false: they protect any, as keepalived's nopreempt.")
    {
        Default = "true",
    };

    public static readonly Member<ChecksumForm> Checksum = new(
        "checksum",
        new WordShape<ChecksumForm>(("pseudoHeader", ChecksumForm.PseudoHeader), ("messageOnly", ChecksumForm.MessageOnly)),
        "Form of the checksum that is sent; both are accepted. Version 3 with IPv4 only. \"pseudoHeader\": as keepalived and FRR; \"messageOnly\": RFC 9568 5.2.8, as Cisco IOS and Arista EOS.")
    {
        Default = "\"pseudoHeader\"",
    };

    public static readonly Member<long> AnnounceRepeat = new(
        "announceRepeat", new IntegerShape(1, 20), "Gratuitous ARPs (IPv6: unsolicited neighbour advertisements) per address in one volley.")
    {
        Default = "5",
        Aliases = ["garp_master_repeat"],
    };

    public static readonly Member<TimeSpan> AnnounceDelay = new(
        "announceDelay",
        new DurationShape(TimeSpan.Zero, TimeSpan.FromSeconds(255)),
        "Time from the first to the second volley after a take-over; \"0s\" for no second volley.")
    {
        Default = "\"5s\"",
        Aliases = ["garp_master_delay"],
    };

    public static readonly Member<TimeSpan> AnnounceRefresh = new(
        "announceRefresh",
        new DurationShape(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), orZero: true),
        "How often a MASTER announces each address once more, though nothing happened: for switches and routers that forget; \"0s\" for never.")
    {
        Default = "\"0s\"",
        Aliases = ["garp_master_refresh"],
    };

    public static readonly Member<DraftUnicast> Unicast = new(
        "unicast",
        new UnicastShape(),
        "Adverts go to each peer by itself and to no multicast group: for networks that carry no multicast. true: the peers are the other nodes of this file.")
    {
        Default = "false",
        Aliases = ["unicast_peer"],
    };

    public static readonly Member<bool> UseVmac = new(
        "useVmac",
        new BooleanShape(),
        "Whether the addresses have the virtual router's own MAC address, 00:00:5e:00:01:VRID (IPv6: 00:00:5e:00:02:VRID), on a macvlan: it moves with the role.")
    {
        Default = "false",
        Aliases = ["use_vmac", "vmac", "virtualMac"],
    };

    public static readonly Member Routes = new(
        "routes", new ListShape(RouteKeys.Route, 0, 255), "Routes that this node has while it has the addresses: added after them, removed before them.")
    {
        Default = "[]",
        Aliases = ["virtual_routes", "virtualRoutes", "route"],
    };

    public static readonly Member Rules = new(
        "rules", new ListShape(RouteKeys.Rule, 0, 255), "Routing rules that this node has while it has the addresses.")
    {
        Default = "[]",
        Aliases = ["virtual_rules", "virtualRules", "rule"],
    };

    public static readonly Member<bool> AcceptMode = new(
        "acceptMode",
        new BooleanShape(),
        "Whether a MASTER that does not own the addresses accepts packets to them (RFC 9568 Accept_Mode). false: they are only answered for by ARP and neighbour discovery and forwarded; needs nftables.")
    {
        Default = "true",
        Aliases = ["accept", "accept_mode"],
    };

    public static readonly Member<bool> Sticky = new(
        "sticky",
        new BooleanShape(),
        "Whether nodes may have the same priority: whoever has the role then keeps it, also when a split network has given it to both. Every router of the group must have it.")
    {
        Default = "false",
    };

    public static readonly Member<long> DownTimerAdverts = new(
        "downTimerAdverts",
        new IntegerShape(1, 100),
        "How many adverts of the master must be missing before a backup takes over, 1..100; 3 is the RFC's. Every node must have the same, and every router of another make its 3.")
    {
        Default = "3",
        Aliases = ["down_timer_adverts", "vrrp_down_timer_adverts"],
    };

    public static readonly Member<Address> MulticastGroup = new(
        "multicastGroup",
        new AddressShape(),
        "The multicast group adverts go to and are heard on, where it is not 224.0.0.18 or ff02::12.")
    {
        Aliases = ["mcast_dst_ip", "vrrp_mcast_group4", "vrrp_mcast_group6", "group"],
    };

    public static readonly Member Tracks = new("track", new ListShape(TrackKeys.Shape, 0, 64), "Checks, interfaces, files and processes that decide whether a node can serve.")
    {
        Default = "[]",
        Aliases = ["track_script", "track_process", "track_interface", "track_file", "tracks", "checks"],
    };

    public static readonly Member Notify = new("notify", new ListShape(Names.Id, 0, 64), "Ids of the plugin entries that are told of every transition.")
    {
        Default = "[]",
        Aliases = ["notify_master", "notify_backup", "notify_fault", "notifiers"],
    };

    public static readonly Member<TimeSpan> ReleaseBudget = new(
        "releaseBudget",
        new DurationShape(TimeSpan.Zero, TimeSpan.FromSeconds(60)),
        "How long a stop, drain or switchover waits for the release hooks of these (Script: onRelease) before the role is left; \"0s\": they are not asked.")
    {
        Default = "\"5s\"",
    };

    public static readonly Member<AuthenticationType> AuthenticationKind = new(
        "type",
        new WordShape<AuthenticationType>(("hmac", AuthenticationType.Hmac), ("pass", AuthenticationType.Pass)),
        "\"hmac\": signed adverts of version 3, as keepalived's auth_hmac. \"pass\": the simple text password of version 2, as keepalived's auth_type PASS; it is sent in the clear and protects nothing.")
    {
        Required = true,
        Aliases = ["auth_type"],
    };

    public static readonly Member<string> Password = new(
        "password", new SecretShape(), "The password itself, 1 to 8 bytes; better in a file of its own: passwordFile.")
    {
        Aliases = ["auth_pass", "pass"],
    };

    public static readonly Member<string> PasswordFile = new(
        "passwordFile",
        new TextShape { Shortest = 1 },
        "A file that holds the password, absolute or relative to the folder of plugins.json; nobody but root may read it.");

    public static readonly Member<string> Credential = new(
        "credential", Names.Id, "The name of a systemd credential (LoadCredential=, SetCredentialEncrypted=) that holds the password.");

    public static readonly ObjectShape AuthenticationShape = new(
        AuthenticationKind, Password, PasswordFile, Credential, HmacKeys.Keys, HmacKeys.ActiveKey, HmacKeys.Mode, HmacKeys.AntiReplay, HmacKeys.TimeWindow)
    {
        ExactlyOne = ["password", "passwordFile", "credential", "keys"],
        HowToChoose = "With type pass write \"passwordFile\": \"/etc/hotstandby/vrrp.password\", or \"credential\" for a systemd credential; with type hmac \"keys\".",
    };

    public static readonly Member Authentication = new(
        "authentication", AuthenticationShape, "Authentication of adverts: signed ones with version 3, a password for peers that demand it with version 2; left out for none.")
    {
        Aliases = ["auth", "auth_hmac"],
    };

    public static readonly ObjectShape Shape = new(
        Name, Vrid, Interface, Version, AdvertInterval, Addresses, ExcludedAddresses, Preempt, PreemptDelay, PreemptUnhealthy, Sticky, DownTimerAdverts, Checksum, AnnounceRepeat, AnnounceDelay, AnnounceRefresh, MulticastGroup, Unicast, UseVmac,
        AcceptMode, Routes, Rules, Tracks, Notify, ReleaseBudget, Authentication)
    {
        Elsewhere = new Dictionary<string, string>
        {
            ["priority"] = "Priorities stand under nodes, since they differ from node to node.",
            ["state"] = "No node has a fixed state: the node with the greater priority becomes MASTER.",

            // The nearest words mean the opposite.
            ["nopreempt"] = "Write \"preempt\": false.",
            ["no_accept"] = "Write \"acceptMode\": false.",
        },
    };
}
