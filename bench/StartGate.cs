using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>
/// Holds a program right before its exec, so that its start is timed without the lab's own way into the node (setsid, nsenter, fork).
/// </summary>
internal sealed class StartGate
{
    private readonly string _fifo;

    public StartGate(LabNode node)
    {
        _fifo = Path.Combine(node.Directory, "gate");
        SystemCommand.Run("mkfifo", _fifo);
        Through = ["/bin/sh", "-c", "read -r go <\"$1\"; shift; exec \"$@\"", "sh", _fifo];
    }

    /// <summary>The command to start the program through.</summary>
    public IReadOnlyList<string> Through { get; }

    /// <summary>Lets it go; returns the time right before. Blocks until the program waits at the gate.</summary>
    public MonotonicTime Open()
    {
        using var gate = new FileStream(_fifo, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        MonotonicTime now = LabClock.Now;
        gate.Write("go\n"u8);
        return now;
    }
}
