namespace HotStandby.UnitTests.Explorer;

/// <summary>What can happen next; each is tried in every state in which it can.</summary>
internal enum StepKind : byte
{
    /// <summary>The oldest message from one node to another arrives.</summary>
    Deliver,

    /// <summary>The timers of a node that are due run out.</summary>
    Expire,

    /// <summary>Time goes on, to the next moment at which something can happen.</summary>
    Advance,

    /// <summary>A fault: the oldest message is lost.</summary>
    Lose,

    /// <summary>A fault: the agent stands still (SIGSTOP).</summary>
    Freeze,
    Thaw,

    /// <summary>A fault: the agent is killed; the kernel keeps the addresses for their lifetime.</summary>
    Crash,
    Restart,

    /// <summary>A fault: a node and all others can't reach each other.</summary>
    Partition,
    Heal,

    /// <summary>A fault, planned: the tracked check fails.</summary>
    CheckFails,
    CheckIsWell,

    /// <summary>A fault, planned: SIGTERM.</summary>
    Stop,

    /// <summary>A fault, planned: switchover.</summary>
    StepDown,
    Resume,
}

/// <summary>One step.</summary>
/// <param name="Node">Whom it happens to; the sender of a message.</param>
/// <param name="To">The receiver of a message.</param>
internal readonly record struct Step(StepKind Kind, byte Node = 0, byte To = 0)
{
    public ushort Code => (ushort)(((int)Kind << 8) | (Node << 4) | To);

    public static Step From(ushort code) => new((StepKind)(code >> 8), (byte)((code >> 4) & 15), (byte)(code & 15));

    public bool IsFault => Kind is StepKind.Lose or StepKind.Freeze or StepKind.Crash or StepKind.Partition or StepKind.CheckFails or StepKind.Stop
        or StepKind.StepDown;

    /// <summary>Nobody else's timers have to notice it: the node itself says that it leaves.</summary>
    public bool IsPlanned => Kind is StepKind.CheckFails or StepKind.Stop or StepKind.StepDown;

    public override string ToString() => Kind switch
    {
        StepKind.Advance => "time goes on",
        StepKind.Deliver => $"n{Node} -> n{To} arrives",
        StepKind.Lose => $"n{Node} -> n{To} is lost",
        _ => $"{Kind} n{Node}",
    };
}
