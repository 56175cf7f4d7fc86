using HotStandby.Agent.Lab;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>An agent whose parent ignores or blocks the signals it lives by, as nohup and some supervisors do.</summary>
public sealed class InheritedSignalTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Theory]
    [InlineData("--ignore-signal=HUP,TERM")]
    [InlineData("--block-signal=HUP,TERM")]
    public void It_reloads_and_hands_over_all_the_same(string inherited)
    {
        using var cluster = Cluster.Of(1);
        PluginsJson file = PluginsJson.Pair(V3.RouterEntry);
        LabNode node = cluster["web1"];
        string configFile = Path.Combine(node.Directory, "plugins.json");
        File.WriteAllText(configFile, file.Text());
        using LabProcess agent = node.Run("env", [inherited, AgentBinary.FilePath, "run", "--config", configFile, "--node", "web1"]);
        cluster.Until(() => cluster.Holds("web1", V3.Vip), "web1 to be master");

        File.WriteAllText(configFile, (file with { Nodes = [new(1, 120), new(2, 100)] }).Text());
        agent.Kill(LinuxSignal.Hangup);
        cluster.WaitForAdvert("web1", cluster.Begin, advert => advert.Priority == 120);

        agent.Kill(LinuxSignal.Terminate);
        cluster.WaitForAdvert("web1", cluster.Begin, advert => advert.Priority == 0);
        Assert.Equal(0, agent.WaitForExit(TimeSpan.FromSeconds(15)));
    }
}
