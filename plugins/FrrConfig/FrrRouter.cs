using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.FrrConfig;

/// <summary>One virtual router as commands of an interface.</summary>
internal sealed class FrrRouter(ClusterModel model, string node, Version version, FrrText text)
{
    /// <summary>The first FRR with the command checksum-with-ipv4-pseudoheader.</summary>
    private static readonly Version WithChecksum = new(8, 5);

    /// <summary>vrrpd takes 1..254: it knows no address owner.</summary>
    private const int GreatestPriority = 254;

    private static readonly VirtualRouterModel Defaults = new("", 0, new Dictionary<string, string>(), 3, default, [], true, default, true, [], [], new Dictionary<string, int>());

    /// <summary>Writes the block of a virtual router, and above it the commands that make its device.</summary>
    public void Write(VirtualRouterModel router, int number)
    {
        NodeKeyPaths keys = router.NodeKeyPaths.GetValueOrDefault(node) ?? new("", "", "");
        string path = router.Path.Length > 0 ? router.Path : $"the virtual router {router.Name}";
        bool isIPv6 = FrrDevice.IsIPv6(router.Addresses[0]);
        text.Comment($"{path}, {router.Name}. FRR makes no devices: these commands have to be run before vrrpd starts.");
        foreach (string command in FrrDevice.Commands(router, node, number))
        {
            text.Comment("  " + command);
        }

        if (router.ReleaseBudget != Defaults.ReleaseBudget)
        {
            text.Comment($"{path}.releaseBudget means nothing here: FRR leaves without asking anybody.");
        }

        Gaps(router, path, isIPv6);
        SharedVrid(router, path);
        string name = router.Interfaces[node];
        string vrrp = string.Create(CultureInfo.InvariantCulture, $"vrrp {router.Vrid}");
        text.Line($"interface {name}", keys.Interface);
        text.Line($" {vrrp} version {router.Version}", $"{path}.version");
        Priority(router, vrrp, keys.Priority.Length > 0 ? keys.Priority : $"{path}.priority");
        text.Line(string.Create(CultureInfo.InvariantCulture, $" {vrrp} advertisement-interval {router.AdvertInterval.TotalMilliseconds:0}"), $"{path}.advertInterval");
        if (!router.Preempt)
        {
            text.Line($" no {vrrp} preempt", $"{path}.preempt");
        }

        Checksum(router, vrrp, path, isIPv6);
        for (int i = 0; i < router.Addresses.Count; i++)
        {
            text.Line($" {vrrp} {(isIPv6 ? "ipv6" : "ip")} {router.Addresses[i].Split('/')[0]}", string.Create(CultureInfo.InvariantCulture, $"{path}.addresses[{i}]"));
        }

        text.Line("exit");
    }

    private void Priority(VirtualRouterModel router, string vrrp, string path)
    {
        int priority = router.Priorities[node];
        if (priority > GreatestPriority)
        {
            text.Gap(path, $"FRR knows no address owner: its greatest priority is {GreatestPriority}");
            return;
        }

        text.Line(string.Create(CultureInfo.InvariantCulture, $" {vrrp} priority {priority}"), path);
    }

    private void Checksum(VirtualRouterModel router, string vrrp, string path, bool isIPv6)
    {
        if (router.ChecksumWithPseudoHeader || isIPv6 || router.Version != 3)
        {
            return;
        }

        if (version < WithChecksum)
        {
            text.Gap($"{path}.checksum", $"FRR has checksum-with-ipv4-pseudoheader since {WithChecksum}, and this file is for {version}; for a younger one say --target {WithChecksum}");
            return;
        }

        text.Line($" no {vrrp} checksum-with-ipv4-pseudoheader", $"{path}.checksum");
    }

    /// <summary>IPv4 and IPv6 of one vrid on one interface are one thing to FRR, with one priority, interval and so on.</summary>
    private void SharedVrid(VirtualRouterModel router, string path)
    {
        VirtualRouterModel? other = model.VirtualRouters.TakeWhile(one => one != router)
            .FirstOrDefault(one => one.Vrid == router.Vrid && one.Interfaces[node] == router.Interfaces[node]);
        if (other is not null
            && (other.Version, other.Priorities[node], other.AdvertInterval, other.Preempt) != (router.Version, router.Priorities[node], router.AdvertInterval, router.Preempt))
        {
            text.Gap(path, $"{router.Name} and {other.Name} have one vrid on one interface, and FRR has one version, priority, advertInterval and preempt for both");
        }
    }

    private void Gaps(VirtualRouterModel router, string path, bool isIPv6)
    {
        Gap(router.PreemptDelay > TimeSpan.Zero, "preemptDelay", "FRR takes over at once");
        Gap(router.Sticky, "sticky", "in FRR the greater address wins when nodes of equal priority have both been master");
        Gap(router.DownTimerAdverts != Defaults.DownTimerAdverts, "downTimerAdverts", "FRR waits for 3 missing adverts always");
        Gap(router.AnnounceRepeat != Defaults.AnnounceRepeat, "announceRepeat", "FRR announces as it does");
        Gap(router.AnnounceRefresh != TimeSpan.Zero, "announceRefresh", "FRR announces as it does");
        Gap(router.AnnounceDelay != Defaults.AnnounceDelay, "announceDelay", "FRR announces as it does");
        Gap(router.MulticastGroup.Length > 0, "multicastGroup", "FRR has the usual group only");
        Gap(router.Unicast is not null, "unicast", "FRR has multicast only");
        Gap(!router.AcceptMode, "acceptMode", "FRR's addresses always accept packets");
        Gap(router.Authentication is not null, "authentication", "FRR has no authentication");
        Gap(router.Routes.Count > 0, "routes", "FRR moves no routes with the role");
        Gap(router.Rules.Count > 0, "rules", "FRR moves no rules with the role");
        Gap(router.Notify.Count > 0, "notify", "FRR tells nobody");
        Gap(router.AddressInterfaces.GetValueOrDefault(node)?.Count > 0, "addresses", "FRR has all of them on one macvlan of the virtual router's interface, so none on another device");
        Gap(router.ExcludedAddresses.Any(one => FrrDevice.IsIPv6(one) != isIPv6), "excludedAddresses", "its device is for one address family only");
        if (router.Unicast is null && router.SourceAddresses.ContainsKey(node))
        {
            text.Gap(router.NodeKeyPaths.GetValueOrDefault(node)?.SourceAddress ?? $"{path}.sourceAddress", "FRR chooses the source address of adverts itself");
        }

        IEnumerable<string> tracks = router.Tracks.Select(one => one.Path)
            .Concat(router.TrackedInterfaces.Select(one => one.Path))
            .Concat(router.TrackedFiles.Select(one => one.KeyPath))
            .Concat(router.TrackedProcesses.Select(one => one.Path))
            .Concat(router.TrackedExpressions.Select((one, i) => router.TrackedExpressionPaths.ElementAtOrDefault(i) ?? ""));
        foreach (string track in tracks)
        {
            text.Gap(track.Length > 0 ? track : $"{path}.track", "FRR tracks nothing: a node whose service fails keeps the role");
        }

        void Gap(bool isThere, string key, string why)
        {
            if (isThere)
            {
                text.Gap($"{path}.{key}", why);
            }
        }
    }
}
