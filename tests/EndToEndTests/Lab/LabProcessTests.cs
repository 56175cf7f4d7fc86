using HotStandby.Agent.Lab;

namespace HotStandby.EndToEndTests.Lab;

public sealed class LabProcessTests
{
    private static readonly LabTopology Pair = LabTopology.OneWire("eth0", 24, [("web1", "10.77.0.1"), ("web2", "10.77.0.2")]);

    [Fact]
    public void A_frozen_process_ends_with_its_lab_and_its_exit_is_seen_when_it_is_killed()
    {
        using LabNetwork network = LabNetwork.Create(Pair);
        LabProcess left = network.RunIn(network["web1"], "sleep", "1000");
        LabProcess killed = network.RunIn(network["web1"], "sleep", "1000");

        left.Kill(LinuxSignal.Stop);
        killed.Kill(LinuxSignal.Stop);
        Wait.Until(() => StateOf(left.Pid) == 'T' && StateOf(killed.Pid) == 'T', "both to be frozen");
        killed.KillTree();

        Assert.Equal(128 + (int)LinuxSignal.Kill, killed.WaitForExit(TimeSpan.FromSeconds(20)));
        network.Dispose();
        Assert.False(Directory.Exists($"/proc/{left.Pid}"));
    }

    private static char StateOf(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }
}
