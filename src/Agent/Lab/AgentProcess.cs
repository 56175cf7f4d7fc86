using HotStandby.Agent.Control;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Lab;

/// <summary>The real agent on a node: this very program, started again as <c>run --config FILE --node NAME</c>.</summary>
/// <param name="node">Where it runs.</param>
/// <param name="configFile">Absolute path of plugins.json.</param>
/// <param name="command">The agent's program and first arguments; null: the running one.</param>
internal sealed class AgentProcess(LabNode node, string configFile, IReadOnlyList<string>? command = null) : ILabAgent
{
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<string> _command = command ?? Itself();
    private LabProcess? _process;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Its pid as the lab sees it; null when it was never started.</summary>
    public int? Pid => _process?.Pid;

    public string LogFile { get; } = LogFileOn(node);

    public string Words => LabLog.Read(LogFile);

    public void Start()
    {
        if (!IsRunning)
        {
            _process?.Dispose();
            _process = node.Run(_command[0], [.. _command.Skip(1), "run", "--config", configFile, "--node", node.Name], outputFile: LogFile);
        }
    }

    public void Kill(LinuxSignal signal) => _process?.Kill(signal);

    public void Drain(bool on)
    {
        ControlRequest request = on ? new("drain", Reason: "a step of the lab") : new("undrain");
        string? refusal;
        try
        {
            refusal = ControlClient.DoAsync(node.ControlSocketPath, request, StatusTimeout, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (ControlException exception)
        {
            throw new LabException($"The agent on {node.Name} can't be drained: {exception.Message}", exception);
        }

        if (refusal is not null)
        {
            throw new LabException($"The agent on {node.Name} can't be drained: {refusal}");
        }
    }

    public async Task<StatusReport?> ReadStatusAsync(CancellationToken cancellationToken) =>
        IsRunning
            ? await ControlClient.TryReadStatusAsync(node.ControlSocketPath, StatusTimeout, cancellationToken).ConfigureAwait(false)
            : null;

    public void Dispose() => _process?.Dispose();

    /// <summary>Where the agent of a node writes.</summary>
    public static string LogFileOn(LabNode node) => Path.Combine(node.Directory, "agent.log");

    /// <summary>The running program; under <c>dotnet hotstandby.dll</c> that is dotnet and the DLL.</summary>
    internal static IReadOnlyList<string> Itself()
    {
        string program = Environment.ProcessPath ?? throw new LabException("The path of the running program is unknown.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
            : [program];
    }
}
