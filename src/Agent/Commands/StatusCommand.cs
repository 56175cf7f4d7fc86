using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Control;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby status</c>: who is master, why, since when, and what the checks said.</summary>
internal static partial class StatusCommand
{
    /// <summary>The rest of a long list is counted; --json has all of it.</summary>
    private const int MostExcludedShown = 8;

    public static Command Create()
    {
        Option<string> control = CommonOptions.Control();
        Option<bool> json = CommonOptions.Json();
        Option<bool> exitCode = new("--exit-code") { Description = $"the exit status is {ExitCodes.NotWell} when not all is well" };
        Command command = new("status", "Show the running agent: states, reasons, priorities, checks.") { control, json, exitCode };
        command.SetAction((parsed, _) => AgentConversation.RunAsync(
            () => StatusAsync(parsed.GetValue(control)!, parsed.GetValue(json), parsed.GetValue(exitCode))));
        return command;
    }

    private static async Task<int> StatusAsync(string path, bool json, bool exitCode)
    {
        StatusReport report = await ControlClient.ReadStatusAsync(path, ControlClient.DefaultTimeout).ConfigureAwait(false);
        Console.Out.Write(json
            ? JsonSerializer.Serialize(report, PrettyStatusJson.Default.StatusReport) + "\n"
            : Table(report));
        return exitCode && report.Problems.Count > 0 ? ExitCodes.NotWell : ExitCodes.Good;
    }

    /// <summary>The page an operator reads at night.</summary>
    internal static string Table(StatusReport report)
    {
        TextTable routers = new("VIRTUAL ROUTER", "VRID", "INTERFACE", "STATE", "FOR", "PRIORITY", "MASTER", "ADVERT AGE", "ADDRESSES");
        foreach (VirtualRouterStatus router in report.VirtualRouters)
        {
            routers.Add(
                router.Name,
                router.Vrid.ToString(CultureInfo.InvariantCulture),
                router.Interface,
                router.State,
                Span(router.SinceSeconds),
                Priority(router.Priority),
                router.MasterAddress ?? "-",
                router.AdvertAgeSeconds is double age ? Span(age) : "-",
                string.Join(" ", router.Addresses.Where(address => address.Advertised).Select(Marked)));
            AddReason(routers, router);
            AddressStatus[] excluded = [.. router.Addresses.Where(address => !address.Advertised)];
            if (excluded.Length > 0)
            {
                string more = excluded.Length > MostExcludedShown
                    ? $" and {excluded.Length - MostExcludedShown} more, {excluded.Count(address => address.Bound)} of {excluded.Length} in the kernel"
                    : "";
                routers.AddNote($"not in the adverts: {string.Join(" ", excluded.Take(MostExcludedShown).Select(Marked))}{more}");
            }

            foreach (RouteStatus route in router.Routes)
            {
                routers.AddNote(route.Problem.Length > 0 ? $"PROBLEM: {route.Problem}" : $"{route.Entry}{(route.Installed ? "*" : "")}");
            }

            foreach (AlarmStatus alarm in router.Alarms)
            {
                routers.AddNote($"ALARM {alarm.Code} for {Span(alarm.ForSeconds)}: {alarm.Sentence}");
            }

            foreach (AddressConflictStatus conflict in router.AddressConflicts)
            {
                routers.AddNote($"CONFLICT: {conflict.Mac} claims {conflict.Address}, heard {conflict.Claims} time(s), last {Span(conflict.HeardSecondsAgo)} ago");
            }

            if (router.SyncGroup is SyncGroupStatus group)
            {
                routers.AddNote($"sync group: {group.Name} {group.State}{(group.Waits ? "; hears no master itself, but another virtual router of the group does" : "")}");
            }

            if (router.VirtualMac is VirtualMacStatus virtualMac)
            {
                routers.AddNote($"virtual MAC: {virtualMac.Mac}{(virtualMac.Device is string device ? $" on {device}" : "")}");
            }

            foreach (PriorityTerm term in router.Priority.Terms.Where(term => term.State.Length > 0 && !report.Checks.Any(check => check.Id == term.Check)))
            {
                routers.AddNote($"{term.Check} is {term.State}: {term.LastWords}");
            }

            if (router.Authentication != "none")
            {
                routers.AddNote($"authentication: {router.Authentication}");
            }
        }

        StringWriter page = new(CultureInfo.InvariantCulture);
        page.WriteLine($"node {report.Node}, agent {report.Version} (pid {report.Pid}), up {Span((report.At - report.StartedAt).TotalSeconds)}, {report.Config.Path}");
        if (!report.Config.LastReloadSucceeded)
        {
            page.WriteLine($"LAST RELOAD REFUSED: {report.Config.LastReload}");
        }

        if (report.Drained is DrainStatus drain)
        {
            page.WriteLine($"DRAINED for {Span((report.At - drain.Since).TotalSeconds)}{(drain.Reason.Length == 0 ? "" : $" ({drain.Reason})")}: serves only if no other node does; end it with 'hotstandby undrain'");
        }

        if (report.Log is { StalledSeconds: double stalled })
        {
            page.WriteLine($"LOG STANDS STILL for {Span(stalled)}: nobody reads the agent's standard error{Dropped(report.Log)}");
        }
        else if (report.Log is { Dropped: > 0 } log)
        {
            page.WriteLine($"log: read again{Dropped(log)}");
        }

        page.WriteLine();
        page.Write(routers);
        page.WriteLine("(* in this node's kernel now)");
        WriteChecks(page, report);
        WriteProblems(page, report);
        WriteTransitions(page, report);
        return page.ToString();
    }

    /// <summary>Who takes no part does so for the reason given; of who does, that is history, and what matters is what it waits for.</summary>
    private static void AddReason(TextTable routers, VirtualRouterStatus router)
    {
        if (router.State is not ("MASTER" or "BACKUP"))
        {
            routers.AddNote($"why: {router.Why}");
            return;
        }

        routers.AddNote($"last change: {router.Why}");
        routers.AddNote($"now: {router.Next}");
    }

    private static void WriteProblems(StringWriter page, StatusReport report)
    {
        page.WriteLine();
        page.WriteLine(report.Problems.Count == 0 ? "all is well" : "NOT ALL IS WELL");
        foreach (string problem in report.Problems)
        {
            page.WriteLine($"  {PlainText.OneLine(problem)}");
        }
    }

    private static string Dropped(LogStatus log) => log.Dropped == 0 ? "" : $"; {log.Dropped} line(s) of it were dropped since the start";

    private static void WriteChecks(StringWriter page, StatusReport report)
    {
        if (report.Plugins.Count == 0)
        {
            return;
        }

        TextTable plugins = new("PLUGIN", "USES", "STATE", "CHECK", "AGE", "LAST WORDS");
        foreach (PluginStatus plugin in report.Plugins)
        {
            CheckStatus? check = report.Checks.FirstOrDefault(found => found.Id == plugin.Id);
            plugins.Add(
                plugin.Id,
                plugin.Use,
                plugin.State,
                check?.State ?? "-",
                check?.AgeSeconds is double age ? Span(age) : "-",
                check?.LastWords ?? "-");
            if (plugin.Why.Length > 0)
            {
                plugins.AddNote($"why: {plugin.Why}");
            }
        }

        page.WriteLine();
        page.Write(plugins);
        string restarts = report.Host.Restarts == 0 ? "" : $", restarted {report.Host.Restarts} time(s), last because {report.Host.Why}";
        page.WriteLine($"plugin host {report.Host.State}{(report.Host.Pid is int pid ? $" (pid {pid})" : "")}{restarts}");
        if (report.Host.Unread > 0)
        {
            page.WriteLine($"  {report.Host.Unread} message(s) were not read by a plugin host, which was ended for it; the next one was told anew");
        }

        if (report.Host.AlarmsGivenUp > 0)
        {
            page.WriteLine($"  {report.Host.AlarmsGivenUp} begins and ends of alarms were given up: more waited for a notifier than are kept");
        }
    }

    private static void WriteTransitions(StringWriter page, StatusReport report)
    {
        page.WriteLine();
        page.WriteLine("last transitions");
        foreach (TransitionStatus transition in report.Transitions.TakeLast(5))
        {
            page.WriteLine($"  #{transition.Sequence} {transition.At.LocalDateTime:yyyy-MM-dd HH:mm:ss.fff} {transition.Title} {transition.From} -> {transition.To}: {transition.Reason}");
            foreach (string notified in transition.Notified)
            {
                page.WriteLine($"     told {notified}");
            }
        }
    }

    private static string Marked(AddressStatus address) =>
        $"{address.Address}{(address.Bound ? "*" : "")}{(address.Attributes.Length > 0 ? $" ({address.Attributes})" : "")}";

    internal static string Priority(PriorityStatus priority)
    {
        IEnumerable<string> applied = priority.Terms.Where(term => term.Applied != 0)
            .Select(term => string.Create(CultureInfo.InvariantCulture, $"{term.Applied:+0;-0} {term.Check}"));
        string terms = string.Join(" ", applied);
        return terms.Length == 0 ? priority.Effective.ToString(CultureInfo.InvariantCulture) : $"{priority.Effective} = {priority.Base} {terms}";
    }

    internal static string Span(double seconds) => seconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        < 172800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86400:0} d"),
    };

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(StatusReport))]
    private sealed partial class PrettyStatusJson : JsonSerializerContext;
}
