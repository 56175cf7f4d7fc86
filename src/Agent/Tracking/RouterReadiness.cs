using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Tracking;

/// <summary>
/// Whether a virtual router may take part, from everything that is known now. Level, not edge: called whenever anything changed, it looks
/// at all of it again.
/// </summary>
public static class RouterReadiness
{
    /// <param name="tracks">The router's tracked checks.</param>
    /// <param name="checks">What the checks say.</param>
    /// <param name="interfaceProblem">Why the interface can't be used; null when it can.</param>
    /// <param name="bindProblem">Why the kernel refused the addresses; null when it did not.</param>
    /// <param name="now">The time of the question.</param>
    /// <returns>The sentence says what is wrong or waited for; empty when it is ready.</returns>
    public static (Readiness Readiness, string Sentence) Evaluate(
        IReadOnlyList<TrackConfig> tracks, CheckTable checks, string? interfaceProblem, string? bindProblem, MonotonicTime now)
    {
        if (interfaceProblem is not null)
        {
            return (Readiness.Fault, interfaceProblem);
        }

        if (bindProblem is not null)
        {
            return (Readiness.Fault, bindProblem);
        }

        string? waiting = null;
        foreach (TrackConfig track in tracks)
        {
            if (track.Weight is not null)
            {
                continue;
            }

            CheckVerdict verdict = TrackVerdict.Of(track.What, checks, now);
            switch (verdict.Standing)
            {
                case CheckStanding.Down:
                    return (Readiness.Fault, verdict.Sentence);
                case CheckStanding.Waiting:
                    waiting ??= verdict.Sentence;
                    break;
            }
        }

        return waiting is not null ? (Readiness.Waiting, waiting) : (Readiness.Ready, "");
    }
}
