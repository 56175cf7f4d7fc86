namespace HotStandby.Agent.Status;

/// <summary>What an operator has to know of a report: a sentence for everything that is not as it should be. Empty when all is well.</summary>
public static class StatusProblems
{
    /// <summary>A claim of a virtual address that is older is history.</summary>
    private const double RecentSeconds = 60;

    /// <summary>Of the report, in the order in which it is read.</summary>
    public static IReadOnlyList<string> Of(StatusReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return [.. OfNode(report), .. report.VirtualRouters.SelectMany(OfRouter), .. OfChecks(report)];
    }

    private static IEnumerable<string> OfNode(StatusReport report)
    {
        if (!report.Config.LastReloadSucceeded)
        {
            yield return $"the last reload was refused: {report.Config.LastReload}";
        }

        if (report.NodeProblem is string other)
        {
            yield return other;
        }

        if (report.Drained is DrainStatus drain)
        {
            yield return $"this node is drained{(drain.Reason.Length == 0 ? "" : $" ({drain.Reason})")}: it serves only if no other node does";
        }

        if (report.Log is { StalledSeconds: not null })
        {
            yield return "nobody reads the agent's log";
        }
    }

    private static IEnumerable<string> OfRouter(VirtualRouterStatus router)
    {
        if (router.State is not ("MASTER" or "BACKUP"))
        {
            yield return $"{router.Name} is {router.State}: {router.Why}";
        }

        if (router is { State: "BACKUP", MasterAddress: null })
        {
            yield return $"{router.Name} is BACKUP and hears no master";
        }

        if (router.State == "MASTER" && string.Join(" ", router.Addresses.Where(address => !address.Bound).Select(address => address.Address)) is { Length: > 0 } missing)
        {
            yield return $"{router.Name} is MASTER and this node's kernel does not have {missing}";
        }

        foreach (AlarmStatus alarm in router.Alarms)
        {
            yield return $"{router.Name}: {alarm.Code}: {alarm.Sentence}";
        }

        foreach (AddressConflictStatus conflict in router.AddressConflicts.Where(conflict => conflict.HeardSecondsAgo <= RecentSeconds))
        {
            yield return $"{router.Name}: {conflict.Mac} claims {conflict.Address}";
        }

        foreach (RouteStatus route in router.Routes.Where(route => route.Problem.Length > 0))
        {
            yield return $"{router.Name}: {route.Problem}";
        }

        foreach (PriorityTerm term in router.Priority.Terms.Where(term => term.State is not ("" or "up")))
        {
            yield return $"{router.Name}: {term.Check} is {term.State}: {term.LastWords}";
        }
    }

    private static IEnumerable<string> OfChecks(StatusReport report)
    {
        foreach (PluginStatus plugin in report.Plugins.Where(plugin => plugin.State != "active"))
        {
            yield return $"plugin {plugin.Id} is {plugin.State}{(plugin.Why.Length == 0 ? "" : $": {plugin.Why}")}";
        }

        // What a reload took out of the file is nobody's any more.
        HashSet<string> known = [.. report.VirtualRouters.Select(router => router.Name), .. report.VirtualRouters.Select(router => router.SyncGroup?.Name).OfType<string>()];
        foreach ((PluginStatus plugin, FailedCall call) in report.Plugins.SelectMany(plugin => plugin.FailedCalls.Select(call => (plugin, call))).Where(one => known.Contains(one.call.About)))
        {
            yield return $"notifier {plugin.Id} failed when it was told that {call.About} is {call.State} (transition #{call.Sequence}): {call.Detail}";
        }

        if (report.Plugins.Count > 0 && report.Host.State != "running")
        {
            yield return $"the plugin host is {report.Host.State}{(report.Host.Why.Length == 0 ? "" : $": {report.Host.Why}")}";
        }
    }
}
