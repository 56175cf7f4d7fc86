using HotStandby.Agent.Status;

namespace HotStandby.Agent.Lab;

/// <summary>The agent on one node, as the lab's steps handle it; the harness's own tests put a stand-in here.</summary>
internal interface ILabAgent : IDisposable
{
    bool IsRunning { get; }

    /// <summary>What it wrote.</summary>
    string Words { get; }

    void Start();

    void Kill(LinuxSignal signal);

    /// <summary>Null while it does not answer.</summary>
    Task<StatusReport?> ReadStatusAsync(CancellationToken cancellationToken);
}
