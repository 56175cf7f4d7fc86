using System.Diagnostics;
using System.Globalization;

namespace HotStandby.Agent.Lab;

/// <summary>
/// A process inside a node. It is the child of an nsenter that the lab started, because a PID namespace is entered by fork only; nsenter
/// waits for it and passes its exit code on.
/// </summary>
internal sealed class LabProcess : IDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(10);

    private readonly Process _launcher;
    private int? _lastCode;
    private bool _disposed;

    private LabProcess(Process launcher, int pid, string outputFile)
    {
        _launcher = launcher;
        Pid = pid;
        OutputFile = outputFile;
    }

    /// <summary>Its pid as the lab sees it; inside the node it has another.</summary>
    public int Pid { get; }

    /// <summary>Standard output and error, appended.</summary>
    public string OutputFile { get; }

    public bool HasExited => _disposed || _launcher.HasExited;

    /// <summary>Null while it runs; 128 plus the signal when a signal ended it.</summary>
    public int? ExitCode => _disposed ? _lastCode : _launcher.HasExited ? _launcher.ExitCode : null;

    public string Output => File.Exists(OutputFile) ? File.ReadAllText(OutputFile) : "";

    /// <summary>Starts <paramref name="launch"/>, a start of nsenter with everything that follows it.</summary>
    /// <remarks>In a session of its own, so that Ctrl-C at the terminal reaches the lab and not the machines in it.</remarks>
    internal static LabProcess Start(IEnumerable<string> launch, string outputFile, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "exec >>\"$1\" 2>&1 </dev/null; shift; exec setsid \"$@\"", "sh", outputFile },
        };
        foreach (string argument in launch)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Process launcher = Process.Start(start)!;
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            if (ChildrenOf(launcher.Id) is [int child, ..])
            {
                return new LabProcess(launcher, child, outputFile);
            }

            if (launcher.HasExited || Stopwatch.GetElapsedTime(begin) > StartBound)
            {
                return new LabProcess(launcher, launcher.Id, outputFile);
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>Sends a signal; nothing happens when the process is gone already.</summary>
    public void Kill(LinuxSignal signal)
    {
        if (!HasExited)
        {
            _ = LabLibC.Kill(Pid, (int)signal);
            if (signal == LinuxSignal.Continue)
            {
                WakeLauncher();
            }
        }
    }

    /// <summary>SIGKILL to it and to all that it started: the crash of a whole service. Parents first, so that none starts anew.</summary>
    public void KillTree()
    {
        if (HasExited)
        {
            return;
        }

        var pids = new List<int> { Pid };
        for (int next = 0; next < pids.Count; next++)
        {
            pids.AddRange(ChildrenOf(pids[next]));
        }

        // Stopped before their parent dies: a child that is told of its end (PR_SET_PDEATHSIG, as keepalived's is) would begin to tidy up. Not the first
        // one itself, whose launcher would stop with it.
        foreach (int child in pids.Skip(1))
        {
            _ = LabLibC.Kill(child, (int)LinuxSignal.Stop);
        }

        foreach (int pid in pids)
        {
            _ = LabLibC.Kill(pid, (int)LinuxSignal.Kill);
        }

        WakeLauncher();
    }

    /// <summary>The exit code, or null when it still runs after <paramref name="bound"/>.</summary>
    public int? WaitForExit(TimeSpan bound) => _disposed || _launcher.WaitForExit(bound) ? ExitCode : null;

    /// <summary>Kills what is left of it; the exit code stays readable.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        KillTree();
        long begin = Stopwatch.GetTimestamp();
        while ((_lastCode = WaitForExit(TimeSpan.FromMilliseconds(100))) is null && Stopwatch.GetElapsedTime(begin) < StartBound)
        {
            WakeLauncher();
        }

        _disposed = true;
        _launcher.Dispose();
    }

    /// <summary>nsenter stops itself when its child is stopped (SIGSTOP), and would never reap it then.</summary>
    private void WakeLauncher() => _ = LabLibC.Kill(_launcher.Id, (int)LinuxSignal.Continue);

    /// <summary>Direct children of all threads of a process (proc(5), /proc/PID/task/TID/children).</summary>
    internal static IReadOnlyList<int> ChildrenOf(int pid)
    {
        var children = new List<int>();
        try
        {
            foreach (string task in Directory.GetDirectories($"/proc/{pid}/task"))
            {
                foreach (string word in File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    children.Add(int.Parse(word, CultureInfo.InvariantCulture));
                }
            }
        }
        catch (IOException)
        {
            // The process or one of its threads ended while we looked: it has no children then.
        }

        return children;
    }
}
