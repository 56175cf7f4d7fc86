using System.Text.Json;
using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>Runs rounds: says on standard error what is going on, and counts a failed round instead of ending the benchmark.</summary>
internal sealed class Rounds(CancellationToken cancellationToken)
{
    /// <summary>How many rounds gave no figure.</summary>
    public int Failed { get; private set; }

    /// <summary>One round; null when it failed.</summary>
    public Measured<T>? Try<T>(string what, Func<T> measure) where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        Console.Error.WriteLine($"bench: {what}");
        MachineLoad begin = MachineLoad.Now();
        try
        {
            T figures = measure();
            MachineLoad end = MachineLoad.Now();
            return new Measured<T>(figures, end.BusyPercentSince(begin), end.StealPercentSince(begin));
        }
        catch (Exception failure) when (failure is LabException or IOException or JsonException)
        {
            Failed++;
            Console.Error.WriteLine($"bench: {what} FAILED: {failure.Message}");
            return null;
        }
    }
}

/// <summary>A round's figures, and how busy the machine was meanwhile.</summary>
internal sealed record Measured<T>(T Figures, double BusyPercent, double StealPercent);

/// <summary>The cells that every row has.</summary>
internal static class CommonFigures
{
    public static Figure Count<T>(IReadOnlyCollection<Measured<T>> rounds) => new("n", "n", rounds.Count);

    public static Figure[] Machine<T>(IReadOnlyCollection<Measured<T>> rounds) =>
    [
        new("machineBusyPercent", "machine busy %", Summary.Of(rounds.Select(round => (double?)round.BusyPercent))),
        new("machineStealPercent", "steal %", Summary.Of(rounds.Select(round => (double?)round.StealPercent))),
    ];

    /// <summary>A column of one number of each round.</summary>
    public static Figure Of<T>(string key, string title, IEnumerable<Measured<T>> rounds, Func<T, double?> value) =>
        new(key, title, Summary.Of(rounds.Select(round => value(round.Figures))));
}
