using System.CommandLine;
using System.Globalization;
using HotStandby.Agent.Control;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby explain</c>: why each virtual router is in its state, how it came there and what it waits for.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Argument<string?> router = new("ROUTER") { Description = "name of the virtual router in plugins.json; left out: all", Arity = ArgumentArity.ZeroOrOne };
        Option<string> control = CommonOptions.Control();
        Command command = new("explain", "Say why each virtual router is in its state, how it came there and what it waits for.") { router, control };
        command.SetAction((parsed, _) => AgentConversation.RunAsync(() => RunAsync(parsed.GetValue(router), parsed.GetValue(control)!)));
        return command;
    }

    private static async Task<int> RunAsync(string? name, string path)
    {
        StatusReport report = await ControlClient.ReadStatusAsync(path, ControlClient.DefaultTimeout).ConfigureAwait(false);
        VirtualRouterStatus[] routers = [.. report.VirtualRouters.Where(router => name is null || router.Name == name)];
        if (routers.Length == 0)
        {
            return AgentConversation.Refused(
                $"there is no virtual router {name}; there are: {string.Join(", ", report.VirtualRouters.Select(router => router.Name))}", ExitCodes.Failed);
        }

        Console.Out.Write(string.Join("\n", routers.Select(router => Story(router, report))));
        return ExitCodes.Good;
    }

    /// <summary>One virtual router's story, for a person.</summary>
    internal static string Story(VirtualRouterStatus router, StatusReport report)
    {
        StringWriter story = new(CultureInfo.InvariantCulture);
        story.WriteLine($"{router.Name} is {router.State} on {report.Node} since {Local(router.Since)} ({StatusCommand.Span(router.SinceSeconds)})");
        story.WriteLine($"  {(router.State is "MASTER" or "BACKUP" ? "came by" : "why    ")}   {router.Why}");
        story.WriteLine($"  next      {router.Next}");
        foreach (AlarmStatus alarm in router.Alarms)
        {
            story.WriteLine($"  ALARM     {alarm.Code} for {StatusCommand.Span(alarm.ForSeconds)}: {alarm.Sentence}");
        }

        story.WriteLine($"  priority  {StatusCommand.Priority(router.Priority)}");
        foreach (PriorityTerm term in router.Priority.Terms.Where(term => term.State.Length > 0))
        {
            string effect = term.Weight is null ? "its failing is FAULT" : string.Create(CultureInfo.InvariantCulture, $"adds {term.Applied:+0;-0;0}");
            story.WriteLine($"            {term.Check} is {term.State} ({effect}): {term.LastWords}");
        }

        string master = router.State == "MASTER" ? "this node" : router.MasterAddress ?? "nobody is heard";
        string age = router.AdvertAgeSeconds is double seconds ? $", last advertisement {StatusCommand.Span(seconds)} ago" : "";
        story.WriteLine($"  master    {master}{age}");
        TransitionStatus[] transitions = [.. report.Transitions.Where(transition =>
            transition.VirtualRouter == (transition.Kind == "GROUP" ? router.SyncGroup?.Name : router.Name))];
        story.WriteLine($"  history   {(transitions.Length == 0 ? "no transition is kept" : "")}".TrimEnd());
        foreach (TransitionStatus transition in transitions)
        {
            story.WriteLine($"    #{transition.Sequence} {Local(transition.At)} {(transition.Kind == "GROUP" ? $"{transition.Title} " : "")}{transition.From} -> {transition.To}");
            story.WriteLine($"       {transition.Reason}");
            foreach (string notified in transition.Notified)
            {
                story.WriteLine($"       told {notified}");
            }
        }

        return story.ToString();
    }

    private static string Local(DateTimeOffset at) => at.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
