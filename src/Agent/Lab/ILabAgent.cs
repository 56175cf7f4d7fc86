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

    /// <summary>As the operator does it: <c>hotstandby drain</c>, and <c>undrain</c>.</summary>
    /// <exception cref="LabException">It refused, or does not answer.</exception>
    void Drain(bool on);

    /// <summary>Null while it does not answer.</summary>
    Task<StatusReport?> ReadStatusAsync(CancellationToken cancellationToken);
}
