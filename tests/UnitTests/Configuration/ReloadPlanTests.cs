using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Configuration;

public sealed class ReloadPlanTests
{
    private static readonly HotStandbyConfig Old = Sample.Config(Sample.With());

    private static ReloadPlan To(HotStandbyConfig file) => ReloadPlan.Between(Old, Old.Nodes[0], file, file.Nodes[0]);

    [Fact]
    public void The_same_file_keeps_everything()
    {
        ReloadPlan plan = To(Sample.Config(Sample.With()));
        Assert.True(plan.IsEmpty);
        Assert.Equal(["virtual router VI_1: kept", "plugin nginx: kept", "plugin tell: kept"], plan.Lines());
    }

    [Fact]
    public void A_changed_setting_is_named_with_its_old_and_new_value()
    {
        ReloadPlan plan = To(Sample.Config(Sample.With(priority: "120")));
        Assert.False(plan.IsEmpty);
        PlannedChange router = Assert.Single(plan.VirtualRouters);
        Assert.Equal(PlannedStep.Changed, router.Step);
        Assert.Equal([new SettingChange("priority", "150", "120")], router.Changes);
    }

    [Theory]
    [InlineData("52", "", "another vrid (51 -> 52)")]
    [InlineData("51", "\"version\": 2,", "another version (3 -> 2)")]
    public void Another_identity_under_the_same_name_restarts_and_says_why(string vrid, string router, string why)
    {
        PlannedChange change = Assert.Single(To(Sample.Config(Sample.With(vrid: vrid, router: router))).VirtualRouters);
        Assert.Equal((PlannedStep.Restarted, why), (change.Step, change.Why));
    }

    [Fact]
    public void Options_of_a_plugin_may_hold_secrets_and_are_not_printed()
    {
        string text = Sample.With().Replace("/run/nginx.pid", "/run/other.pid", StringComparison.Ordinal);
        ReloadPlan plan = To(Sample.Config(text));
        Assert.Equal(PlannedStep.Changed, plan.Plugins[0].Step);
        Assert.DoesNotContain(plan.Lines(), line => line.Contains("other.pid", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_only_in_one_file_is_added_or_removed()
    {
        HotStandbyConfig file = Old with
        {
            VirtualRouters = [Old.VirtualRouters[0] with { Name = "VI_2", Vrid = 52 }],
            Plugins = [Old.Plugins[1]],
        };
        Assert.Equal([("VI_2", PlannedStep.Added), ("VI_1", PlannedStep.Removed)], To(file).VirtualRouters.Select(one => (one.Name, one.Step)));
        Assert.Equal([("tell", PlannedStep.Kept), ("nginx", PlannedStep.Removed)], To(file).Plugins.Select(one => (one.Name, one.Step)));
    }

    [Fact]
    public void A_sync_group_tells_others_than_before_comes_or_goes()
    {
        HotStandbyConfig first = Old with { SyncGroups = [new("VG_1", ["VI_1", "VI_2"]) { Notify = ["tell"] }, new("VG_2", ["VI_3", "VI_4"])] };
        HotStandbyConfig second = Old with { SyncGroups = [new("VG_3", ["VI_3", "VI_4"]), new("VG_1", ["VI_1", "VI_2"]) { Notify = ["tell", "page"] }] };
        ReloadPlan plan = ReloadPlan.Between(first, first.Nodes[0], second, second.Nodes[0]);
        Assert.False(plan.IsEmpty);
        Assert.Equal(
            ["sync group VG_3: added", "sync group VG_1: changed", "    notify: tell -> tell, page", "sync group VG_2: removed"],
            plan.Lines().Where(line => line.StartsWith("sync group", StringComparison.Ordinal) || line.StartsWith(' ')));
        Assert.True(ReloadPlan.Between(first, first.Nodes[0], first, first.Nodes[0]).IsEmpty);
    }

    [Fact]
    public void Another_password_is_a_change_and_neither_is_printed()
    {
        HotStandbyConfig Said(string password) =>
            Old with { VirtualRouters = [Old.VirtualRouters[0] with { Password = SimplePassword.From(password) }] };
        HotStandbyConfig first = Said("first");
        HotStandbyConfig second = Said("second");

        PlannedChange change = Assert.Single(ReloadPlan.Between(first, first.Nodes[0], second, second.Nodes[0]).VirtualRouters);

        Assert.Equal([new SettingChange("authentication", "password ***", "another password ***")], change.Changes);
    }

    [Fact]
    public void Every_setting_of_a_virtual_router_is_compared()
    {
        Dictionary<string, string> otherwiseNamed = new(StringComparer.OrdinalIgnoreCase) { ["Tracks"] = "track", ["Password"] = "authentication", ["HealthyPriorities"] = "healthy priorities", ["NodeNames"] = "node names", ["AddressAttributes"] = "addresses" };
        string[] compared = [.. ReloadPlan.RouterSettings.Select(setting => setting.Setting)];
        Assert.All(
            typeof(VirtualRouterConfig).GetProperties(),
            property => Assert.Contains(otherwiseNamed.GetValueOrDefault(property.Name, property.Name), compared, StringComparer.OrdinalIgnoreCase));
    }
}
