using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>Makes a run that breaks an invariant as short as it can be while it still breaks the same one.</summary>
internal static class Shrinking
{
    private const int MostRuns = 400;

    public static (SimulationSetup Setup, Violation Violation) Shrink(SimulationSetup setup, Violation violation)
    {
        int runs = 0;
        (SimulationSetup best, Violation found) = (setup with { Length = violation.At + Duration.FromSeconds(1) }, violation);
        best = best with { Faults = [.. best.Faults.Where(fault => fault.At <= violation.At)] };

        foreach (Attack attack in best.Attacks)
        {
            runs++;
            SimulationSetup without = best with { Attacks = [.. best.Attacks.Where(one => one != attack)] };
            if (SimulationRun.Check(without) is Violation still && still.Invariant == violation.Invariant)
            {
                (best, found) = (without, still);
            }
        }

        // Big pieces first, then one by one, until nothing more can go.
        for (int piece = Math.Max(1, best.Faults.Count / 2); runs < MostRuns;)
        {
            bool smaller = false;
            for (int from = 0; from < best.Faults.Count && runs < MostRuns;)
            {
                runs++;
                SimulationSetup without = best with { Faults = [.. best.Faults.Take(from), .. best.Faults.Skip(from + piece)] };
                if (SimulationRun.Check(without) is Violation still && still.Invariant == violation.Invariant)
                {
                    (best, found, smaller) = (without, still, true);
                }
                else
                {
                    from += piece;
                }
            }

            if (piece == 1 && !smaller)
            {
                break;
            }

            piece = smaller ? piece : Math.Max(1, piece / 2);
        }

        SimulationSetup last = best with { Length = found.At + Duration.FromMilliseconds(1) };
        return SimulationRun.Check(last) is Violation same && same.Invariant == violation.Invariant ? (last, same) : (best, found);
    }
}
