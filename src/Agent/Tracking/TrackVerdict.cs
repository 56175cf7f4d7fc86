using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Tracking;

/// <summary>What anything that is tracked counts as now: checks and readings by their tables, expressions by their operands.</summary>
public static class TrackVerdict
{
    public static CheckVerdict Of(Tracked what, CheckTable checks, MonotonicTime now) => what switch
    {
        TrackedCheck check => checks.Of(check.Id, now),
        TrackedExpression expression => Of(expression, checks, now),
        _ => checks.Readings.Of(what, now),
    };

    /// <summary>
    /// Three-valued: what is already decided does not wait for the rest. A failure names every operand that failed with its words, so that
    /// nobody has to look for the one that mattered.
    /// </summary>
    private static CheckVerdict Of(TrackedExpression expression, CheckTable checks, MonotonicTime now)
    {
        List<CheckVerdict> up = [];
        List<CheckVerdict> down = [];
        List<CheckVerdict> waiting = [];
        foreach (Tracked operand in expression.Operands)
        {
            CheckVerdict verdict = Of(operand, checks, now);
            (verdict.Standing switch { CheckStanding.Up => up, CheckStanding.Down => down, _ => waiting }).Add(verdict);
        }

        bool isUp = expression.All ? down.Count + waiting.Count == 0 : up.Count > 0;
        if (isUp)
        {
            return new(CheckStanding.Up, $"{up.Count} of {expression.Operands.Count} are up");
        }

        bool isDown = expression.All ? down.Count > 0 : waiting.Count == 0;
        return isDown
            ? new(CheckStanding.Down, $"{expression.Name} fails: {string.Join("; ", down.Select(one => one.Sentence))}")
            : new(CheckStanding.Waiting, $"{expression.Name}: {waiting[0].Sentence}") { KeepsState = waiting.Exists(one => one.KeepsState) };
    }
}
