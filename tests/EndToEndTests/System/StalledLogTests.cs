using HotStandby.Agent.Control;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>An agent whose standard error is a pipe that is full and that nobody reads, as when journald stands still.</summary>
public sealed class StalledLogTests
{
    private const int PipeSize = 65_536; // pipe(7)

    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void It_serves_hands_over_and_leaves_as_with_a_log_that_is_read_and_status_says_that_it_is_not()
    {
        using var cluster = Cluster.Of(2);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry);
        LabNode node = cluster["web1"];
        string configFile = Path.Combine(node.Directory, "plugins.json");
        File.WriteAllText(configFile, file.Text());
        string fifo = Path.Combine(node.Directory, "stalled.log");
        SystemCommand.Run("mkfifo", fifo);

        // Both ends are open here, and what fills it is never read.
        using FileStream pipe = new(fifo, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        pipe.Write(new byte[PipeSize]);
        using LabProcess web1 = node.Run(AgentBinary.FilePath, ["run", "--config", configFile, "--node", "web1"], outputFile: fifo);
        cluster.Until(() => cluster.Holds("web1", V3.Vip), "web1 to be master");
        AgentInNode web2 = cluster.Start("web2", file);
        cluster.Until(() => web2.State(Variant.Router) == "BACKUP", "web2 to be backup");
        cluster.Until(() => Status(node)?.Log is { StalledSeconds: > 0 }, "status to say that nobody reads the log");
        Assert.Contains("LOG STANDS STILL", AgentBinary.Run("status", "--control", node.ControlSocketPath).Output, StringComparison.Ordinal);

        Assert.Equal(0, AgentBinary.Run("drain", "--control", node.ControlSocketPath).Code);
        cluster.Until(() => cluster.Holds("web2", V3.Vip), "web2 to be master");
        Assert.Equal(0, AgentBinary.Run("undrain", "--control", node.ControlSocketPath).Code);
        cluster.Until(() => cluster.Holds("web1", V3.Vip), "web1 to be master again");

        MonotonicTime stop = LabClock.Now;
        web1.Kill(LinuxSignal.Terminate);
        cluster.WaitForAdvert("web1", stop, advert => advert.Priority == 0);
        Assert.Equal(0, web1.WaitForExit(TimeSpan.FromSeconds(15)));
        cluster.Until(() => cluster.Holds("web2", V3.Vip), "web2 to be master");
    }

    private static StatusReport? Status(LabNode node) =>
        ControlClient.TryReadStatusAsync(node.ControlSocketPath, ControlClient.DefaultTimeout).GetAwaiter().GetResult();
}
