using System.Text;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Simulation;

/// <summary>The shipped pair: adverts every second, web2 (priority 100) waits 3 s and a Skew_Time of 609 ms for web1.</summary>
public sealed class PredictionTests
{
    private static readonly Duration MasterDown = Duration.FromMilliseconds(3609);
    private static readonly Duration Tolerance = Duration.FromMilliseconds(5);

    private readonly Prediction _prediction = new(ConfigReader.Read(Path.Combine(Repository.Root, "plugins.json"), plugins: null).Config!);

    [Theory]
    [InlineData(50)]
    [InlineData(500)]
    [InlineData(950)]
    public void A_partition_lasts_as_long_as_Master_Down_Interval_has_left(int phase)
    {
        Near(MasterDown - Duration.FromMilliseconds(phase), _prediction.Begin(FaultKind.Partition, 0, Duration.FromMilliseconds(phase), null));
        Near(Duration.Zero, _prediction.End());
    }

    [Theory]
    [InlineData("kill", 100, 1500)]
    [InlineData("kill", 900, 2200)]
    [InlineData("freeze", 100, 2200)]
    [InlineData("freeze", 900, 1500)]
    public void A_silent_agent_is_missed_from_when_its_kernel_lets_go(string fault, int phase, int leaseEnds)
    {
        FaultKind kind = FaultWords.All.First(one => one.Word == fault).Kind;
        Duration outage = MasterDown - Duration.FromMilliseconds(phase) - Duration.FromMilliseconds(leaseEnds);

        Near(outage, _prediction.Begin(kind, 0, Duration.FromMilliseconds(phase), Duration.FromMilliseconds(leaseEnds)));
        Near(Duration.Zero, _prediction.End());
    }

    [Fact]
    public void Faults_follow_each_other_each_at_its_own_phase()
    {
        Near(Duration.Zero, _prediction.Begin(FaultKind.Drain, 0, Duration.FromMilliseconds(300), null));
        Near(Duration.Zero, _prediction.End());
        Near(Duration.FromMilliseconds(3409), _prediction.Begin(FaultKind.Partition, 0, Duration.FromMilliseconds(200), null));
        Near(Duration.Zero, _prediction.End());
        Near(Duration.FromMilliseconds(2809), _prediction.Begin(FaultKind.Partition, 0, Duration.FromMilliseconds(800), null));
    }

    /// <summary>Three failures: the news of the death, and two more, each an interval later. A check that is asked is not foreseen, but obeys fall too.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2000)]
    public void A_check_that_pushes_counts_to_fall_as_any_other(int fall, int milliseconds)
    {
        Prediction prediction = new(Pushing(fall));

        // Until then the dead service is not served; after that node 2 comes within milliseconds, since node 1 hands over.
        Duration outage = Assert.Single(prediction.Begin(FaultKind.CheckFails, 0, Duration.FromMilliseconds(500), null)!);
        Assert.InRange(outage.Milliseconds, milliseconds, milliseconds + 20);
    }

    [Fact]
    public void Whether_a_check_pushes_is_its_plugins_word_and_not_its_name()
    {
        Assert.True(Prediction.Foresees(Pushing(1).Plugins[0]));
        Assert.False(Prediction.Foresees(ConfigReader.Read(Path.Combine(Repository.Root, "plugins.json"), plugins: null).Config!.Plugins[0]));
    }

    private static HotStandbyConfig Pushing(int fall) => ConfigReader.ReadText(
        "plugins.json",
        Encoding.UTF8.GetBytes($$"""
            {
              "nodes": { "n1": { "address": "192.0.2.11", "priority": 150 }, "n2": { "address": "192.0.2.12", "priority": 100 } },
              "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.0.2.100/24"], "track": [{ "check": "app", "onFail": "fault" }] }],
              "plugins": [{ "id": "app", "use": "TheirWatcher", "interval": "1s", "fall": {{fall}} }]
            }
            """),
        plugins: null,
        [new EntryJudged(0, [], ["check"], Pushes: true)]).Config!;

    private static void Near(Duration expected, IReadOnlyList<Duration>? outages)
    {
        Duration outage = Assert.Single(outages!);
        Duration off = outage > expected ? outage - expected : expected - outage;
        Assert.True(off < Tolerance, $"expected {expected}, predicted {outage}");
    }
}
