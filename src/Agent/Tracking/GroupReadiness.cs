using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Tracking;

/// <summary>What is known of one virtual router's readiness.</summary>
/// <param name="Router">Its name.</param>
/// <param name="Readiness">Of itself, without its group.</param>
/// <param name="Sentence">Why.</param>
public readonly record struct KnownReadiness(string Router, Readiness Readiness, string Sentence);

/// <summary>The readiness of a member of a sync group: it serves only where every member can.</summary>
public static class GroupReadiness
{
    /// <param name="group">The sync group's name.</param>
    /// <param name="own">Of the member that is asked for.</param>
    /// <param name="members">Of all members, this one too.</param>
    public static (Readiness Readiness, string Sentence) Of(string group, KnownReadiness own, IEnumerable<KnownReadiness> members)
    {
        KnownReadiness worst = own;
        foreach (KnownReadiness member in members)
        {
            worst = Badness(member.Readiness) > Badness(worst.Readiness) ? member : worst;
        }

        return (worst.Readiness, worst.Router == own.Router ? own.Sentence : $"{worst.Router} of the sync group {group}: {worst.Sentence}");
    }

    private static int Badness(Readiness readiness) => readiness switch
    {
        Readiness.Fault => 2,
        Readiness.Waiting => 1,
        _ => 0,
    };
}
