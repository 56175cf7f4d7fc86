using System.Text.Json;
using HotStandby.Agent.Control;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.TestKit;

namespace HotStandby.EndToEndTests.Held;

/// <summary>What the program writes is what the kit reads; they share no code, because the kit must not bring the program along.</summary>
public sealed class HeldLabContractTests
{
    [Fact]
    public void The_kit_reads_the_lab_s_line()
    {
        HeldLabDescription written = new(
            HeldLabDescription.CurrentSchema,
            "ab12",
            "/tmp/hotstandby-lab-ab12-x",
            17.5,
            "hs-ab12-client",
            [new HeldNode("web1", "10.77.0.1", "hs-ab12-web1", 4711, "/proc/4711/root", "/proc/4711/root/run/hotstandby/control.sock", "/tmp/x/web1/agent.log")],
            [new HeldRouter("VI_1", ["10.77.0.100/24"], "http://10.77.0.100/")]);

        string line = JsonSerializer.Serialize(written, HeldLabJson.Default.HeldLabDescription);
        LabDescription read = LabDescription.Parse(line);

        Assert.DoesNotContain('\n', line);
        Assert.Equal((written.Id, written.BoundSeconds, written.Client), (read.Id, read.BoundSeconds, read.Client));
        Assert.Equal(
            new LabDescription.NodeAt("web1", "10.77.0.1", "hs-ab12-web1", 4711, "/proc/4711/root", "/proc/4711/root/run/hotstandby/control.sock", "/tmp/x/web1/agent.log"),
            Assert.Single(read.Nodes));
        LabDescription.RouterAt router = Assert.Single(read.VirtualRouters);
        Assert.Equal(("VI_1", "http://10.77.0.100/"), (router.Name, router.Url));
        Assert.Equal(["10.77.0.100/24"], router.Addresses);
    }

    [Fact]
    public void The_kit_reads_the_agent_s_status()
    {
        DateTimeOffset at = DateTimeOffset.UnixEpoch;
        StatusReport written = new(
            StatusReport.CurrentSchema,
            "web1",
            "0.1.0",
            7,
            at,
            at,
            new ConfigStatus("/etc/hotstandby/plugins.json", at, true, ""),
            [
                new VirtualRouterStatus(
                    "VI_1", 51, "eth0", 3, "MASTER", "nobody else was heard", at, 1, new PriorityStatus(120, 150, []), null, null,
                    [new AddressStatus("10.77.0.100/24", true)], new Dictionary<string, long>()),
            ],
            [new CheckStatus("disk", "DiskSpace", "down", "/data is full", 0.1, 2)],
            [new PluginStatus("disk", "DiskSpace", "active", "", "1.0.0.0", 0)],
            new HostStatus("running", 8, 0, ""),
            new LoopStatus(1, 0, 0, true),
            [new TransitionStatus(1, at, "VI_1", "BACKUP", "MASTER", "nobody else was heard", ["tell: one line was appended"])]);

        LabStatus read = LabStatus.Parse(JsonSerializer.Serialize(written, ControlJson.Default.StatusReport));

        LabVirtualRouter router = read.VirtualRouter("VI_1");
        Assert.Equal(("web1", "MASTER", "nobody else was heard"), (read.Node, router.State, router.Why));
        Assert.Equal(new LabPriority(120, 150), router.Priority);
        Assert.Equal(new LabAddress("10.77.0.100/24", true), Assert.Single(router.Addresses));
        Assert.Equal(new LabCheck("disk", "down", "/data is full"), read.Check("disk"));
        Assert.Equal(new LabPlugin("disk", "active", ""), read.Plugin("disk"));
        LabTransition transition = Assert.Single(read.Transitions);
        Assert.Equal(("VI_1", "BACKUP", "MASTER"), (transition.VirtualRouter, transition.From, transition.To));
        Assert.Equal(["tell: one line was appended"], transition.Notified);
        Assert.Equal(7, read.Document.GetProperty("pid").GetInt32());
    }
}
