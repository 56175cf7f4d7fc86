using HotStandby.Agent.Control;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>The real agent, running in a node of the lab.</summary>
internal sealed class AgentInNode : IDisposable
{
    private static int _number;
    private string? _unrest;
    private bool _looked;

    private AgentInNode(LabNode node, string configFile, LabProcess process)
    {
        Node = node;
        ConfigFile = configFile;
        Process = process;
    }

    public LabNode Node { get; }

    public string ConfigFile { get; }

    public LabProcess Process { get; }

    /// <summary>What it logged.</summary>
    public string Log => Process.Output;

    public static AgentInNode Start(LabNode node, PluginsJson file, params IReadOnlyList<string> options)
    {
        string configFile = Path.Combine(node.Directory, $"plugins.{Interlocked.Increment(ref _number)}.json");
        File.WriteAllText(configFile, file.Text());
        return Start(node, configFile, options);
    }

    public static AgentInNode Start(LabNode node, string configFile, params IReadOnlyList<string> options) =>
        new(node, configFile, node.Run(AgentBinary.FilePath, ["run", "--config", configFile, "--node", node.Name, .. options]));

    /// <summary>Memory of its own when it first answered, in KiB; null before.</summary>
    public int? FirstKiB { get; private set; }

    /// <summary>Its status, or null when it does not answer.</summary>
    public StatusReport? TryStatus() =>
        Noted(ControlClient.TryReadStatusAsync(Node.ControlSocketPath, ControlClient.DefaultTimeout).GetAwaiter().GetResult());

    /// <exception cref="ControlException">It does not answer.</exception>
    public StatusReport Status() =>
        Noted(ControlClient.ReadStatusAsync(Node.ControlSocketPath, ControlClient.DefaultTimeout).GetAwaiter().GetResult())!;

    public VirtualRouterStatus Router(string name) => Status().VirtualRouters.Single(router => router.Name == name);

    /// <summary>The state of a virtual router, "" when there is no such one or no agent.</summary>
    public string State(string router) => TryStatus()?.VirtualRouters.FirstOrDefault(known => known.Name == router)?.State ?? "";

    /// <summary>Puts another file in its place and asks for a reload.</summary>
    public void Reload(string text)
    {
        File.WriteAllText(ConfigFile, text);
        Process.Kill(LinuxSignal.Hangup);
    }

    public void Reload(PluginsJson file) => Reload(file.Text());

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public int? Stop()
    {
        Process.Kill(LinuxSignal.Terminate);
        return Process.WaitForExit(TimeSpan.FromSeconds(15));
    }

    /// <summary>SIGKILL to the agent alone; its plugin host has to notice by itself.</summary>
    public void Crash()
    {
        Process.Kill(LinuxSignal.Kill);
        Process.WaitForExit(TimeSpan.FromSeconds(15));
    }

    public void Freeze() => Process.Kill(LinuxSignal.Stop);

    public void Thaw() => Process.Kill(LinuxSignal.Continue);

    /// <summary>Looks at it (<see cref="AgentAtRest"/>) once: now, or when it was disposed of, as most tests do before they dispose of their cluster.</summary>
    /// <returns>What is wrong; null when all is well.</returns>
    public string? LookAtRest()
    {
        _unrest = _looked ? _unrest : AgentAtRest.Unrest(this);
        _looked = true;
        return _unrest;
    }

    /// <summary>Ends it; what was wrong with it <see cref="Cluster.Dispose"/> tells.</summary>
    public void Dispose()
    {
        LookAtRest();
        Process.Dispose();
    }

    private StatusReport? Noted(StatusReport? report)
    {
        if (report?.Pid == Process.Pid)
        {
            FirstKiB ??= AgentAtRest.PrivateKiB(Process.Pid);
        }

        return report;
    }
}
