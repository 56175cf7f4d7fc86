using System.Net;
using System.Net.Sockets;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>Turns plugins.json into the values a keepalived.conf for one node is made of.</summary>
internal static class ModelTranslation
{
    /// <summary>The first keepalived with v3_checksum_as_v2.</summary>
    private static readonly Version FirstWithMessageOnlyChecksum = new(2, 2, 8);

    /// <summary>The first keepalived whose auth_hmac signs what is signed here; 2.4.0 and 2.4.1 sign something else.</summary>
    private static readonly Version FirstWithHmac = new(2, 4, 2);

    /// <summary>keepalived.conf(5): preempt_delay 0..1000.</summary>
    private const int LongestPreemptDelaySeconds = 1000;

    private const int OwnerPriority = 255;

    /// <summary>Translates the model for one node.</summary>
    /// <param name="model">plugins.json, validated.</param>
    /// <param name="node">The node the file is for.</param>
    /// <param name="baseDirectory">The folder of plugins.json.</param>
    /// <param name="keepalived">The keepalived the file is for.</param>
    /// <exception cref="GenerationException">keepalived can't do what the model says; the sentence names the part.</exception>
    public static KeepalivedModel Translate(ClusterModel model, string node, string baseDirectory, Version keepalived)
    {
        NodeModel self = model.Nodes.FirstOrDefault(candidate => candidate.Name == node)
            ?? throw new GenerationException(
                $"there is no node \"{node}\"; plugins.json has {string.Join(", ", model.Nodes.Select(candidate => candidate.Name))}.");

        List<KeepalivedProcess> processes = [];
        List<KeepalivedScript> scripts = [];
        HashSet<string> tracked = [.. model.VirtualRouters.SelectMany(router => router.Tracks).Select(track => track.Check)];
        foreach (PluginModel check in model.Plugins.Where(plugin => tracked.Contains(plugin.Id)))
        {
            (KeepalivedProcess? process, KeepalivedScript? script) = CheckTranslation.Translate(check);
            if (process is not null)
            {
                processes.Add(process);
            }

            if (script is not null)
            {
                scripts.Add(script);
            }
        }

        SourceTranslation sources = SourceTranslation.Of(model.VirtualRouters, [.. processes.Select(one => one.Name), .. scripts.Select(one => one.Name)]);
        HashSet<string> processNames = [.. processes.Select(process => process.Name)];
        return new KeepalivedModel(
            Node(self),
            [.. model.Nodes.Select(Node)],
            [.. processes, .. sources.Processes],
            scripts,
            [.. model.VirtualRouters.Select(router => sources.AddTo(Router(model, router, node, baseDirectory, keepalived, processNames), router))])
        {
            SyncGroups = [.. model.SyncGroups.Select(group => SyncGroup(group, model))],
            Files = sources.Files,
            InterfaceUpDownDelays = sources.Delays,
        };
    }

    private static KeepalivedNode Node(NodeModel node) =>
        new(KeepalivedSyntax.Name(node.Name, "the node name"), node.Address, node.Priority);

    // Every member has the tracks of its whole group, so that what keepalived does with a group's own is not needed.
    private static KeepalivedSyncGroup SyncGroup(SyncGroupModel group, ClusterModel model) => new(
        KeepalivedSyntax.Name(group.Name, "the sync group's name"),
        [.. group.VirtualRouters.Select(name => KeepalivedSyntax.Name(name, "the virtual router name"))],
        model.VirtualRouters.Any(router => group.VirtualRouters.Contains(router.Name) && HasWeights(router)));

    private static bool HasWeights(VirtualRouterModel router) => router.Tracks.Any(track => track.Weight is not null)
        || router.TrackedInterfaces.Any(track => track.Weight is not null)
        || router.TrackedFiles.Any(track => track.Weight is not null)
        || router.TrackedProcesses.Any(track => track.Weight is not null);

    private static KeepalivedRouter Router(
        ClusterModel model,
        VirtualRouterModel router,
        string node,
        string baseDirectory,
        Version keepalived,
        HashSet<string> processNames)
    {
        List<string> comments = [];
        int priority = router.Priorities[node];
        bool owner = priority == OwnerPriority;
        bool nopreempt = !router.Preempt;
        if (owner && nopreempt)
        {
            comments.Add("nopreempt is left out: an address owner (priority 255) always takes over.");
            nopreempt = false;
        }

        if (owner && !router.AcceptMode)
        {
            comments.Add("no_accept is left out: an address owner (priority 255) always accepts.");
        }

        string preemptDelay = "";
        if (router.PreemptDelay > TimeSpan.Zero)
        {
            if (router.PreemptDelay.TotalSeconds > LongestPreemptDelaySeconds)
            {
                throw new GenerationException(
                    $"the virtual router \"{router.Name}\": preemptDelay is longer than keepalived's limit of {LongestPreemptDelaySeconds} s.");
            }

            if (owner || nopreempt)
            {
                comments.Add("preempt_delay is left out: it has no meaning for an address owner or with nopreempt.");
            }
            else
            {
                preemptDelay = KeepalivedSyntax.Seconds(router.PreemptDelay);
            }
        }

        if ((nopreempt || preemptDelay.Length > 0) && router.PreemptUnhealthy && HasWeights(router))
        {
            comments.Add($"{(nopreempt ? "nopreempt" : "preempt_delay")} protects a master whose checks fail too: keepalived has no preemptUnhealthy.");
        }

        if (router.Unicast is not null)
        {
            comments.Add("unicast: this keepalived checks no TTL, so keep forwarded protocol 112 out with a firewall.");
        }

        if (router.Routes.Count > 0 || router.Rules.Count > 0)
        {
            comments.Add("virtual_routes, virtual_rules: keepalived replaces a route that somebody else has, and leaves MASTER when somebody removes one.");
        }

        List<KeepalivedTrack> trackProcess = [];
        List<KeepalivedTrack> trackScript = [];
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
                continue;
            }

            (processNames.Contains(track.Check) ? trackProcess : trackScript).Add(new KeepalivedTrack(track.Check, track.Weight ?? 0) { Reverse = track.Reverse });
        }

        IEnumerable<PluginModel> notifiers = router.Notify.Select(id => model.Plugins.FirstOrDefault(plugin => plugin.Id == id)
            ?? throw new GenerationException(
                $"the virtual router \"{router.Name}\" notifies \"{id}\", which is no entry of plugins."));
        string authPass = AuthPass(router);
        KeepalivedHmac? hmac = Hmac(router, keepalived);
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
            MessageOnlyChecksum(router, keepalived),
            [.. router.Addresses.Select(address => AddressTranslation.Line(address, router))],
            trackProcess,
            trackScript,
            NotifyTranslation.Translate(router.Name, priority, notifiers, baseDirectory),
            comments)
        {
            VirtualIpaddressExcluded = [.. router.ExcludedAddresses.Select(address => AddressTranslation.Line(address, router))],
            VirtualRoutes = [.. router.Routes.Select(route => RouteTranslation.Route(route, router, node))],
            VirtualRules = [.. router.Rules.Select(RouteTranslation.Rule)],
            SourceIp = router.SourceAddresses.GetValueOrDefault(node, ""),
            UnicastPeer = router.Unicast?.Peers[node] ?? [],
            CheckUnicastSrc = router.Unicast is { CheckSource: true },
            AuthPass = authPass,
            UseVmac = router.UseVmac,
            NoAccept = !router.AcceptMode && !owner,
            VmacXmitBase = router.UseVmac && router.Unicast is not null,
            AuthHmac = hmac,
        };
    }

    private static string AuthPass(VirtualRouterModel router)
    {
        string what = $"the virtual router \"{router.Name}\"";
        return router.Authentication switch
        {
            null => "",
            { Hmac: not null } => "",
            { Type: "pass" } pass => KeepalivedSyntax.Password(pass.Password, what),
            { Type: string type } => throw new GenerationException($"{what} uses the authentication \"{type}\", which this generator does not know."),
        };
    }

    private static KeepalivedHmac? Hmac(VirtualRouterModel router, Version keepalived)
    {
        if (router.Authentication?.Hmac is not HmacModel hmac)
        {
            return null;
        }

        if (keepalived < FirstWithHmac)
        {
            throw new GenerationException(
                $"the virtual router \"{router.Name}\" signs its adverts, which keepalived can in this form since {FirstWithHmac} (auth_hmac); "
                + $"this file is for {keepalived}. If the node has a younger one, say so with the option keepalivedVersion.");
        }

        if (hmac.TimeWindow.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new GenerationException(
                $"the virtual router \"{router.Name}\" has a timeWindow of {KeepalivedSyntax.Seconds(hmac.TimeWindow)} s; keepalived has whole seconds only: write one.");
        }

        return new(
            [.. hmac.Keys.OrderBy(key => key.Key).Select(key => new KeepalivedHmacKey(key.Key, key.Value))],
            hmac.ActiveKey,
            hmac.Mode,
            hmac.AntiReplay,
            hmac.AntiReplay == "time" ? KeepalivedSyntax.Seconds(hmac.TimeWindow) : "");
    }

    private static bool MessageOnlyChecksum(VirtualRouterModel router, Version keepalived)
    {
        // v2 has no pseudo-header and IPv6 always has it: the choice exists for IPv4 with v3 only (RFC 9568 5.2.8).
        bool chosen = !router.ChecksumWithPseudoHeader
            && router.Version == 3
            && IPAddress.Parse(router.Addresses[0].Split('/')[0]).AddressFamily == AddressFamily.InterNetwork;
        if (chosen && keepalived < FirstWithMessageOnlyChecksum)
        {
            throw new GenerationException(
                $"the virtual router \"{router.Name}\" sends the checksum over the message only, which keepalived can since {FirstWithMessageOnlyChecksum} (v3_checksum_as_v2); "
                + $"this file is for {keepalived}. If the node has a younger one, say so with the option keepalivedVersion.");
        }

        return chosen;
    }
}
