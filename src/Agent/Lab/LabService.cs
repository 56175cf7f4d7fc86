using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>A real service on one node of the lab; it answers every request with the node's name and a line end.</summary>
internal abstract class LabService(LabNode node, LabServiceSpec spec) : IDisposable
{
    private static readonly Address Loopback = Address.Parse("127.0.0.1");

    private LabProcess? _process;

    public LabNode Node { get; } = node;

    public LabServiceSpec Spec { get; } = spec;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Its folder for generated files.</summary>
    protected string Folder { get; } = Directory.CreateDirectory(Path.Combine(node.Directory, $"{spec.Program}-{spec.Port}")).FullName;

    /// <summary>What it wrote to its output, and to its error log if it has one.</summary>
    public abstract string Words { get; }

    protected string OutputFile => Path.Combine(Folder, "output.log");

    /// <summary>Starts it; <see cref="WaitUntilItAnswers"/> tells when it serves.</summary>
    public void Start()
    {
        if (!IsRunning)
        {
            _process?.Dispose();
            _process = Launch();
        }
    }

    /// <summary>SIGKILL to all its processes: a crash.</summary>
    public void Crash() => _process?.KillTree();

    /// <exception cref="LabException">It ended, or did not answer within <paramref name="bound"/>; its last words are in the message.</exception>
    public void WaitUntilItAnswers(TimeSpan bound, CancellationToken cancellationToken = default)
    {
        long begin = Environment.TickCount64;
        while (!Answers())
        {
            if (!IsRunning || Environment.TickCount64 - begin > bound.TotalMilliseconds)
            {
                throw new LabException(
                    $"{Spec.Program} on {Node.Name} {(IsRunning ? $"does not answer on port {Spec.Port}" : "ended at once")}:\n{LabLog.Tail(Words)}");
            }

            cancellationToken.WaitHandle.WaitOne(20);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Whether it answers a request from its own node now.</summary>
    public bool Answers() =>
        ServiceQuestion.Ask(Node.NamespaceName, new ProbeTarget(Loopback, Spec.Port, Spec.Path)) == Node.Name;

    public void Dispose() => _process?.Dispose();

    protected abstract LabProcess Launch();
}
