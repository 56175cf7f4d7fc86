using System.Globalization;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Configuration;

/// <summary>What a reload makes of a virtual router or a plugin entry.</summary>
public enum PlannedStep
{
    /// <summary>Nothing about it changes.</summary>
    Kept,

    /// <summary>New settings; state, checks and statistics survive.</summary>
    Changed,

    /// <summary>What it is told apart by differs: the old one leaves, a new one starts.</summary>
    Restarted,
    Added,
    Removed,
}

/// <summary>One setting under its key of plugins.json, as text.</summary>
public sealed record SettingChange(string Setting, string Old, string New);

/// <summary>What happens to one virtual router or plugin entry.</summary>
/// <param name="Name">The new name, or the old one of what is removed.</param>
/// <param name="Step">What happens.</param>
/// <param name="Why">For what is restarted: what it is told apart by and how that differs. Else empty.</param>
/// <param name="Changes">Every setting that differs; empty for what is kept, added or removed.</param>
public sealed record PlannedChange(string Name, PlannedStep Step, string Why, IReadOnlyList<SettingChange> Changes);

/// <summary>
/// What a reload does, before it is done: two validated files and the node that it is done on. Pure. A virtual router is known by VRID, family
/// and interface (and the version, which can't change in operation), a plugin entry by its id.
/// </summary>
/// <param name="VirtualRouters">In the order of the new file, then what is removed.</param>
/// <param name="Plugins">In the order of the new file, then what is removed.</param>
/// <param name="SyncGroups">By name: in the order of the new file, then what is removed.</param>
/// <param name="Agent">Settings of the agent itself that differ.</param>
/// <param name="AtNextStart">Those of <paramref name="Agent"/> that a reload can't put in force, by name.</param>
public sealed record ReloadPlan(
    IReadOnlyList<PlannedChange> VirtualRouters,
    IReadOnlyList<PlannedChange> Plugins,
    IReadOnlyList<PlannedChange> SyncGroups,
    IReadOnlyList<SettingChange> Agent,
    IReadOnlyList<string> AtNextStart)
{
    /// <summary>Whether the two files mean the same on this node.</summary>
    public bool IsEmpty => VirtualRouters.Concat(Plugins).Concat(SyncGroups).All(one => one.Step == PlannedStep.Kept) && Agent.Count == 0;

    /// <param name="old">The file in force.</param>
    /// <param name="oldNode">This machine in it.</param>
    /// <param name="file">The file to come.</param>
    /// <param name="node">This machine in it.</param>
    public static ReloadPlan Between(HotStandbyConfig old, NodeConfig oldNode, HotStandbyConfig file, NodeConfig node)
    {
        List<SettingChange> agent = Differences(AgentSettings, old.Agent, file.Agent);
        return new(
            Routers(old, oldNode, file, node),
            PluginEntries(old, file),
            Groups(old, file),
            agent,
            [.. agent.Select(change => change.Setting).Where(name => name is "hostUser" or "hostCapabilities" or "realtimePriority" or "lockMemory" or "startupDelay" or "delayAfterBoot")]);
    }

    /// <summary>One line for each thing, its settings indented below.</summary>
    public IReadOnlyList<string> Lines()
    {
        List<string> lines = [];
        Write(lines, "virtual router", VirtualRouters);
        Write(lines, "plugin", Plugins);
        Write(lines, "sync group", SyncGroups);
        foreach (SettingChange change in Agent)
        {
            string later = AtNextStart.Contains(change.Setting) ? " (in force at the next start of the agent)" : "";
            lines.Add($"agent: {change.Setting}: {change.Old} -> {change.New}{later}");
        }

        return lines;
    }

    /// <summary>What is compared of a virtual router on one node, under the keys of plugins.json.</summary>
    internal static readonly IReadOnlyList<(string Setting, Func<(VirtualRouterConfig Router, NodeConfig Node), string> Text)> RouterSettings =
    [
        ("name", one => one.Router.Name),
        ("vrid", one => Number(one.Router.Vrid)),
        ("interface", one => one.Router.InterfaceOn(one.Node)),
        ("version", one => Number(one.Router.Version)),
        ("priority", one => Number(one.Router.PriorityOn(one.Node))),
        ("node address", one => one.Node.Address.ToString()),
        ("advertInterval", one => one.Router.AdvertInterval.ToString()),
        ("addresses", one => List(one.Router.Addresses.Select(address => Address(address, one.Router)))),
        ("excludedAddresses", one => List(one.Router.ExcludedAddresses.Select(address => Address(address, one.Router)))),
        ("devices", one => List(one.Router.AllAddresses().Select(address => one.Router.DeviceOn(one.Node, address)).Distinct())),
        ("preempt", one => Word(one.Router.Preempt)),
        ("preemptDelay", one => one.Router.PreemptDelay.ToString()),
        ("preemptUnhealthy", one => Word(one.Router.PreemptUnhealthy)),
        ("sticky", one => Word(one.Router.Sticky)),
        ("healthy priorities", one => List(one.Router.HealthyPriorities
            .Where(node => node.Node != one.Node.Name)
            .Select(node => $"{node.Source?.ToString() ?? node.Node} {Number(node.Priority)}"))),
        ("node names", one => List(one.Router.NodeNames.Where(node => node.Name != one.Node.Name).Select(node => $"{node.Address} {node.Name}"))),
        ("checksum", one => one.Router.Checksum == ChecksumForm.MessageOnly ? "messageOnly" : "pseudoHeader"),
        ("announceRepeat", one => Number(one.Router.AnnounceRepeat)),
        ("announceDelay", one => one.Router.AnnounceDelay.ToString()),
        ("announceRefresh", one => one.Router.AnnounceRefresh.ToString()),
        ("unicast", one => Unicast(one.Router.Unicast, one.Node)),
        ("useVmac", one => Word(one.Router.UseVmac)),
        ("routes", one => List(one.Router.Routes.Select(route => route.ToString()))),
        ("rules", one => List(one.Router.Rules.Select(rule => rule.ToString()))),
        ("downTimerAdverts", one => Number(one.Router.DownTimerAdverts)),
        ("multicastGroup", one => one.Router.MulticastGroup?.ToString() ?? "none"),
        ("acceptMode", one => Word(one.Router.AcceptMode)),
        ("sourceAddress", one => one.Router.SourceAddressOn(one.Node)?.ToString() ?? "none"),
        ("authentication", one => one.Router.Password?.Reveal() ?? ""),
        ("hmac", one => Hmac(one.Router.Hmac)),
        ("syncGroup", one => one.Router.SyncGroup ?? "none"),
        ("track", one => List(one.Router.Tracks.Select(Track))),
        ("releaseBudget", one => Span(one.Router.ReleaseBudget)),
        ("notify", one => List(one.Router.Notify)),
    ];

    /// <summary>What is compared of a sync group; what it tracks is among its members' settings.</summary>
    internal static readonly IReadOnlyList<(string Setting, Func<SyncGroupConfig, string> Text)> GroupSettings =
    [
        ("name", group => group.Name),
        ("virtualRouters", group => List(group.VirtualRouters)),
        ("notify", group => List(group.Notify)),
    ];

    /// <summary>What is compared of a plugin entry. Options may hold secrets: that they differ is said, not what they are.</summary>
    internal static readonly IReadOnlyList<(string Setting, Func<PluginConfig, string> Text)> PluginSettings =
    [
        ("id", plugin => plugin.Id),
        ("use", plugin => plugin.Use),
        ("interval", plugin => Span(plugin.Interval)),
        ("timeout", plugin => Span(plugin.Timeout)),
        ("rise", plugin => Number(plugin.Rise)),
        ("fall", plugin => Number(plugin.Fall)),
        ("start", plugin => plugin.Start.ToString().ToLowerInvariant()),
        ("options", plugin => plugin.Options.ValueKind == System.Text.Json.JsonValueKind.Undefined ? "" : plugin.Options.GetRawText()),
    ];

    internal static readonly IReadOnlyList<(string Setting, Func<AgentConfig, string> Text)> AgentSettings =
    [
        ("pluginPaths", agent => List(agent.PluginPaths)),
        ("hostGrace", agent => Span(agent.HostGrace)),
        ("hostUser", agent => agent.HostUser ?? "none"),
        ("hostCapabilities", agent => List(agent.HostCapabilities)),
        ("realtimePriority", agent => agent.RealtimePriority is int priority ? Number(priority) : "none"),
        ("lockMemory", agent => Word(agent.LockMemory)),
        ("startupDelay", agent => Span(agent.StartupDelay)),
        ("delayAfterBoot", agent => Span(agent.DelayAfterBoot)),
        ("strayAddresses", agent => agent.StrayAddresses.ToString().ToLowerInvariant()),
    ];

    private static List<PlannedChange> Routers(HotStandbyConfig old, NodeConfig oldNode, HotStandbyConfig file, NodeConfig node)
    {
        // First whoever keeps its identity, so that no renamed router takes the place of one that stays.
        List<VirtualRouterConfig> left = [.. old.VirtualRouters];
        Dictionary<VirtualRouterConfig, VirtualRouterConfig> same = new(ReferenceEqualityComparer.Instance);
        foreach (VirtualRouterConfig router in file.VirtualRouters)
        {
            if (left.Find(one => Identity(one, oldNode) == Identity(router, node)) is VirtualRouterConfig known)
            {
                left.Remove(known);
                same.Add(router, known);
            }
        }

        List<PlannedChange> plan = [];
        foreach (VirtualRouterConfig router in file.VirtualRouters)
        {
            if (same.TryGetValue(router, out VirtualRouterConfig? known))
            {
                List<SettingChange> changes = [.. Differences(RouterSettings, (known, oldNode), (router, node)).Select(WithoutSecret)];
                plan.Add(new(router.Name, changes.Count == 0 ? PlannedStep.Kept : PlannedStep.Changed, "", changes));
            }
            else if (left.Find(one => one.Name == router.Name) is VirtualRouterConfig replaced)
            {
                left.Remove(replaced);
                plan.Add(new(
                    router.Name,
                    PlannedStep.Restarted,
                    Why(Identity(replaced, oldNode), Identity(router, node)),
                    [.. Differences(RouterSettings, (replaced, oldNode), (router, node)).Select(WithoutSecret)]));
            }
            else
            {
                plan.Add(new(router.Name, PlannedStep.Added, "", []));
            }
        }

        plan.AddRange(left.Select(gone => new PlannedChange(gone.Name, PlannedStep.Removed, "", [])));
        return plan;
    }

    private static List<PlannedChange> PluginEntries(HotStandbyConfig old, HotStandbyConfig file)
    {
        List<PlannedChange> plan = [];
        foreach (PluginConfig plugin in file.Plugins)
        {
            if (old.Plugins.FirstOrDefault(one => one.Id == plugin.Id) is not PluginConfig known)
            {
                plan.Add(new(plugin.Id, PlannedStep.Added, "", []));
                continue;
            }

            List<SettingChange> changes =
            [
                .. Differences(PluginSettings, known, plugin)
                    .Select(change => change.Setting == "options" ? new SettingChange("options", "(as before)", "(others)") : change),
            ];
            plan.Add(
                known.Use != plugin.Use ? new(plugin.Id, PlannedStep.Restarted, $"it uses {plugin.Use} instead of {known.Use}", changes)
                : new(plugin.Id, changes.Count == 0 ? PlannedStep.Kept : PlannedStep.Changed, "", changes));
        }

        plan.AddRange(old.Plugins.Where(one => !file.Plugins.Any(plugin => plugin.Id == one.Id))
            .Select(gone => new PlannedChange(gone.Id, PlannedStep.Removed, "", [])));
        return plan;
    }

    private static List<PlannedChange> Groups(HotStandbyConfig old, HotStandbyConfig file)
    {
        List<PlannedChange> plan = [];
        foreach (SyncGroupConfig group in file.SyncGroups)
        {
            SyncGroupConfig? known = old.SyncGroups.FirstOrDefault(one => one.Name == group.Name);
            List<SettingChange> changes = known is null ? [] : Differences(GroupSettings, known, group);
            plan.Add(new(group.Name, known is null ? PlannedStep.Added : changes.Count == 0 ? PlannedStep.Kept : PlannedStep.Changed, "", changes));
        }

        plan.AddRange(old.SyncGroups.Where(one => !file.SyncGroups.Any(group => group.Name == one.Name))
            .Select(gone => new PlannedChange(gone.Name, PlannedStep.Removed, "", [])));
        return plan;
    }

    /// <summary>A password or key is compared, and never shown.</summary>
    private static SettingChange WithoutSecret(SettingChange change) => change.Setting == "hmac"
        ? new(change.Setting, change.Old.Split('\n')[0], change.New.Split('\n')[0] + (change.Old.Split('\n')[0] == change.New.Split('\n')[0] ? ", another key ***" : ""))
        : change.Setting != "authentication"
        ? change
        : new(change.Setting, change.Old.Length == 0 ? "none" : "password ***", change.New.Length == 0 ? "none" : "another password ***");

    /// <summary>What may be shown in the first line, the secrets below it.</summary>
    private static string Hmac(HmacSettings? hmac) => hmac is null
        ? "none"
        : $"{HmacWords.Of(hmac.Mode)}, key {hmac.ActiveKey} of {List(hmac.Keys.Select(key => Number(key.Id)))}, {HmacWords.Of(hmac.AntiReplay)}"
            + $"{(hmac.AntiReplay == AntiReplay.Time ? $" {hmac.Window}" : "")}\n{List(hmac.Keys.Select(key => key.Reveal()))}";

    private static string Unicast(UnicastConfig? unicast, NodeConfig node) => unicast is null
        ? "false"
        : $"{List(unicast.Peers[node.Name].Select(peer => peer.ToString()))} minTtl {unicast.MinimumTtl} checkSource {Word(unicast.CheckSource)}";

    private static (byte Vrid, byte Version, bool IsIPv6, string Interface) Identity(VirtualRouterConfig router, NodeConfig node) =>
        (router.Vrid, router.Version, router.Addresses[0].Address.IsIPv6, router.InterfaceOn(node));

    private static string Why(
        (byte Vrid, byte Version, bool IsIPv6, string Interface) old, (byte Vrid, byte Version, bool IsIPv6, string Interface) now)
    {
        List<string> reasons = [];
        if (old.Vrid != now.Vrid)
        {
            reasons.Add($"another vrid ({old.Vrid} -> {now.Vrid})");
        }

        if (old.Interface != now.Interface)
        {
            reasons.Add($"another interface ({old.Interface} -> {now.Interface})");
        }

        if (old.Version != now.Version)
        {
            reasons.Add($"another version ({old.Version} -> {now.Version})");
        }

        if (old.IsIPv6 != now.IsIPv6)
        {
            reasons.Add($"another family ({(old.IsIPv6 ? "IPv6 -> IPv4" : "IPv4 -> IPv6")})");
        }

        return string.Join(", ", reasons);
    }

    private static List<SettingChange> Differences<T>(IEnumerable<(string Setting, Func<T, string> Text)> settings, T old, T now) =>
    [
        .. settings.Select(setting => new SettingChange(setting.Setting, setting.Text(old), setting.Text(now)))
            .Where(change => change.Old != change.New),
    ];

    private static void Write(List<string> lines, string kind, IEnumerable<PlannedChange> changes)
    {
        foreach (PlannedChange change in changes)
        {
            string why = change.Why.Length == 0 ? "" : $": {change.Why}";
            lines.Add($"{kind} {change.Name}: {change.Step.ToString().ToLowerInvariant()}{why}");
            lines.AddRange(change.Changes.Select(setting => $"    {setting.Setting}: {setting.Old} -> {setting.New}"));
        }
    }

    private static string Track(TrackConfig track) =>
        track.Weight is int weight
            ? string.Create(CultureInfo.InvariantCulture, $"{track.What.Text} {weight:+0;-0}{(track.Reverse ? " reverse" : "")}")
            : $"{track.What.Text} fault";

    private static string Address(AddressPrefix address, VirtualRouterConfig router) =>
        router.AddressAttributes.TryGetValue(address, out AddressAttributes? attributes) ? $"{address} {attributes}" : address.ToString();

    private static string List(IEnumerable<string> parts) => string.Join(", ", parts) is { Length: > 0 } text ? text : "none";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.###}ms");

    private static string Word(bool value) => value ? "true" : "false";
}
