using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

public class SettingsRulesTests
{
    private static void Refuses(VirtualRouterSettings settings, string words)
    {
        Assert.Contains(words, SettingsRules.FirstProblem(settings), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new VirtualRouter(settings));
    }

    private static VirtualRouterSettings With(bool isIPv6, params string[] addresses) => Dut.Settings with
    {
        IsIPv6 = isIPv6,
        Addresses = [.. addresses.Select(text => new AddressPrefix(Address.Parse(text), 32))],
    };

    [Fact]
    public void Good_settings_pass()
    {
        Assert.Null(SettingsRules.FirstProblem(Dut.Settings));
        Assert.Null(SettingsRules.FirstProblem(Dut.SettingsV2));
        Assert.Null(SettingsRules.FirstProblem(Dut.SettingsIPv6));
    }

    [Fact]
    public void C015_first_IPv6_address_must_be_link_local()
    {
        Refuses(With(true, "2001:db8::1"), "link-local");
        Refuses(With(true, "2001:db8::1", "fe80::1"), "link-local");
    }

    [Fact]
    public void C016_one_family_only()
    {
        Refuses(With(true, "fe80::1", "192.0.2.1"), "family");
        Refuses(With(false, "192.0.2.1", "fe80::1"), "family");
    }

    [Fact]
    public void C018_a_backup_has_1_to_254_and_the_owner_always_255()
    {
        Refuses(Dut.Settings with { Priority = 0 }, "priority");
        Dut backup = new();
        backup.Do((r, now, actions) => r.SetPriority(255, now, actions));
        Assert.Equal(254, backup.Router.EffectivePriority);
        backup.Do((r, now, actions) => r.SetPriority(0, now, actions));
        Assert.Equal(1, backup.Router.EffectivePriority);
        Dut owner = new(Dut.Settings with { Priority = 255 });
        owner.Do((r, now, actions) => r.SetPriority(120, now, actions));
        owner.RunUntil(1);
        Assert.Equal(255, owner.Last(RouterActionKind.SendAdvertisement).Priority);
    }

    [Fact]
    public void C019_vrid_0_is_refused()
    {
        Refuses(Dut.Settings with { Vrid = 0 }, "vrid");
        Assert.Null(SettingsRules.FirstProblem(Dut.Settings with { Vrid = 1 }));
        Assert.Null(SettingsRules.FirstProblem(Dut.Settings with { Vrid = 255 }));
    }

    [Theory]
    [InlineData(3, 10, true)]
    [InlineData(3, 40_950, true)]
    [InlineData(3, 0, false)]
    [InlineData(3, 5, false)]
    [InlineData(3, 1_005, false)]
    [InlineData(3, 40_960, false)]
    [InlineData(2, 1_000, true)]
    [InlineData(2, 255_000, true)]
    [InlineData(2, 500, false)]
    [InlineData(2, 256_000, false)]
    public void C020_interval_fits_its_field_exactly(byte version, int milliseconds, bool good)
    {
        VirtualRouterSettings settings = Dut.Settings with { Version = version, AdvertisementInterval = Duration.FromMilliseconds(milliseconds) };
        Assert.Equal(good, SettingsRules.FirstProblem(settings) is null);
    }

    [Fact]
    public void C022_a_second_router_with_the_VRID_is_refused_in_one_family_only()
    {
        AdvertisementReceiver receiver = new();
        VirtualRouter first = new(Dut.Settings);
        receiver.Add(first);
        receiver.Add(new VirtualRouter(Dut.SettingsIPv6));
        ArgumentException error = Assert.Throws<ArgumentException>(() => receiver.Add(new VirtualRouter(Dut.Settings with { Name = "other" })));
        Assert.Contains("VI_1", error.Message, StringComparison.Ordinal);
        receiver.Remove(first);
        receiver.Add(new VirtualRouter(Dut.Settings with { Name = "other" }));
    }

    [Fact]
    public void Everything_else_that_can_t_run_is_refused()
    {
        Refuses(Dut.Settings with { Version = 4 }, "version");
        Refuses(Dut.SettingsIPv6 with { Version = 2 }, "IPv6");
        Refuses(Dut.Settings with { Addresses = [] }, "1 to 255");
        Refuses(With(false, "224.0.0.1"), "unicast");
        Refuses(With(false, "192.0.2.1", "192.0.2.1"), "twice");
        Refuses(Dut.Settings with { Addresses = [new(Dut.Vip, 33)] }, "prefix");
        Refuses(Dut.Settings with { AnnounceRepeat = 0 }, "repeat");
        Refuses(Dut.Settings with { PreemptDelay = new(-1) }, "preempt");
        Refuses(Dut.Settings with { AnnounceDelay = new(-1) }, "announce");
        Refuses(Dut.Settings with { AnnounceRefresh = new(-1) }, "announce refresh");
        Refuses(Dut.Settings with { AnnounceRefresh = Duration.FromMilliseconds(999) }, "announce refresh");
        Refuses(Dut.Settings with { Sticky = true, Priority = 7 }, "8 to 254");
        Refuses(Dut.Settings with { Sticky = true, Priority = 255 }, "8 to 254");
        Refuses(Dut.Settings with { Sticky = true, SyncGroup = "VG_1" }, "sync group");
        Refuses(Dut.Settings with { DownTimerAdverts = 0 }, "down timer");
        Refuses(Dut.Settings with { DownTimerAdverts = 101 }, "down timer");
        Refuses(Dut.Settings with { MulticastGroup = Address.Parse("192.0.2.1") }, "multicast group");
        Refuses(Dut.Settings with { MulticastGroup = Address.Parse("ff02::112") }, "multicast group");
        Refuses(Dut.Settings with { LearnedIntervalCap = new(1) }, "cap");
    }
}
