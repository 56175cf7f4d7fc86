using System.Text.RegularExpressions;
using HotStandby.Agent.Keepalived.Keywords;

namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>
/// A way in which the round trip of a file may differ from it. docs/import.md has the same table. Each has to fit the fact, its values before and after,
/// and, where import reports it, the finding.
/// </summary>
/// <param name="What">For the table.</param>
/// <param name="Reason">Why, for the table.</param>
internal sealed partial record PermittedDifference(string What, string Reason, Func<Difference, bool> Fits)
{
    public static IReadOnlyList<PermittedDifference> All { get; } =
    [
        new("`router_id`, `script_user`, `enable_script_security`, `user` of a script", "The rendered file is named after its node, and runs scripts as root, only those that nobody else can write.",
            one => one.What == "global" && one.Key is "router_id" or "script_user" or "enable_script_security"),
        new("`vrrp_rlimit_rttime`", "Rendered beside `vrrp_rt_priority`: keepalived's own 10 ms end it on a busy machine.",
            one => one is { What: "global", Key: "vrrp_rlimit_rttime", After: "1000000" }),
        new("Keywords without a counterpart", "KA2002 and KA2004 name each with the reason, such as `garp_master_refresh_repeat`.",
            one => one.After is null && Fate(one) is Agent.Keepalived.Keywords.Fate.Lost or Agent.Keepalived.Keywords.Fate.NotNeeded),
        new("`vrrp_garp_interval`, `vrrp_gna_interval`, `vrrp_skip_check_adv_addr`", "The agent paces announcements always, and never drops an advert for its addresses (KA2004).",
            one => one.After is null && one.Key is "vrrp_garp_interval" or "vrrp_gna_interval" or "vrrp_skip_check_adv_addr"),
        new("`state` below priority 255", "It is no initial state to keepalived: the priority decides, and BACKUP is rendered.",
            one => one is { Key: "state", Before: "MASTER", After: "BACKUP" }),
        new("`nopreempt`, `preempt_delay` on a node with `state MASTER`", "keepalived clears them there (KA3004). plugins.json has one value for all nodes, and takes what was written.",
            one => one.Key is "preempt" or "preempt_delay" && one.Of.Findings.Any(finding => finding.Code == "KA3004")),
        new("What the nodes' files say differently", "plugins.json says it once for all nodes; KA4001 names each.",
            one => one.What == "global" ? one.IsSaid("KA4001", "agent: ") : (IsTrack(one) || IsCheck(one)) && (one.IsSaid("KA4001", "is tracked on") || one.IsSaid("KA4001", "the weight of "))),
        new("A weight that can never move the address", "It becomes weight 0, which is FAULT (KA3005): else the check would do nothing.",
            one => IsTrack(one) && one is { Before: not null, After: "weight 0" } && one.IsSaid("KA3005")),
        new("Weight 0 with `reverse`", "keepalived is in FAULT while the check is well; there is no such thing here (KA2002).",
            one => one.IsSaid("KA2002", "weight 0 and reverse") && (IsTrack(one) ? WithoutZeroReverse(one.Before) == (one.After ?? "") : IsCheck(one) && one.After is null && WithoutZeroReverse(WeightBefore(one)).Length == 0)),
        new("Weights of 254", "253 is the greatest here, and keepalived's own for scripts and interfaces (KA2008, KA3031). Priorities end at 1 and 254, so that it moves as far; of a tracked file it is multiplied.",
            one => IsTrack(one) && one.After is not null && one.Before?.Replace("weight 254", "weight 253", StringComparison.Ordinal).Replace("weight -254", "weight -253", StringComparison.Ordinal) == one.After),
        new("Weights of a sync group's members", "keepalived drops them, but for those of processes, and makes FAULT of files and interfaces (KA3023); here they count for the whole group, each check in one way. The rendered file has `sync_group_tracking_weight`.",
            one => one.What.StartsWith("group ", StringComparison.Ordinal) && (IsTrack(one) || IsCheck(one)) && one.IsSaid("KA3023")),
        new("Weights beside an address owner", "They can move nothing, as the priority 255 never changes, and are left out (KA3019). Of a `track_file` keepalived makes weight 0, which is FAULT.",
            one => (IsTrack(one) || IsCheck(one)) && one.After is null && one.IsSaid("KA3019")),
        new("Scripts that are recognised", "A plugin, or a tracked process, looks for the same in their place (KA2008, KA3008).",
            one => (IsTrack(one) || IsCheck(one)) && ((one.After is null && KnownScript().IsMatch(one.Key)) || (one.Before is null && (one.Key.Split(' ')[1] == "process" || one.Key.Contains(" probe ", StringComparison.Ordinal)) && (one.IsSaid("KA3008") || one.IsSaid("KA2008", "plugin"))))),
        new("A script's `timeout` above its `interval`", "It is the interval: a call ends before the next one begins (KA2008).",
            one => IsCheck(one) && one.IsSaid("KA2008", "the timeout is longer than the interval") && Timeout().Replace(one.Before ?? "", "interval $1 timeout $1 ") == one.After),
        new("Arguments of `notify_*`", "The agent's notifier appends INSTANCE or GROUP, the name, the state and the priority, and so does the rendered line.",
            one => one.Key.StartsWith("notify_", StringComparison.Ordinal) && one.Before is not null && one.After is not null && Appended().Replace(one.After, "") == one.Before),
        new("Sources and TTL of unicast adverts", "The agent takes them from its peers only, and with TTL 255 unless `min_ttl` says less, and so does the rendered file (KA3022).",
            one => one is { Key: "check_unicast_src", Before: "no", After: "yes" } || (one.Key.StartsWith("peer ", StringComparison.Ordinal) && one is { Before: "min_ttl any max_ttl 255", After: "min_ttl 255 max_ttl 255" })),
        new("The source of adverts", "Unicast peers know a node by its address: it is written where it was not. Where it is made up KA4003 says so.",
            one => one is { Key: "source", Before: "any", After: not null } && (one.Of.Before[one.Node].Keys.Any(key => key.StartsWith($"{one.What} peer ", StringComparison.Ordinal)) || one.IsSaid("KA4003"))),
        new("An address in a subnet of its own", "A /32 with a route to the subnet, which is what its prefix length did (KA2008).",
            one => one.IsSaid("KA2008", "no node has an address in the subnet")
                && ((one.Key.StartsWith("route ", StringComparison.Ordinal) && one is { Before: null, After: not null } && one.After.Contains("src ", StringComparison.Ordinal))
                    || (one.Before is not null && one.After is not null && NoPrefixRoute(AsHost().Replace(one.Before, "/32 ")) == NoPrefixRoute(AsHost().Replace(one.After, "/32 "))))),
        new("An address with another `dev` beside `use_vmac`", "With a virtual MAC address all addresses are on one macvlan: it needs a virtual router of its own, in one sync group (KA2002).",
            one => one.After is null && one.Key.Split(' ')[0] is "excluded" or "address" && one.IsSaid("KA2002", "with use_vmac every address is on the macvlan")),
        new("`no_track`", "What somebody removes comes back by itself here; keepalived is told to watch it (KA2004).",
            one => one.Key.StartsWith("untracked ", StringComparison.Ordinal) && one.After is null && (one.IsSaid("KA2004", "no_track") || one.IsSaid("KA2008", "the route names no interface"))),
        new("A route without `dev`", "It leads through the virtual router's interface, and is watched then (KA2008).",
            one => one.Key.StartsWith("route ", StringComparison.Ordinal) && one.IsSaid("KA2008", "the route names no interface") && one.Before?.Replace("dev any", $"dev {one.Of.Before[one.Node][$"{one.What} interface"]}", StringComparison.Ordinal) == one.After),
        new("The name of a macvlan, `vmac_xmit_base` with multicast", "The agent's has a name of its own, and its adverts always leave the interface below.",
            one => one is { Key: "use_vmac", After: "yes" } || one is { Key: "vmac_xmit_base", Before: "yes", After: "no" }),
        new("More than 20 announcements in a volley", "A volley has 20 at most here (KA2008).",
            one => one is { Key: "garp_master_repeat", After: "20" } && one.IsSaid("KA2008", "more than a volley has")),
    ];

    private static Fate? Fate(Difference one) => KeywordTable.Find(one.What == "global" ? "global_defs" : "vrrp_instance", one.Key.Split(' ')[0])?.Fate;

    private static bool IsTrack(Difference one) => one.Key.StartsWith("track ", StringComparison.Ordinal);

    private static string WithoutZeroReverse(string? text) => string.Join(" & ", (text ?? "").Split(" & ").Where(one => one != "weight 0 reverse"));

    private static string? WeightBefore(Difference one) => one.Of.Before[one.Node].GetValueOrDefault($"{one.What} track {one.Key.Split(' ', 2)[1]}");

    private static bool IsCheck(Difference one) => one.Key.StartsWith("check ", StringComparison.Ordinal);

    private static string NoPrefixRoute(string text) => text.Replace(" noprefixroute", "", StringComparison.Ordinal);

    [GeneratedRegex(@"killall -0|pidof|pgrep|port|nginx|tomcat|curl|/dev/tcp|\bnc\b")]
    private static partial Regex KnownScript();

    [GeneratedRegex(@"interval (\S+) timeout \S+ ")]
    private static partial Regex Timeout();

    [GeneratedRegex(" (INSTANCE|GROUP) [^ ]+ (MASTER|BACKUP|FAULT|STOP) [0-9]+$")]
    private static partial Regex Appended();

    [GeneratedRegex(@"/[0-9]+ ")]
    private static partial Regex AsHost();
}
