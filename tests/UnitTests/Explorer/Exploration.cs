using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace HotStandby.UnitTests.Explorer;

/// <summary>
/// Breadth first over every state that the real state machines of two or three nodes can get into: the first trace found to a broken rule is a
/// shortest one.
/// </summary>
internal static class Exploration
{
    /// <summary>The name of <see cref="AttackedPair"/>, which is no exploration but runs from seeds.</summary>
    public const string AttackedSetup = "attacked";

    /// <summary>What an exploration came to.</summary>
    /// <param name="States">Distinct ones.</param>
    /// <param name="Steps">Ways from one to another.</param>
    /// <param name="Depth">Most steps from the start.</param>
    /// <param name="IsComplete">Nothing is left to look at within the faults allowed.</param>
    /// <param name="Report">The rule that was broken and how; null when none was.</param>
    internal sealed record Result(int States, long Steps, int Depth, bool IsComplete, string? Report);

    public static Result Run(ExplorationSetup setup, int mostStates)
    {
        World world = new(setup);
        if (world.Broken is not null)
        {
            return new(0, 0, 0, false, Explain(setup, [], [], 0, null));
        }

        StateSet seen = new();
        List<Step> possible = [];
        List<int> parents = [-1];
        List<ushort> steps = [0];
        int length = world.Save().Length;
        byte[] state = new byte[length];
        List<byte> level = [.. world.Save()];
        List<byte> next = [];
        seen.Add(XxHash128.HashToUInt128(world.Save()));
        int first = 0;
        int depth = 0;
        long taken = 0;
        while (level.Count > 0)
        {
            for (int at = 0; at * length < level.Count; at++)
            {
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(level).Slice(at * length, length).CopyTo(state);
                world.Load(state);
                world.Possible(possible);
                bool goesOn = false;
                for (int i = 0; i < possible.Count; i++)
                {
                    world.Load(state);
                    world.Take(possible[i]);
                    taken++;
                    if (world.Broken is not null)
                    {
                        return new(seen.Count, taken, depth, false, Explain(setup, parents, steps, first + at, possible[i]));
                    }

                    ReadOnlySpan<byte> code = world.Save();
                    goesOn |= !world.Overflowed && !code.SequenceEqual(state);
                    if (!world.Overflowed && seen.Add(XxHash128.HashToUInt128(code)))
                    {
                        next.AddRange(code);
                        parents.Add(first + at);
                        steps.Add(possible[i].Code);
                    }
                }

                if (!goesOn)
                {
                    return new(seen.Count, taken, depth, false, Explain(setup, parents, steps, first + at, null));
                }

                if (seen.Count >= mostStates)
                {
                    return new(seen.Count, taken, depth, false, null);
                }
            }

            first += level.Count / length;
            (level, next) = (next, level);
            next.Clear();
            depth++;
        }

        return new(seen.Count, taken, depth, true, null);
    }

    /// <summary>The first broken rule of a setup by its name; what the tests of the seeded bugs call.</summary>
    public static string? FirstBroken(string setup, int faults, int mostStates) => setup == AttackedSetup
        ? AttackedPair.FirstBroken(1, 100)
        : Run(ExplorationSetup.All.First(one => one.Name == setup) with { Faults = faults }, mostStates).Report;

    /// <summary>The same steps once more from the start, with words.</summary>
    private static string Explain(ExplorationSetup setup, List<int> parents, List<ushort> steps, int state, Step? last)
    {
        List<Step> trace = last is Step step ? [step] : [];
        for (int at = state; at > 0; at = parents[at])
        {
            trace.Insert(0, Step.From(steps[at]));
        }

        World world = new(setup);
        StringBuilder text = new();
        Agent.Vrrp.MonotonicTime start = world.Now;
        foreach (Step one in trace)
        {
            world.Take(one);
            text.AppendLine(CultureInfo.InvariantCulture, $"  {world.Now - start,10} {one,-22} {world}");
        }

        return $"{setup.Name}, {world.Broken ?? "deadlock: nothing can happen any more"}, after {trace.Count} steps:\n{text}";
    }
}
