using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby simulate [FILE]</c>: what the file's nodes would do under faults, in virtual time; touches nothing.</summary>
internal static class SimulateCommand
{
    private const int LargestScenario = 1024 * 1024;

    public static Command Create()
    {
        Argument<string> file = CommonOptions.File();
        Option<string?> scenario = new("--scenario") { Description = "what happens; without it a built-in one", HelpName = "FILE" };
        Option<TimeSpan?> length = new("--for")
        {
            Description = "how long the run is, e.g. 60s; without it as long as the scenario needs",
            HelpName = "DURATION",
            CustomParser = ReadDuration,
        };
        Option<ulong> seed = new("--seed") { Description = "of everything a real network leaves to chance", DefaultValueFactory = _ => 1, HelpName = "N" };
        Option<int?> soak = new("--soak") { Description = "for developers: that many hours of random pairs with random faults, no FILE", HelpName = "HOURS" };
        Command command = new("simulate", "Show what a file's nodes would do under faults: a timeline and the outages, in virtual time.") { file, scenario, length, seed, soak };
        command.SetAction(async (parsed, _) => parsed.GetValue(soak) is int hours
            ? Soak(hours, parsed.GetValue(seed), Console.Out)
            : await SimulateAsync(parsed.GetValue(file)!, parsed.GetValue(scenario), parsed.GetValue(length), parsed.GetValue(seed)).ConfigureAwait(false));
        return command;
    }

    private static async Task<int> SimulateAsync(string path, string? scenarioPath, TimeSpan? length, ulong seed)
    {
        FileJudgement judgement = await FileJudgement.OfAsync(path).ConfigureAwait(false);
        ConfigResult result = judgement.Result;
        Print(result.Diagnostics);
        if (judgement.NotAskedSentence is string gap)
        {
            Console.Error.WriteLine($"hotstandby: {gap}; each check is taken for one that is asked every interval");
        }

        if (result.Config is not HotStandbyConfig file)
        {
            return ExitCodes.ConfigInvalid;
        }

        Scenario scenario = new(BuiltInScenario.For(file), [], null);
        if (scenarioPath is not null)
        {
            if (BoundedFile.Read(scenarioPath, LargestScenario, out string problem) is not byte[] text)
            {
                return Misuse.Of("simulate", $"{scenarioPath} can't be read: {problem}");
            }

            (Scenario? read, IReadOnlyList<Diagnostic> diagnostics) = ScenarioReader.Read(scenarioPath, text, file);
            Print(diagnostics);
            if (read is null)
            {
                return ExitCodes.ConfigInvalid;
            }

            scenario = read;
        }

        Duration end = length is TimeSpan asked ? Duration.From(asked) : scenario.Length ?? BuiltInScenario.Length(scenario.Faults);
        SimulationSetup setup = new(file, scenario.Faults, end, seed) { Drift = scenario.Drift, Records = true };
        SimulationRun run = new(setup);
        Violation? violation = run.Run();
        Console.Out.Write(SimulationReport.Write(setup, run, violation));
        return violation is null ? ExitCodes.Good : ExitCodes.Failed;
    }

    /// <summary>Each hour a pair of its own with faults of its own; the seeds follow each other, so that one that fails can be run alone.</summary>
    private static int Soak(int hours, ulong seed, TextWriter output)
    {
        Stopwatch watch = Stopwatch.StartNew();
        long faults = 0;
        long events = 0;
        int done = 0;
        string? report = null;
        Parallel.For(0, hours, (hour, state) =>
        {
            RandomTesting.Outcome outcome = RandomTesting.Try(seed + (ulong)hour, Duration.FromSeconds(3600));
            Interlocked.Add(ref faults, outcome.Faults);
            Interlocked.Add(ref events, outcome.Events);
            Interlocked.Increment(ref done);
            if (outcome.Report is not null)
            {
                Interlocked.CompareExchange(ref report, outcome.Report, null);
                state.Stop();
            }
        });
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{done} simulated pair-hours from seed {seed}: {faults} faults, {events} events, {(report is null ? "no invariant broken" : "an invariant broken")}, {watch.Elapsed.TotalSeconds:0.0} s"));
        if (report is not null)
        {
            output.WriteLine(report);
        }

        return report is null ? ExitCodes.Good : ExitCodes.Failed;
    }

    private static void Print(IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Console.Error.WriteLine(diagnostic.ToString());
        }
    }

    private static TimeSpan? ReadDuration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (DurationText.TryParse(text, out TimeSpan value) && value > TimeSpan.Zero && value <= TimeSpan.FromHours(24))
        {
            return value;
        }

        result.AddError($"--for must be a duration such as \"60s\" or \"10m\", at most 24h, found '{text}'");
        return null;
    }
}
