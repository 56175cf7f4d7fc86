using System.Diagnostics;
using HotStandby.Agent.Control;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>
/// One machine of the lab: a network namespace, and a holder process that keeps a private mount namespace (tmpfs on /run, own /proc),
/// a PID namespace and a UTS namespace (host name = node name). So pid files, the control socket and process lists are the node's own
/// although their paths are the same everywhere. The holder is init of the PID namespace: when it ends, the kernel ends all the node's
/// processes; and it ends when its standard input does, that is also when the lab is killed with SIGKILL.
/// </summary>
internal sealed class LabNode : IDisposable
{
    private const string HolderScript =
        "mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/lock && hostname \"$1\" && echo ready && cat >/dev/null; exit 0";

    private readonly Process _holder;
    private readonly List<LabProcess> _processes = [];
    private int _started;

    private LabNode(LabNodePlan plan, string networkNamespace, string directory, Process holder, int holderPid)
    {
        Plan = plan;
        NamespaceName = networkNamespace;
        Directory = directory;
        _holder = holder;
        HolderPid = holderPid;
    }

    public LabNodePlan Plan { get; }

    public string Name => Plan.Name;

    /// <summary>Its network namespace, for <c>ip netns exec</c> and <see cref="NetworkNamespace.Run(string, Action)"/>.</summary>
    public string NamespaceName { get; }

    /// <summary>A folder of its own for generated files and output; the same path inside and outside the node.</summary>
    public string Directory { get; }

    /// <summary>Init of its PID namespace, as the lab sees it: <c>nsenter -t PID -m -u -n -p</c>.</summary>
    public int HolderPid { get; }

    /// <summary>Its agent's control socket as the lab reaches it.</summary>
    public string ControlSocketPath => PathInside(ControlClient.DefaultSocketPath);

    /// <summary>How the lab reaches a file of the node's file system. Absolute symbolic links on the way lead out of the node again.</summary>
    public string PathInside(string path) => $"/proc/{HolderPid}/root{path}";

    internal static LabNode Create(LabNodePlan plan, string networkNamespace, string directory)
    {
        System.IO.Directory.CreateDirectory(directory);
        var start = new ProcessStartInfo("/usr/bin/setsid")
        {
            ArgumentList =
            {
                SystemCommand.Find("ip")!, "netns", "exec", networkNamespace,
                "unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private", "--",
                "/bin/sh", "-c", HolderScript, "sh", plan.Name,
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process holder = Process.Start(start)!;

        // It says one word; after that nobody reads, and nobody writes.
        using StreamReader output = holder.StandardOutput;
        using StreamReader errors = holder.StandardError;
        if (output.ReadLine() != "ready" || LabProcess.ChildrenOf(holder.Id) is not [int init, ..])
        {
            holder.StandardInput.Close();
            string words = errors.ReadToEnd().Trim();
            holder.WaitForExit();
            holder.Dispose();
            throw new LabException($"Can't make the namespaces of node '{plan.Name}' (is this process root with all capabilities?): {words}");
        }

        return new LabNode(plan, networkNamespace, directory, holder, init);
    }

    /// <summary>Starts a program inside the node; it ends with the node at the latest.</summary>
    /// <param name="file">An absolute path, or a name looked up in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set beside the lab's own.</param>
    /// <param name="outputFile">Where its output is appended; null: a new file in <see cref="Directory"/>.</param>
    public LabProcess Run(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? outputFile = null)
    {
        string program = SystemCommand.Find(file) ?? throw new LabException($"The program '{file}' is not installed.");
        string output = outputFile ?? Path.Combine(Directory, $"{Path.GetFileName(file)}.{++_started}.log");
        var process = LabProcess.Start(
            ["nsenter", "-t", $"{HolderPid}", "-m", "-u", "-n", "-p", "--", program, .. arguments],
            output,
            environment);
        _processes.Add(process);
        return process;
    }

    /// <summary>Runs a program inside the node to its end and returns its output.</summary>
    /// <exception cref="LabException">It ended with another code than 0, or not within 30 s.</exception>
    public string RunToEnd(string file, params IEnumerable<string> arguments)
    {
        using LabProcess process = Run(file, arguments);
        _processes.Remove(process);
        int? code = process.WaitForExit(TimeSpan.FromSeconds(30));
        string output = process.Output;
        return code == 0
            ? output
            : throw new LabException($"'{file} {string.Join(' ', arguments)}' on {Name} ended with {code?.ToString() ?? "nothing after 30 s"}: {output.Trim()}");
    }

    /// <summary>What the node's kernel has bound now.</summary>
    public IReadOnlySet<Address> KernelAddresses() => Lab.KernelAddresses.Read(NamespaceName);

    /// <summary>Ends the holder, and with it every process of the node.</summary>
    public void Dispose()
    {
        _ = LabLibC.Kill(HolderPid, (int)LinuxSignal.Kill);

        // First these: init ends when all others were reaped, and a frozen one's nsenter must be woken to do it.
        foreach (LabProcess process in _processes)
        {
            process.Dispose();
        }

        _holder.WaitForExit();
        _holder.StandardInput.Close();
        _holder.Dispose();
    }
}
