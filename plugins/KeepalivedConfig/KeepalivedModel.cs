namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>
/// What templates see, with snake_case names: <c>node.name</c>, <c>routers[0].virtual_router_id</c>. Everything is ready to print: durations
/// are in seconds, names and commands are checked and quoted as keepalived reads them. Documented in docs/plugins/keepalivedconfig.md.
/// </summary>
/// <param name="Node">The node the file is for.</param>
/// <param name="Nodes">Every node, in the order of plugins.json.</param>
/// <param name="Processes">Checks that become vrrp_track_process.</param>
/// <param name="Scripts">Checks that become vrrp_script.</param>
/// <param name="Routers">The virtual routers.</param>
public sealed record KeepalivedModel(
    KeepalivedNode Node,
    IReadOnlyList<KeepalivedNode> Nodes,
    IReadOnlyList<KeepalivedProcess> Processes,
    IReadOnlyList<KeepalivedScript> Scripts,
    IReadOnlyList<KeepalivedRouter> Routers)
{
    /// <summary>The sync groups.</summary>
    public IReadOnlyList<KeepalivedSyncGroup> SyncGroups { get; init; } = [];

    /// <summary>Files that become track_file blocks.</summary>
    public IReadOnlyList<KeepalivedFile> Files { get; init; } = [];

    /// <summary>The lines of interface_up_down_delays: interface, seconds down, seconds up.</summary>
    public IReadOnlyList<KeepalivedDelay> InterfaceUpDownDelays { get; init; } = [];

    /// <summary>What keepalived has for itself of the agent's settings.</summary>
    public KeepalivedAgent Agent { get; init; } = new("", false, "", "");

    /// <summary>What of the file as a whole keepalived can't do, or does in another way.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];
}

/// <summary>Settings in global_defs; empty for none.</summary>
/// <param name="VrrpRtPriority">1..99.</param>
/// <param name="VrrpNoSwap">Whether to print vrrp_no_swap.</param>
/// <param name="VrrpStartupDelay">Seconds.</param>
/// <param name="VrrpDelayAfterBoot">Seconds (keepalived 2.4.0).</param>
public sealed record KeepalivedAgent(string VrrpRtPriority, bool VrrpNoSwap, string VrrpStartupDelay, string VrrpDelayAfterBoot);

/// <summary>A line of interface_up_down_delays.</summary>
/// <param name="Interface">Its name.</param>
/// <param name="Down">Seconds it must be down.</param>
/// <param name="Up">Seconds it must be up.</param>
/// <param name="From">Where it stands in plugins.json; empty when unknown.</param>
public sealed record KeepalivedDelay(string Interface, string Down, string Up, string From);

/// <summary>A line of virtual_ipaddress or virtual_ipaddress_excluded.</summary>
/// <param name="Line">The address with its attributes.</param>
/// <param name="From">Where it stands in plugins.json; empty when unknown.</param>
public sealed record KeepalivedAddress(string Line, string From);

/// <summary>A vrrp_sync_group block.</summary>
/// <param name="Name">Its name in plugins.json.</param>
/// <param name="Group">The names of its instances.</param>
/// <param name="SyncGroupTrackingWeight">Whether to print sync_group_tracking_weight: without it keepalived takes the weights of members away.</param>
public sealed record KeepalivedSyncGroup(string Name, IReadOnlyList<string> Group, bool SyncGroupTrackingWeight)
{
    /// <summary>Notify lines.</summary>
    public IReadOnlyList<KeepalivedNotify> Notify { get; init; } = [];

    /// <summary>What keepalived does in another way here.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>Where it stands in plugins.json; empty when unknown.</summary>
    public string From { get; init; } = "";
}

/// <summary>A track_file block.</summary>
/// <param name="Name">Made of its path.</param>
/// <param name="File">Its path.</param>
/// <param name="Comments">How keepalived reads it in another way.</param>
public sealed record KeepalivedFile(string Name, string File, IReadOnlyList<string> Comments)
{
    /// <summary>Where it stands in plugins.json; empty when unknown.</summary>
    public string From { get; init; } = "";
}

/// <summary>One machine of the pair.</summary>
/// <param name="Name">Its name in plugins.json.</param>
/// <param name="Address">Its own address, no prefix length.</param>
/// <param name="Priority">Its base priority, 1..255.</param>
public sealed record KeepalivedNode(string Name, string Address, int Priority);

/// <summary>A vrrp_track_process block.</summary>
/// <param name="Name">The check's id.</param>
/// <param name="Process">Name of the process, as in /proc/PID/comm.</param>
/// <param name="ForkDelay">Seconds a process must live before it counts (from rise); empty for none.</param>
/// <param name="TerminateDelay">Seconds it must be gone before that counts (from fall); empty for none.</param>
/// <param name="Comments">How it differs from the check of plugins.json.</param>
public sealed record KeepalivedProcess(
    string Name,
    string Process,
    string ForkDelay,
    string TerminateDelay,
    IReadOnlyList<string> Comments)
{
    /// <summary>How many must live, at least 1.</summary>
    public int Quorum { get; init; } = 1;

    /// <summary>Where it stands in plugins.json; empty when unknown.</summary>
    public string From { get; init; } = "";
}

/// <summary>A vrrp_script block.</summary>
/// <param name="Name">The check's id.</param>
/// <param name="Command">The command line, without the outer double quotes.</param>
/// <param name="Interval">Seconds; whole ones before keepalived 2.3.2.</param>
/// <param name="Timeout">Seconds; whole ones before keepalived 2.3.2.</param>
/// <param name="Rise">Successes in a row before up.</param>
/// <param name="Fall">Failures in a row before down.</param>
/// <param name="Comments">How it differs from the check of plugins.json.</param>
public sealed record KeepalivedScript(
    string Name,
    string Command,
    string Interval,
    string Timeout,
    int Rise,
    int Fall,
    IReadOnlyList<string> Comments)
{
    /// <summary>Whether to print init_fail.</summary>
    public bool InitFail { get; init; }

    /// <summary>Where it stands in plugins.json; empty when unknown.</summary>
    public string From { get; init; } = "";
}

/// <summary>A vrrp_instance block.</summary>
/// <param name="Name">Its name in plugins.json.</param>
/// <param name="Interface">The interface adverts are sent on.</param>
/// <param name="VirtualRouterId">1..255.</param>
/// <param name="Version">2 or 3.</param>
/// <param name="Priority">Base priority of the node the file is for, 1..255.</param>
/// <param name="AdvertInt">Seconds, with up to two decimals.</param>
/// <param name="Nopreempt">Whether to print nopreempt.</param>
/// <param name="PreemptDelay">Seconds; empty for none.</param>
/// <param name="V3ChecksumAsV2">Whether to print v3_checksum_as_v2 (keepalived 2.2.8 or younger).</param>
/// <param name="VirtualIpaddress">The virtual addresses with prefix length, in the order of the file.</param>
/// <param name="TrackProcess">Tracked vrrp_track_process blocks.</param>
/// <param name="TrackScript">Tracked vrrp_script blocks.</param>
/// <param name="Notify">Notify lines.</param>
/// <param name="Comments">What keepalived does in another way here.</param>
public sealed record KeepalivedRouter(
    string Name,
    string Interface,
    int VirtualRouterId,
    int Version,
    int Priority,
    string AdvertInt,
    bool Nopreempt,
    string PreemptDelay,
    bool V3ChecksumAsV2,
    IReadOnlyList<KeepalivedAddress> VirtualIpaddress,
    IReadOnlyList<KeepalivedTrack> TrackProcess,
    IReadOnlyList<KeepalivedTrack> TrackScript,
    IReadOnlyList<KeepalivedNotify> Notify,
    IReadOnlyList<string> Comments)
{
    /// <summary>The lines of virtual_ipaddress_excluded; empty for none.</summary>
    public IReadOnlyList<KeepalivedAddress> VirtualIpaddressExcluded { get; init; } = [];

    /// <summary>The lines of virtual_routes; empty for none.</summary>
    public IReadOnlyList<string> VirtualRoutes { get; init; } = [];

    /// <summary>The lines of virtual_rules; empty for none.</summary>
    public IReadOnlyList<string> VirtualRules { get; init; } = [];

    /// <summary>mcast_src_ip or, with peers, unicast_src_ip; empty for none.</summary>
    public string SourceIp { get; init; } = "";

    /// <summary>The lines of unicast_peer; empty for multicast.</summary>
    public IReadOnlyList<string> UnicastPeer { get; init; } = [];

    /// <summary>Whether to print check_unicast_src.</summary>
    public bool CheckUnicastSrc { get; init; }

    /// <summary>Whether to print use_vmac.</summary>
    public bool UseVmac { get; init; }

    /// <summary>Whether to print no_accept.</summary>
    public bool NoAccept { get; init; }

    /// <summary>Whether to print vmac_xmit_base, which keepalived wants with unicast.</summary>
    public bool VmacXmitBase { get; init; }

    /// <summary>Tracked interfaces.</summary>
    public IReadOnlyList<KeepalivedTrack> TrackInterface { get; init; } = [];

    /// <summary>Tracked track_file blocks.</summary>
    public IReadOnlyList<KeepalivedTrack> TrackFile { get; init; } = [];

    /// <summary>auth_pass of auth_type PASS (version 2); empty for no authentication.</summary>
    public string AuthPass { get; init; } = "";

    /// <summary>auth_hmac (version 3, keepalived 2.4.2); null for none.</summary>
    public KeepalivedHmac? AuthHmac { get; init; }

    /// <summary>min_ttl of each unicast peer; empty for none.</summary>
    public string MinTtl { get; init; } = "";

    /// <summary>down_timer_adverts; empty for keepalived's default of 3.</summary>
    public string DownTimerAdverts { get; init; } = "";

    /// <summary>garp_master_repeat; empty for keepalived's default of 5.</summary>
    public string GarpMasterRepeat { get; init; } = "";

    /// <summary>garp_master_delay in seconds; empty for keepalived's default of 5.</summary>
    public string GarpMasterDelay { get; init; } = "";

    /// <summary>garp_master_refresh in seconds; empty for none.</summary>
    public string GarpMasterRefresh { get; init; } = "";

    /// <summary>mcast_dst_ip; empty for keepalived's default.</summary>
    public string McastDstIp { get; init; } = "";

    /// <summary>Where it stands in plugins.json; empty when unknown, as the others are then.</summary>
    public string From { get; init; } = "";

    /// <summary>Where its priority on this node stands.</summary>
    public string FromPriority { get; init; } = "";

    /// <summary>Where its interface on this node stands.</summary>
    public string FromInterface { get; init; } = "";

    /// <summary>Where the source address of its adverts stands.</summary>
    public string FromSource { get; init; } = "";
}

/// <summary>auth_hmac.</summary>
/// <param name="Keys">By id.</param>
/// <param name="ActiveKey">The id of the one that signs.</param>
/// <param name="Mode">enforce, permissive or receive-only.</param>
/// <param name="AntiReplay">time or monotonic.</param>
/// <param name="TimeWindow">Whole seconds; empty with monotonic.</param>
public sealed record KeepalivedHmac(IReadOnlyList<KeepalivedHmacKey> Keys, int ActiveKey, string Mode, string AntiReplay, string TimeWindow)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{Mode} ***";
}

/// <summary>A key line.</summary>
/// <param name="Id">0..255.</param>
/// <param name="Hex">64 to 128 hex digits.</param>
public sealed record KeepalivedHmacKey(int Id, string Hex)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Id} ***";
}

/// <summary>A line of track_script, track_process, track_interface or track_file.</summary>
/// <param name="Name">The check's id, the interface, or the name of the block.</param>
/// <param name="Weight">-253..253; 0 means that failing is FAULT.</param>
public sealed record KeepalivedTrack(string Name, int Weight)
{
    /// <summary>Whether to print reverse.</summary>
    public bool Reverse { get; init; }

    /// <summary>Where it stands in plugins.json; empty when unknown.</summary>
    public string From { get; init; } = "";
}

/// <summary>A notify line.</summary>
/// <param name="Keyword">notify_master, notify_backup, notify_fault, notify_stop or notify.</param>
/// <param name="Command">The command line, without the outer double quotes.</param>
public sealed record KeepalivedNotify(string Keyword, string Command)
{
    /// <summary>Where it stands in plugins.json; empty when unknown.</summary>
    public string From { get; init; } = "";
}
