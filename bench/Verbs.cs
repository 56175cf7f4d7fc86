using System.CommandLine;
using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>The command line: one verb for each benchmark.</summary>
internal static class Verbs
{
    private const int ExitFailed = 1;
    private const int ExitUsage = 2;
    private const int ExitCancelled = 130;

    public static Command Failover()
    {
        Option<string> intervals = Text("--interval", "LIST", "1s,100ms", "advertisement intervals");
        Option<string> causes = Text("--cause", "LIST", string.Join(',', FailoverBench.AllCauses), "why the master goes");
        return Create("failover", "the master crashes, is stopped, or loses its link", 5, "hotstandby,keepalived", [intervals, causes], (parsed, common) =>
            new FailoverBench(
                common.Rounds,
                [.. List(parsed.GetValue(intervals)!).Select(Durations.Parse)],
                OneOf(FailoverBench.AllCauses, parsed.GetValue(causes)!),
                common.Contenders).Run);
    }

    public static Command Jitter()
    {
        Option<int> seconds = Number("--seconds", 20, "length of the window");
        Option<string> interval = Text("--interval", "TIME", "10ms", "advertisement interval");
        Option<string> loads = Text("--load", "LIST", string.Join(',', JitterBench.AllLoads), "what else the machine does");
        const string Agents = "hotstandby,hotstandby:rt,keepalived,keepalived:rt,floor,floor:rt";
        return Create("jitter", "how exactly a master keeps its interval", 1, Agents, [seconds, interval, loads], (parsed, common) =>
            new JitterBench(
                common.Rounds,
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Durations.Parse(parsed.GetValue(interval)!),
                OneOf(JitterBench.AllLoads, parsed.GetValue(loads)!),
                common.Contenders).Run);
    }

    public static Command Footprint() =>
        Create("footprint", "memory, start and stop", 5, "hotstandby,hotstandby:nginx,keepalived", [], (_, common) =>
            new FootprintBench(common.Rounds, common.Contenders).Run);

    public static Command Expire()
    {
        Option<string> causes = Text("--cause", "LIST", string.Join(',', ExpireBench.AllCauses), "what happens to the agent");
        return Create("expire", "how long the address outlives its agent", 3, "hotstandby,keepalived", [causes], (parsed, common) =>
            new ExpireBench(common.Rounds, OneOf(ExpireBench.AllCauses, parsed.GetValue(causes)!), common.Contenders).Run);
    }

    public static Command Handover()
    {
        Option<string> causes = Text("--cause", "LIST", string.Join(',', HandoverBench.AllCauses), "why the master leaves");
        const string Agents = "hotstandby,hotstandby+keepalived,keepalived";
        return Create("handover", "the master leaves on purpose", 5, Agents, [causes], (parsed, common) =>
            new HandoverBench(common.Rounds, OneOf(HandoverBench.AllCauses, parsed.GetValue(causes)!), common.Contenders).Run);
    }

    public static Command Split()
    {
        Option<string> intervals = Text("--interval", "LIST", "1s", "advertisement intervals");
        return Create("split", "both were active and hear each other again", 20, "hotstandby,keepalived", [intervals], (parsed, common) =>
            new SplitBench(common.Rounds, [.. List(parsed.GetValue(intervals)!).Select(Durations.Parse)], common.Contenders).Run);
    }

    public static Command Freeze()
    {
        Option<string> intervals = Text("--interval", "LIST", "1s", "advertisement intervals");
        return Create("freeze", "the master is frozen for 8 s", 5, "hotstandby,keepalived", [intervals], (parsed, common) =>
            new FreezeBench(common.Rounds, [.. List(parsed.GetValue(intervals)!).Select(Durations.Parse)], common.Contenders).Run);
    }

    public static Command Restore() =>
        Create("restore", "somebody takes the address off the master", 5, "hotstandby,keepalived", [], (_, common) =>
            new RestoreBench(common.Rounds, common.Contenders).Run);

    public static Command Plugins()
    {
        Option<string> interval = Text("--interval", "TIME", "100ms", "advertisement interval");
        Option<string> cases = Text("--case", "LIST", string.Join(',', PluginsBench.AllCases), "what happens");
        return Create("plugins", "a plugin misbehaves or is replaced on the master", 1, "hotstandby", [interval, cases], (parsed, common) =>
            new PluginsBench(
                common.Rounds, Durations.Parse(parsed.GetValue(interval)!), OneOf(PluginsBench.AllCases, parsed.GetValue(cases)!)).Run);
    }

    public static Command Rest()
    {
        Option<int> seconds = Number("--seconds", 600, "from the first look to the last");
        Option<string> routers = Text("--routers", "LIST", "1,250", "virtual routers on the one interface, 1 to 250");
        return Create("rest", "a pair to which nothing happens: what it does and what grows", 1, "hotstandby,hotstandby:plugins,keepalived", [seconds, routers], (parsed, common) =>
            new RestBench(
                common.Rounds,
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                [.. List(parsed.GetValue(routers)!).Select(RouterCount)],
                common.Contenders).Run);
    }

    private static int RouterCount(string text) => int.TryParse(text, out int count) && count is >= 1 and <= 250
        ? count
        : throw new FormatException($"--routers takes whole numbers from 1 to 250, not '{text}'.");

    private static Command Create(
        string name,
        string description,
        int defaultRounds,
        string defaultAgents,
        IReadOnlyList<Option> own,
        Func<ParseResult, Common, Action<Rounds, Report, CancellationToken>> build)
    {
        Option<int> rounds = Number("--rounds", defaultRounds, "repetitions of each row, interleaved");
        Option<string> agents = Text("--agents", "LIST", defaultAgents, "who takes part");
        Option<string?> json = new("--json") { Description = "append one JSON line per row to a file instead of printing it", HelpName = "FILE" };
        Command command = new(name, description) { rounds, agents, json };
        foreach (Option option in own)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => Task.Run(
            () => Execute(
                name,
                () => build(parsed, new Common(parsed.GetValue(rounds), Contestants.Present(parsed.GetValue(agents)!))),
                parsed.GetValue(json),
                cancellationToken),
            CancellationToken.None));
        return command;
    }

    private static int Execute(
        string name,
        Func<Action<Rounds, Report, CancellationToken>> build,
        string? json,
        CancellationToken cancellationToken)
    {
        var report = new Report(name);
        var rounds = new Rounds(cancellationToken);
        try
        {
            build()(rounds, report, cancellationToken);
        }
        catch (FormatException failure)
        {
            Console.Error.WriteLine($"bench: {failure.Message}");
            return ExitUsage;
        }
        catch (LabException failure)
        {
            Console.Error.WriteLine($"bench: {failure.Message}");
            return ExitFailed;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("bench: cancelled; the networks are gone.");
            return ExitCancelled;
        }

        report.WriteTable(Console.Out);
        report.WriteJson(json, Console.Out);
        if (rounds.Failed > 0)
        {
            Console.Error.WriteLine($"bench: {rounds.Failed} rounds failed; see above. n counts the others.");
        }

        return rounds.Failed > 0 ? ExitFailed : 0;
    }

    private static Option<int> Number(string name, int usual, string description)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out int value) || value < 1))
            {
                result.AddError($"{name} takes a whole number from 1 on, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }

    private static Option<string> Text(string name, string helpName, string usual, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = helpName };

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string[] OneOf(IReadOnlyList<string> known, string text)
    {
        string[] words = List(text);
        return Array.Find(words, word => !known.Contains(word)) is string unknown
            ? throw new FormatException($"'{unknown}' is not known; there are {string.Join(", ", known)}.")
            : words;
    }

    /// <summary>What every benchmark takes.</summary>
    private sealed record Common(int Rounds, IReadOnlyList<Contender> Contenders);
}
