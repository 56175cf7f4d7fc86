using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>A virtual router as a vrrp_instance of one node.</summary>
internal sealed class RouterTranslation(
    ClusterModel model,
    string node,
    string baseDirectory,
    KeepalivedTarget target,
    Gaps gaps,
    HashSet<string> processNames,
    HashSet<string> scriptNames)
{
    /// <summary>keepalived.conf(5): preempt_delay 0..1000.</summary>
    private const int LongestPreemptDelaySeconds = 1000;

    private const int OwnerPriority = 255;
    private static readonly VirtualRouterModel Defaults = new("", 0, new Dictionary<string, string>(), 3, default, [], true, default, true, [], [], new Dictionary<string, int>());

    public KeepalivedRouter Translate(VirtualRouterModel router)
    {
        List<string> comments = [];
        int priority = router.Priorities[node];
        bool owner = priority == OwnerPriority;
        NodeKeyPaths keys = router.NodeKeyPaths.GetValueOrDefault(node) ?? new("", "", "");
        (bool nopreempt, string preemptDelay) = Preemption(router, owner, comments);
        if (owner && !router.AcceptMode)
        {
            comments.Add("no_accept is left out: an address owner (priority 255) always accepts.");
        }

        if (router.Routes.Count > 0 || router.Rules.Count > 0)
        {
            comments.Add("virtual_routes, virtual_rules: keepalived replaces a route that somebody else has, and leaves MASTER when somebody removes one.");
        }

        if (router.ReleaseBudget != Defaults.ReleaseBudget)
        {
            comments.Add($"releaseBudget ({KeepalivedSyntax.Seconds(router.ReleaseBudget)} s) means nothing here: keepalived leaves without asking anybody.");
        }

        (List<KeepalivedTrack> trackProcess, List<KeepalivedTrack> trackScript) = Tracks(router, owner, comments);
        KeepalivedUnicast unicast = UnicastTranslation.Translate(router, node, target, gaps, comments);
        string authPass = gaps.Try(Key(router, "authentication"), comments, () => AuthenticationTranslation.Password(router)) ?? "";
        KeepalivedHmac? hmac = AuthenticationTranslation.Hmac(router, target, gaps, comments);
        if (hmac is not null)
        {
            comments.Add("Holds keys: let nobody but root read this file (chmod 600).");
        }

        if (authPass.Length > 0)
        {
            comments.Add("Holds a password: let nobody but root read this file (chmod 600).");
        }

        return new KeepalivedRouter(
            KeepalivedSyntax.Name(router.Name, "the virtual router name"),
            KeepalivedSyntax.Name(router.Interfaces[node], "the interface"),
            router.Vrid,
            router.Version,
            priority,
            KeepalivedSyntax.Seconds(router.AdvertInterval),
            nopreempt,
            preemptDelay,
            MessageOnlyChecksum(router, comments),
            Addresses(router, router.Addresses, "addresses", comments),
            trackProcess,
            trackScript,
            NotifyTranslation.Translate(Told.Router(router, priority), model.Plugins, baseDirectory, gaps, comments),
            comments)
        {
            From = router.Path,
            FromPriority = keys.Priority,
            FromInterface = keys.Interface,
            FromSource = keys.SourceAddress,
            VirtualIpaddressExcluded = Addresses(router, router.ExcludedAddresses, "excludedAddresses", comments),
            VirtualRoutes = [.. router.Routes.Select(route => RouteTranslation.Route(route, router, node))],
            VirtualRules = [.. router.Rules.Select(RouteTranslation.Rule)],
            SourceIp = router.SourceAddresses.GetValueOrDefault(node, ""),
            UnicastPeer = unicast.Peers,
            CheckUnicastSrc = unicast.CheckSource,
            MinTtl = unicast.MinTtl,
            AuthPass = authPass,
            UseVmac = router.UseVmac,
            NoAccept = !router.AcceptMode && !owner,
            VmacXmitBase = router.UseVmac && router.Unicast is not null,
            AuthHmac = hmac,
            DownTimerAdverts = DownTimerAdverts(router, comments),
            GarpMasterRepeat = Unless(router.AnnounceRepeat == Defaults.AnnounceRepeat, router.AnnounceRepeat),
            GarpMasterDelay = router.AnnounceDelay == Defaults.AnnounceDelay ? "" : GarpMasterDelay(router, comments),
            GarpMasterRefresh = router.AnnounceRefresh == TimeSpan.Zero ? "" : GarpMasterRefresh(router, comments),
            McastDstIp = McastDstIp(router, comments),
        };
    }

    /// <summary>Whether anything it tracks changes its priority.</summary>
    public static bool HasWeights(VirtualRouterModel router) => router.Tracks.Any(track => track.Weight is not null)
        || router.TrackedInterfaces.Any(track => track.Weight is not null)
        || router.TrackedFiles.Any(track => track.Weight is not null)
        || router.TrackedProcesses.Any(track => track.Weight is not null);

    private static string Key(VirtualRouterModel router, string key) => router.Path.Length == 0 ? $"the virtual router \"{router.Name}\"" : $"{router.Path}.{key}";

    private static string Unless(bool isDefault, int value) => isDefault ? "" : value.ToString(CultureInfo.InvariantCulture);

    private (bool Nopreempt, string PreemptDelay) Preemption(VirtualRouterModel router, bool owner, List<string> comments)
    {
        bool nopreempt = !router.Preempt;
        if (owner && nopreempt)
        {
            comments.Add("nopreempt is left out: an address owner (priority 255) always takes over.");
            nopreempt = false;
        }

        string preemptDelay = "";
        if (router.PreemptDelay.TotalSeconds > LongestPreemptDelaySeconds)
        {
            gaps.Add(Key(router, "preemptDelay"), $"preemptDelay is longer than keepalived's limit of {LongestPreemptDelaySeconds} s", comments);
        }
        else if (router.PreemptDelay > TimeSpan.Zero && (owner || nopreempt))
        {
            comments.Add("preempt_delay is left out: it has no meaning for an address owner or with nopreempt.");
        }
        else if (router.PreemptDelay > TimeSpan.Zero)
        {
            preemptDelay = KeepalivedSyntax.Seconds(router.PreemptDelay);
        }

        if ((nopreempt || preemptDelay.Length > 0) && router.PreemptUnhealthy && HasWeights(router))
        {
            string keyword = nopreempt ? "nopreempt" : "preempt_delay";
            gaps.Add(
                Key(router, "preemptUnhealthy"),
                $"keepalived's {keyword} protects a master whose weighted checks fail too; write \"preemptUnhealthy\": false if that is meant",
                comments);
        }

        if (router.Sticky)
        {
            gaps.Add(Key(router, "sticky"), "in keepalived the greater address wins when nodes of equal priority have both been master", comments);
        }

        return (nopreempt, preemptDelay);
    }

    private (List<KeepalivedTrack> Process, List<KeepalivedTrack> Script) Tracks(VirtualRouterModel router, bool owner, List<string> comments)
    {
        List<KeepalivedTrack> processes = [];
        List<KeepalivedTrack> scripts = [];
        foreach (TrackModel track in router.Tracks)
        {
            if (!model.Plugins.Any(plugin => plugin.Id == track.Check))
            {
                throw new GenerationException(
                    $"the virtual router \"{router.Name}\" tracks \"{track.Check}\", which is no entry of plugins.");
            }

            if (owner && track.Weight is not null)
            {
                comments.Add($"{track.Check} with weight {track.Weight} is left out: the priority of an address owner (255) never changes.");
            }
            else if (processNames.Contains(track.Check) || scriptNames.Contains(track.Check))
            {
                (processNames.Contains(track.Check) ? processes : scripts).Add(
                    new KeepalivedTrack(track.Check, track.Weight ?? 0) { Reverse = track.Reverse, From = track.Path });
            }
            else
            {
                gaps.Add(track.Path, $"the check \"{track.Check}\" can't be rendered, so its failing does nothing here", comments);
            }
        }

        return (processes, scripts);
    }

    private List<KeepalivedAddress> Addresses(VirtualRouterModel router, IReadOnlyList<string> addresses, string key, List<string> comments)
    {
        List<KeepalivedAddress> lines = [];
        for (int i = 0; i < addresses.Count; i++)
        {
            string path = router.Path.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{router.Path}.{key}[{i}]");
            string? line = gaps.Try(path, comments, () => AddressTranslation.Line(addresses[i], router, node));
            if (line is not null)
            {
                lines.Add(new(line, path));
            }
        }

        return lines;
    }

    private string DownTimerAdverts(VirtualRouterModel router, List<string> comments)
    {
        bool usual = router.DownTimerAdverts == Defaults.DownTimerAdverts;
        if (!usual && !target.Has(KeepalivedTarget.DownTimerAdverts))
        {
            gaps.Add(Key(router, "downTimerAdverts"), target.Lacks("down_timer_adverts", KeepalivedTarget.DownTimerAdverts), comments);
            return "";
        }

        return Unless(usual, router.DownTimerAdverts);
    }

    private string GarpMasterDelay(VirtualRouterModel router, List<string> comments) =>
        WholeSeconds(router, "announceDelay", "garp_master_delay", router.AnnounceDelay, comments);

    private string GarpMasterRefresh(VirtualRouterModel router, List<string> comments) =>
        WholeSeconds(router, "announceRefresh", "garp_master_refresh", router.AnnounceRefresh, comments);

    private string WholeSeconds(VirtualRouterModel router, string key, string keyword, TimeSpan value, List<string> comments)
    {
        if (value.Ticks % TimeSpan.TicksPerSecond == 0)
        {
            return KeepalivedSyntax.Seconds(value);
        }

        gaps.Add(Key(router, key), $"keepalived's {keyword} has whole seconds only", comments);
        return "";
    }

    private string McastDstIp(VirtualRouterModel router, List<string> comments)
    {
        if (router.MulticastGroup.Length > 0 && !target.Has(KeepalivedTarget.McastDstIp))
        {
            gaps.Add(Key(router, "multicastGroup"), target.Lacks("mcast_dst_ip", KeepalivedTarget.McastDstIp), comments);
            return "";
        }

        return router.MulticastGroup;
    }

    private bool MessageOnlyChecksum(VirtualRouterModel router, List<string> comments)
    {
        // v2 has no pseudo-header and IPv6 always has it: the choice exists for IPv4 with v3 only (RFC 9568 5.2.8).
        bool chosen = !router.ChecksumWithPseudoHeader
            && router.Version == 3
            && IPAddress.Parse(router.Addresses[0].Split('/')[0]).AddressFamily == AddressFamily.InterNetwork;
        if (chosen && !target.Has(KeepalivedTarget.V3ChecksumAsV2))
        {
            gaps.Add(Key(router, "checksum"), target.Lacks("v3_checksum_as_v2", KeepalivedTarget.V3ChecksumAsV2), comments);
            return false;
        }

        return chosen;
    }
}
