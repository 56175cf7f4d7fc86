using HotStandby.Agent.Configuration;

namespace HotStandby.UnitTests.Configuration;

/// <summary><c>excludedAddresses</c>: what moves with the role and is not in the adverts.</summary>
public sealed class ExcludedAddressTests
{
    [Fact]
    public void They_may_be_of_either_family_and_are_not_in_the_adverts()
    {
        HotStandbyConfig config = Sample.Config(Sample.With(router: "\"excludedAddresses\": [\"192.168.56.189/24\", \"fd00::188/64\"],"));

        VirtualRouterConfig router = config.VirtualRouters[0];
        Assert.Equal(["192.168.56.188/24"], RouterSettings.For(router, config.Nodes[0]).Addresses.Select(one => one.ToString()));
        Assert.Equal(["192.168.56.188/24", "192.168.56.189/24", "fd00::188/64"], router.AllAddresses().Select(one => one.ToString()));
        Assert.Equal(["192.168.56.189/24", "fd00::188/64"], ClusterModelWriter.From(config).VirtualRouters[0].ExcludedAddresses);
    }

    [Fact]
    public void More_addresses_than_an_advert_carries_are_an_error_that_says_where_they_belong()
    {
        string many = string.Join(", ", Enumerable.Range(0, 256).Select(i => $"\"10.0.{i / 200}.{(i % 200) + 1}/32\""));

        Diagnostic only = Assert.Single(Sample.Read(Sample.With(addresses: many)).Diagnostics);

        Assert.Equal(("HS1209", true), (only.Code, only.ToString().Contains("excludedAddresses", StringComparison.Ordinal)));
        Assert.Empty(Sample.Read(Sample.With(router: $"\"excludedAddresses\": [{many}],")).Diagnostics);
    }

    [Fact]
    public void Too_many_IPv6_addresses_for_a_frame_are_a_warning_that_says_where_they_belong()
    {
        string many = string.Join(", ", Enumerable.Range(1, 91).Select(i => $"\"fe80::{i:x}\""));

        Diagnostic only = Assert.Single(Sample.Read(Sample.With(addresses: many)).Diagnostics);

        Assert.Equal(("HS2003", true), (only.Code, only.ToString().Contains("excludedAddresses", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_reload_compares_them()
    {
        HotStandbyConfig old = Sample.Config(Sample.With());
        HotStandbyConfig file = Sample.Config(Sample.With(router: "\"excludedAddresses\": [\"192.168.56.189/24\"],"));

        PlannedChange change = Assert.Single(ReloadPlan.Between(old, old.Nodes[0], file, file.Nodes[0]).VirtualRouters);

        Assert.Equal([new SettingChange("excludedAddresses", "none", "192.168.56.189/24")], change.Changes);
    }
}
