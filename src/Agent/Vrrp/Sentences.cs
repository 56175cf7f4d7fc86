namespace HotStandby.Agent.Vrrp;

/// <summary>What the operator reads at night: one sentence per cause. Each allocates; transitions and alarms are rare.</summary>
internal static class Sentences
{
    public static string NoSource(VirtualRouterSettings settings, Address? refused) => (refused, settings.IsIPv6) switch
    {
        (null, false) => "The interface has no IPv4 address of its own to send advertisements from.",
        (null, true) => "The interface has no link-local IPv6 address of its own to send advertisements from.",
        (Address address, false) => $"{address} can't be the source of IPv4 advertisements.",
        (Address address, true) => $"{address} can't be the source of IPv6 advertisements: it must be link-local (fe80::/10).",
    };

    /// <param name="ended">The sentence of the fault that is over; null for a first start.</param>
    /// <param name="down">Master_Down_Interval.</param>
    public static string Startup(string? ended, Duration down) => ended is null
        ? $"Started: listens for a master for {down}."
        : $"{Over(ended)} Listens for a master for {down}.";

    /// <summary>After it failed in the role, and nothing has changed since.</summary>
    public static string StartupInDoubt(string failed, Duration down) =>
        $"{failed.TrimEnd('.')}. Nothing has changed since: leaves a living master in peace, and listens for one for {down}.";

    public static string OwnerStartup(string? ended) => ended is null
        ? "Started as the address owner (priority 255): took the role at once."
        : $"{Over(ended)} Took the role at once, as the address owner (priority 255) does.";

    private static string Over(string ended) => $"This is over: {ended.TrimEnd('.')}.";

    public static string NoResponse(Address? master, Duration silent, DownWait wait) => master is Address address
        ? $"No advertisement from {address} for {silent} ({wait}): took the role."
        : $"No advertisement from anybody for {silent} ({wait}): took the role.";

    public static string PriorityZero(Address? leaver, Duration waited) =>
        $"{leaver} left on purpose (priority 0) and nobody came for {waited}: took the role.";

    public static string Preempted(Address? master, byte theirs, byte mine, Duration delay) => mine == 255
        ? $"{master} is weaker (priority {theirs}) than this node, the address owner (priority 255): took the role."
        : delay > Duration.Zero
        ? $"{master} is weaker (priority {theirs} < {mine}) and the preempt delay of {delay} is over: took the role."
        : $"{master} is weaker (priority {theirs} < {mine}) and preempt is on: took the role.";

    public static string Unhealthy(Address? master, byte theirs, byte mine) =>
        $"{master} advertises priority {theirs}, less than the file gives it: its checks fail. This node is well (priority {mine}): took the role.";

    public static string TakenBack(Duration waited) =>
        $"This node left the role, and nobody came for {waited}: took it back.";

    public static string TakesWithGroup(string group, string member) =>
        $"{member} of the sync group {group} takes the role: took it with it.";

    public static string LeavesWithGroup(string group, VirtualRouter warned) =>
        $"{warned.Settings.Name} of the sync group {group} hears the stronger master {warned.MasterAddress} (priority {warned.MasterPriority}): gave the role up with it.";

    public static string SilentMember(string group, VirtualRouter hears) =>
        $"Hears no master, but {hears.Settings.Name} of the sync group {group} hears {hears.MasterAddress}: stays backup with it. The network is cut between the nodes here, or that master is in no such group.";

    public static string Stronger(Address master, byte theirs, byte mine) =>
        $"Heard the stronger master {master} (priority {theirs} > {mine}): gave the role up.";

    public static string GreaterAddress(Address master, byte priority, Address? mine) =>
        $"Heard the master {master} with the same priority {priority} and a greater address than {mine}: gave the role up.";

    public static string Asleep(Duration silent, Duration patience) =>
        $"Sent no advertisement for {silent}, longer than the others wait ({patience}): this node was asleep. Gave the role up and listens first.";

    public static string LateTakeover(Duration late) =>
        $"The end of the master was noticed {late} late: this node was asleep. Listens once more before it takes the role.";

    public static string IntervalMismatch(Address from, Duration theirs, Duration mine) =>
        $"{from} advertises every {theirs}, this node is set to {mine}: follows the master's interval.";

    public static string VridInUse(Address from, MacAddress? mac, VirtualRouterSettings settings, string list, byte? free)
    {
        string who = DropSentences.Who(from, settings);
        string sender = mac is MacAddress address ? $"{who} at {address}" : who;
        string remedy = free is byte vrid
            ? $"Give one of the two another VRID; {vrid} is free as far as this node hears."
            : "Give one of the two another VRID; every one was heard here lately.";
        return $"{sender} advertises the VRID {settings.Vrid} with {list}, none of which is a virtual address of {settings.Name}: another virtual router has the same VRID on this network. Ignores it. {remedy}";
    }

    public static string LongInterval(Address from, Duration theirs, Duration used, Duration down) =>
        $"{from} advertises an interval of {theirs}; with {used} this node would wait {down} before it takes over.";

    public static string FailedInRole(string why, bool curesUnseen, Duration patience)
    {
        string until = curesUnseen ? $"not before {patience} are over"
            : "only after the interface, an address or the file has changed" + (patience > Duration.Zero ? $", and not before {patience} are over" : " (a reload counts)");
        return $"took the role and could not serve: {why.TrimEnd('.')}. Takes the role of a dead master as ever; that of a living one {until}.";
    }

    public static string DeafPeer(Address from, byte priority, Duration since) =>
        $"{from} has kept advertising (priority {priority}) for {since} although this master wins: it does not hear this node, two nodes hold the addresses.";

    public static string EqualAddress(Address address) =>
        $"Another node advertises this virtual router from this node's own address {address}: one of the two must change its address.";

    public static string TwoOwners(Address from) =>
        $"{from} claims to be the address owner (priority 255) and so does this node: only one may.";

    public static string NobodyLooks(string stopped) => $"This node does not look any more ({stopped.TrimEnd('.')}): whether it is mended is not known.";

    public static string Reasserted(Address loser, VirtualRouterSettings settings) =>
        $"{DropSentences.Who(loser, settings)} took itself for the master too and loses to this node: stays MASTER. Whatever its notifiers have changed is to be put right.";

    /// <summary>A peer whose adverts don't arrive.</summary>
    /// <param name="silent">Since its last one; null: none was ever heard.</param>
    public static string UnheardMaster(in AddressClaim claim, Address who, Duration? silent, VirtualRouterSettings settings)
    {
        string when = silent is Duration past ? $"the last of its advertisements had arrived {past} before that was noticed" : "none of its advertisements has arrived";
        string how = settings.Unicast is null ? $"to {settings.Group}; multicast or IGMP snooping of the switch, a filter" : "from peer to peer; a filter";
        return $"{DropSentences.Who(who, settings)} has {claim.Address} too, at {claim.Mac}, and {when}: both nodes have it. Ask 'hotstandby status' there. If that node is MASTER, VRRP is lost between the two (IP protocol 112 {how}). If it is not, or no agent runs there, the address was put there by hand or left behind ('ip address del' takes it off).";
    }

    /// <summary>A peer whose adverts arrive and don't count.</summary>
    public static string UnheededMaster(in AddressClaim claim, Address who, DropReason reason, VirtualRouterSettings settings)
    {
        AlarmCode code = VirtualRouter.CodeOf(reason);
        string why = code == AlarmCode.None ? $"dropped ({reason})" : $"dropped, which is the alarm {AlarmCodes.Word(code)}";
        return $"{DropSentences.Who(who, settings)} has {claim.Address} too, at {claim.Mac}, and its advertisements are {why}: both nodes are MASTER. Mend that, or stop one of the two agents.";
    }

    public static string AddressConflict(in AddressClaim claim) =>
        $"{claim.Mac} claims {claim.Address} and no advertisement was heard from there: another machine has this virtual address. Take it off there; until then this node stays MASTER and announces the address against each claim.";

    public static string Tolerated(DropReason reason, Address from, VirtualRouterSettings settings)
    {
        string what = reason switch
        {
            DropReason.HmacKey => $"are signed with a key that this virtual router does not have; it has {KeyIds(settings)}",
            DropReason.HmacFailure => "have a wrong signature: the key of that id is another one there, or they are forged",
            DropReason.HmacStale => "are rightly signed, but longer ago than timeWindow allows: they are delayed or repeated, or the clock there is behind",
            _ => "are rightly signed, but not newer than what was heard before: they are repeated, or a clock was stepped back",
        };
        return $"Advertisements from {from} {what}; accepted until the mode is enforce.";
    }

    public static string ClockOutOfStep(Address from, Duration ahead) =>
        $"{from} signs with a clock that is {ahead} ahead of this node's: this node's adverts follow it, or they would not be believed there. Put the clocks of the nodes in step (NTP).";

    /// <summary>Version 2: the address owner listens to nobody.</summary>
    public static string Unheeded(Address from, VirtualRouterSettings settings) =>
        $"{DropSentences.Who(from, settings)} advertises although this node is the address owner (priority 255).";

    private static string KeyIds(VirtualRouterSettings settings) =>
        string.Join(", ", settings.Hmac?.Keys.Select(key => key.Id) ?? []);

    public static string Overdue(DeadlineOf part)
    {
        string whose = part switch
        {
            DeadlineOf.Addresses => "the addresses",
            DeadlineOf.Routes => "the routes",
            DeadlineOf.Claims => "the claims of others",
            DeadlineOf.Reassertion => "the notifiers",
            DeadlineOf.Probes => "the probes",
            DeadlineOf.Alarms => "the alarms",
            DeadlineOf.Readiness => "the checks",
            _ => "the timers",
        };
        return $"A fault of this agent, please report it: {whose} asked twice in a row to be looked at at a moment that was over. It goes on and looks at them once in {DeadlineWatch.LongestPause} at least.";
    }
}
