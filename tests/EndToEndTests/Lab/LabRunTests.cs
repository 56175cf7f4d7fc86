using HotStandby.Agent.Configuration;
using HotStandby.Agent.Lab;

namespace HotStandby.EndToEndTests.Lab;

public sealed class LabRunTests
{
    private static readonly HotStandbyConfig Config = LabConfigs.Pair(
        tracks: [new TrackConfig("nginx", null)],
        plugins: [LabConfigs.Plugin("nginx", "Nginx")]);

    [Fact]
    public async Task Every_step_is_a_row_and_all_well_is_true()
    {
        (bool well, string table) = await RunAsync(new StandInAgents("10.78.0.100/24"), bound: null);

        Assert.True(well, table);
        Assert.Equal(
            [
                "normal start                     - -> web1",
                "nginx killed on web1             web1 -> web2",
                "nginx back on web1               web2 -> web1",
                "agent SIGTERM on web1            web1 -> web2",
                "agent started on web1            web2 -> web1",
                "drain of web1                    web1 -> web2",
                "undrain of web1                  web2 -> web1",
                "agent SIGKILL on web1            web1 -> web2",
                "agent started on web1            web2 -> web1",
                "agent SIGSTOP on web1            web1 -> web2",
                "agent SIGCONT on web1            web2 -> web1",
                "link cut of web1                 web1 -> web2",
                "link healed of web1              web2 -> web1",
                "partition of web1                web1 -> web1+web2",
                "partition healed of web1         web2 -> web1",
            ],
            table.Split('\n').Where(line => line.Contains("->", StringComparison.Ordinal) && !line.StartsWith(' '))
                .Select(line => line[..Math.Min(line.Length, 53)].TrimEnd()));
        Assert.Contains("web1 no, web2 yes", table, StringComparison.Ordinal);
        Assert.Contains("web2 VI_1 BACKUP -> MASTER: the stand-in says so", table, StringComparison.Ordinal);
        Assert.Contains("noise", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_stays_where_it_should_not_fails_the_run_and_is_named()
    {
        (bool well, string table) = await RunAsync(new StandInAgents("10.78.0.100/24") { NeverRelease = true }, TimeSpan.FromSeconds(1.5));

        Assert.False(well);
        Assert.Contains("FAILED", table, StringComparison.Ordinal);
        Assert.Contains("the kernel of web1 has the addresses of VI_1: yes, expected no", table, StringComparison.Ordinal);
        Assert.Contains("The last words of the agent on web1", table, StringComparison.Ordinal);
    }

    /// <summary>What is broken is told with all the rest, and not in place of it.</summary>
    [Fact]
    public async Task The_steps_after_one_that_failed_are_tried_all_the_same()
    {
        (bool well, string table) = await RunAsync(new StandInAgents("10.78.0.100/24") { NeverDrain = true }, TimeSpan.FromSeconds(1.5));

        Assert.False(well);
        Assert.Contains("not as it should be: the step could not be done: this stand-in can't be drained", table, StringComparison.Ordinal);
        Assert.Contains("partition healed of web1", table, StringComparison.Ordinal);
        Assert.Contains("2 of 15 steps did not end as they should", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_run_leaves_nothing_behind()
    {
        using var interrupt = new CancellationTokenSource();
        using var output = new StringWriter();
        var agents = new StandInAgents("10.78.0.100/24") { ForgetNeighbour = interrupt.Cancel };
        string id;
        using (var run = new LabRun(Config, new LabOptions(), output, agents.On))
        {
            id = run.Network.Id;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(interrupt.Token));
        }

        Assert.Empty(Directory.GetFiles("/run/netns", $"hs-{id}-*"));
        Assert.False(File.Exists($"/run/hotstandby-lab/{id}"));
    }

    private static async Task<(bool Well, string Table)> RunAsync(StandInAgents agents, TimeSpan? bound)
    {
        using var output = new StringWriter();
        using var run = new LabRun(Config, new LabOptions(StepBound: bound) { Freeze = TimeSpan.FromMilliseconds(500) }, output, agents.On);
        agents.ForgetNeighbour = () => run.Network.Client.RunToEnd("ip", "neigh", "flush", "dev", "eth0");
        agents.IsCutOff = node => SystemCommand.Run("bridge", "-n", run.Network.SwitchNamespace, "link", "show", "dev", run.Network.SwitchPort(node))
            .Contains("state disabled", StringComparison.Ordinal);
        bool well = await run.RunAsync(TestContext.Current.CancellationToken);
        return (well, output.ToString());
    }
}
