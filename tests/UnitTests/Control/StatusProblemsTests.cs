using HotStandby.Agent.Status;

namespace HotStandby.UnitTests.Control;

/// <summary>What makes `status --exit-code` say that not all is well.</summary>
public sealed class StatusProblemsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly VirtualRouterStatus Master = new(
        "VI_1", 51, "eth0", 3, "MASTER", "no master was heard", Now, 5, new PriorityStatus(150, 150, []), "10.77.0.1", 0.5,
        [new AddressStatus("10.77.0.100/24", Bound: true)], new Dictionary<string, long>());

    private static readonly StatusReport Well = new(
        StatusReport.CurrentSchema, "web1", "1", 1, Now, Now, new ConfigStatus("plugins.json", Now, true, ""), [Master], [],
        [new PluginStatus("nginx", "Nginx", "active", "", "1", 0)], new HostStatus("running", 2, 0, ""), new LoopStatus(1, 0, 0, false), []);

    [Fact]
    public void A_master_with_its_addresses_and_a_backup_that_hears_it_are_well()
    {
        Assert.Empty(StatusProblems.Of(Well));
        Assert.Empty(StatusProblems.Of(With(Master with { State = "BACKUP", Addresses = [new AddressStatus("10.77.0.100/24", Bound: false)] })));
        Assert.Empty(StatusProblems.Of(With(Master with { AddressConflicts = [Conflict(secondsAgo: 3600)] })));
    }

    public static TheoryData<string, StatusReport> NotWell => new()
    {
        { "VI_1 is FAULT: interface eth0 is down", With(Master with { State = "FAULT", Why = "interface eth0 is down" }) },
        { "VI_1 is INITIALIZE: waits", With(Master with { State = "INITIALIZE", Why = "waits" }) },
        { "VI_1 is BACKUP and hears no master", With(Master with { State = "BACKUP", MasterAddress = null }) },
        { "does not have 10.77.0.100/24", With(Master with { Addresses = [new AddressStatus("10.77.0.100/24", Bound: false)] }) },
        { "VI_1: deaf-peer: web2 does not hear us", With(Master with { Alarms = [new AlarmStatus("deaf-peer", "web2 does not hear us", Now, 1, 1, 1)] }) },
        { "02:00:00:00:00:77 claims 10.77.0.100", With(Master with { AddressConflicts = [Conflict(secondsAgo: 3)] }) },
        { "VI_1: no such table", With(Master with { Routes = [new RouteStatus("route", false, "no such table")] }) },
        { "VI_1: nginx is down: refused", With(Master with { Priority = new PriorityStatus(90, 150, [new PriorityTerm("nginx", -60, -60) { State = "down", LastWords = "refused" }]) }) },
        { "plugin nginx is refused: no such option", Well with { Plugins = [new PluginStatus("nginx", "Nginx", "refused", "no such option", "", 0)] } },
        {
            "notifier tell failed when it was told that VI_1 is MASTER (transition #3): no such script",
            Well with { Plugins = [new PluginStatus("tell", "Script", "active", "", "1", 0) { FailedCalls = [new("VI_1", "MASTER", 3, "no such script"), new("left", "MASTER", 2, "gone")] }] }
        },
        { "the plugin host is restarting: it crashed", Well with { Host = new HostStatus("restarting", null, 1, "it crashed") } },
        { "the last reload was refused: line 3", Well with { Config = new ConfigStatus("plugins.json", Now, false, "line 3") } },
        { "this node is drained (upgrade)", Well with { Drained = new DrainStatus("upgrade", Now) } },
        { "nobody reads the agent's log", Well with { Log = new LogStatus(0, 12) } },
    };

    [Theory]
    [MemberData(nameof(NotWell), DisableDiscoveryEnumeration = true)]
    public void Everything_else_is_one_sentence(string sentence, StatusReport report) =>
        Assert.Contains(sentence, Assert.Single(StatusProblems.Of(report)), StringComparison.Ordinal);

    private static StatusReport With(VirtualRouterStatus router) => Well with { VirtualRouters = [router] };

    private static AddressConflictStatus Conflict(double secondsAgo) => new("10.77.0.100", "02:00:00:00:00:77", Now, secondsAgo, 1);
}
