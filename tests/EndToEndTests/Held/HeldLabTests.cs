using HotStandby.EndToEndTests.SystemTests;
using HotStandby.TestKit;
using KitLab = HotStandby.TestKit.Lab;

namespace HotStandby.EndToEndTests.Held;

/// <summary>The kit's Lab with the published program, as a plugin's author has it.</summary>
public sealed class HeldLabTests
{
    private static readonly PluginsJson Pair = PluginsJson.Pair(new RouterEntry("VI_1", 51, "10.77.0.100/24"));

    private static readonly PluginsJson Watched = PluginsJson.Pair(new RouterEntry("VI_1", 51, "10.77.0.100/24") { FaultOn = ["nginx"] })
        .With(new PluginEntry("nginx", "Nginx", """{ "pidFile": "/run/nginx.pid", "url": "http://127.0.0.1/" }""") { Interval = "300ms", Timeout = "250ms" });

    [Fact]
    public async Task What_breaks_on_a_node_moves_the_address_and_the_check_says_why()
    {
        await using KitLab lab = await StartAsync(Watched);
        LabNode web1 = lab.Node("web1");
        await lab.WaitForMasterAsync("web1");
        await lab.WaitForAnswerAsync("web1");

        await web1.RunAsync("kill $(cat /run/nginx.pid)");
        LabStatus web2 = await lab.WaitForMasterAsync("web2");
        await lab.WaitForAnswerAsync("web2");

        LabCheck check = await web1.WaitForCheckAsync("nginx", "down");
        Assert.Matches(@"nginx master process \d+ exited|/run/nginx\.pid", check.LastWords);
        Assert.Equal("web2", web2.Node);
        Assert.Equal("up", web2.Check("nginx").State);
        Assert.Equal("FAULT", (await web1.StatusAsync()).VirtualRouter("VI_1").State);
        Assert.Contains(web2.Transitions, one => one is { VirtualRouter: "VI_1", From: "BACKUP", To: "MASTER" });
    }

    [Fact]
    public async Task An_agent_can_be_paused_killed_stopped_and_started_and_a_link_cut()
    {
        await using KitLab lab = await StartAsync(Pair);
        LabNode web1 = lab.Node("web1");
        await lab.WaitForMasterAsync("web1");

        await web1.PauseAgentAsync();
        await lab.WaitForMasterAsync("web2");
        LabException paused = await Assert.ThrowsAsync<LabException>(web1.StopAgentAsync);
        Assert.Contains("is paused", paused.Message, StringComparison.Ordinal);
        await web1.ResumeAgentAsync();
        await lab.WaitForMasterAsync("web1");

        await web1.PauseAgentAsync();
        await web1.KillAgentAsync();
        await lab.WaitForMasterAsync("web2");
        await web1.StartAgentAsync();
        await lab.WaitForMasterAsync("web1");

        await web1.StopAgentAsync();
        await lab.WaitForMasterAsync("web2");
        LabException gone = await Assert.ThrowsAsync<LabException>(web1.StatusAsync);
        Assert.Contains("The agent on web1 does not answer", gone.Message, StringComparison.Ordinal);
        await web1.StartAgentAsync();
        await lab.WaitForMasterAsync("web1");

        await web1.CutLinkAsync();
        await lab.WaitForMasterAsync("web2");
        await web1.HealLinkAsync();
        await lab.WaitForMasterAsync("web1");
    }

    [Fact]
    public async Task What_does_not_come_is_told_with_what_every_node_was_and_a_failed_command_with_its_words()
    {
        await using KitLab lab = await StartAsync(Pair);
        LabNode web1 = lab.Node("web1");
        await lab.WaitForMasterAsync("web1");

        LabException late = await Assert.ThrowsAsync<LabException>(() => lab.WaitForMasterAsync("web2", within: TimeSpan.FromMilliseconds(1)));
        Assert.Contains("web2 to be the one master of VI_1", late.Message, StringComparison.Ordinal);
        Assert.Contains("VI_1 MASTER, priority 150", late.Message, StringComparison.Ordinal);
        Assert.Contains("VI_1 BACKUP, priority 100", late.Message, StringComparison.Ordinal);

        LabException failed = await Assert.ThrowsAsync<LabException>(() => web1.RunAsync("echo half; echo why >&2; exit 3"));
        Assert.Contains("ended with 3: half\nwhy", failed.Message, StringComparison.Ordinal);

        // What stays in the background holds nobody up.
        Assert.Equal("web1\n", await web1.RunAsync("sleep 1000 & hostname"));
        await File.WriteAllTextAsync(web1.PathInside("/run/flag"), "here", TestContext.Current.CancellationToken);
        Assert.Equal("here", await web1.RunAsync("cat /run/flag"));
        await Assert.ThrowsAsync<LabException>(() => lab.Node("web2").RunAsync("cat /run/flag"));
    }

    [Fact]
    public async Task Two_that_do_not_preempt_start_with_the_stronger_one()
    {
        await using KitLab lab = await StartAsync(PluginsJson.Pair(new RouterEntry("VI_1", 51, "10.77.0.100/24") { Preempt = false }) with
        {
            Nodes = [new(1, 100), new(2, 150)],
        });

        await lab.WaitForMasterAsync("web2");
    }

    [Fact]
    public async Task A_file_with_an_error_is_told_in_the_program_s_words()
    {
        LabException refused = await Assert.ThrowsAsync<LabException>(() => StartAsync(Pair with { Routers = [new("VI_1", 999, "10.77.0.100/24")] }));

        Assert.Contains("ended before the lab stood, with 5", refused.Message, StringComparison.Ordinal);
        Assert.Matches(@"plugins\.json:\d+:\d+: error HS\d+: .*999", refused.Message);
    }

    [Fact]
    public async Task A_disposed_lab_leaves_nothing()
    {
        KitLab lab = await StartAsync(Pair);
        string[] namespaces = [lab.ClientNamespace, .. lab.Nodes.Select(node => node.Namespace)];
        Assert.All(namespaces, name => Assert.True(File.Exists($"/run/netns/{name}"), name));

        await lab.DisposeAsync();

        Assert.All(namespaces, name => Assert.False(File.Exists($"/run/netns/{name}"), name));
    }

    private static Task<KitLab> StartAsync(PluginsJson file) => KitLab.StartAsync(new LabOptions { Text = file.Text(), Program = AgentBinary.FilePath });
}
