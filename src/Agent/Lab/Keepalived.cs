namespace HotStandby.Agent.Lab;

/// <summary>
/// The real keepalived in a node: the process everything is compared with. VRRP only, in the foreground, its pid files in the node's own
/// /run, so that each node can have one.
/// </summary>
internal sealed class Keepalived : IDisposable
{
    private static int _number;

    private Keepalived(LabNode node, string configFile, LabProcess process)
    {
        Node = node;
        ConfigFile = configFile;
        Process = process;
    }

    public LabNode Node { get; }

    /// <summary>The keepalived.conf that was generated.</summary>
    public string ConfigFile { get; }

    /// <summary>The parent; it starts the VRRP child and passes signals on to it.</summary>
    public LabProcess Process { get; }

    /// <summary>What it logged so far.</summary>
    public string Log => Process.Output;

    /// <summary>The parent's and the child's pid as the lab sees them; the child is missing during the first milliseconds.</summary>
    public IReadOnlyList<int> Pids => [Process.Pid, .. LabProcess.ChildrenOf(Process.Pid)];

    /// <summary>Whether the machine has it (Debian package keepalived).</summary>
    public static bool IsInstalled => SystemCommand.Find("keepalived") is not null;

    /// <summary>Generates its configuration in the node's folder and starts it; returns before it has read it.</summary>
    /// <exception cref="LabException">It is not installed.</exception>
    public static Keepalived Start(LabNode node, params IReadOnlyList<KeepalivedInstance> instances) => Start(node, instances, []);

    /// <inheritdoc cref="Start(LabNode, IReadOnlyList{KeepalivedInstance})"/>
    /// <param name="globalLines">Lines of global_defs, e.g. <c>vrrp_rt_priority 50</c>.</param>
    public static Keepalived Start(LabNode node, IReadOnlyList<KeepalivedInstance> instances, IReadOnlyList<string> globalLines)
    {
        int number = Interlocked.Increment(ref _number);
        string configFile = Path.Combine(node.Directory, $"keepalived.{number}.conf");
        File.WriteAllText(configFile, KeepalivedConf.Write(instances, globalLines));
        LabProcess process = node.Run("keepalived",
            ["-n", "-l", "-D", "-P", "-f", configFile, "-p", $"/run/keepalived.{number}.pid", "-r", $"/run/keepalived_vrrp.{number}.pid"]);
        return new Keepalived(node, configFile, process);
    }

    /// <summary>SIGKILL to all its processes: the crash. What it bound stays bound, as keepalived leaves it.</summary>
    public void Kill() => Process.KillTree();

    /// <summary>SIGTERM: the orderly stop, with a priority-0 advertisement.</summary>
    public void Terminate() => Process.Kill(LinuxSignal.Terminate);

    /// <summary>SIGHUP after the file was rewritten: reload.</summary>
    public void Reload(IReadOnlyList<KeepalivedInstance> instances, IReadOnlyList<string>? globalLines = null)
    {
        File.WriteAllText(ConfigFile, KeepalivedConf.Write(instances, globalLines ?? []));
        Process.Kill(LinuxSignal.Hangup);
    }

    /// <summary>The exit code, or null when it still runs after <paramref name="bound"/>.</summary>
    public int? WaitForExit(TimeSpan bound) => Process.WaitForExit(bound);

    /// <summary>Kills what is left of it.</summary>
    public void Dispose() => Process.Dispose();
}
