using HotStandby.Agent.Configuration;

namespace HotStandby.UnitTests.Configuration;

/// <summary>The configuration's part of the conformance list.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public void C015_a_first_ipv6_address_that_is_not_link_local_is_an_error()
    {
        AssertOnly("HS1304", Sample.With(addresses: "\"2001:db8::1/64\""));
        AssertFine(Sample.With(addresses: "\"fe80::51/64\", \"2001:db8::1/64\""));
    }

    [Fact]
    public void C016_one_virtual_router_has_one_family()
    {
        AssertOnly("HS1303", Sample.With(addresses: "\"fe80::1/64\", \"192.0.2.1/32\""));
        AssertOnly("HS1303", Sample.With(addresses: "\"192.0.2.1/32\", \"fe80::1/64\""));
    }

    [Theory]
    [InlineData("0", "HS1205")]
    [InlineData("256", "HS1205")]
    [InlineData("255", "HS1403")]
    public void C018_a_node_that_owns_nothing_has_priority_1_to_254(string priority, string code) =>
        AssertOnly(code, Sample.With(priority: priority));

    [Theory]
    [InlineData("1")]
    [InlineData("254")]
    public void C018_the_ends_of_the_range_are_fine(string priority) => AssertFine(Sample.With(priority: priority));

    [Fact]
    public void C018_the_owner_has_255_and_nothing_else()
    {
        AssertOnly("HS1403", Sample.With(priority: "120", addresses: "\"192.168.56.131/24\""));
        AssertFine(Sample.With(priority: "255", addresses: "\"192.168.56.131/24\""));
        AssertOnly("HS1403", Sample.With(priority: "255", addresses: "\"192.168.56.131/24\", \"192.168.56.188/24\""));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("256")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public void C019_a_vrid_outside_1_to_255_is_an_error(string vrid) => AssertOnly("HS1205", Sample.With(vrid: vrid));

    [Theory]
    [InlineData("1")]
    [InlineData("255")]
    public void C019_a_vrid_from_1_to_255_is_fine(string vrid) => AssertFine(Sample.With(vrid: vrid));

    [Theory]
    [InlineData(3, "10ms", 10)]
    [InlineData(3, "0.01s", 10)]
    [InlineData(3, "1s", 1000)]
    [InlineData(3, "40950ms", 40950)]
    [InlineData(3, "40.95s", 40950)]
    [InlineData(2, "1s", 1000)]
    [InlineData(2, "1000ms", 1000)]
    [InlineData(2, "255s", 255000)]
    public void C020_an_interval_that_the_version_can_say_is_taken_exactly(int version, string interval, long milliseconds)
    {
        HotStandbyConfig config = AssertFine(Sample.With(router: $"\"version\": {version}, \"advertInterval\": \"{interval}\","));
        Assert.Equal(milliseconds * 1_000_000, config.VirtualRouters[0].AdvertInterval.Nanoseconds);
    }

    [Theory]
    [InlineData(3, "0s", "HS1205")]
    [InlineData(3, "5ms", "HS1205")]
    [InlineData(3, "15ms", "HS1301")]
    [InlineData(3, "1.001s", "HS1301")]
    [InlineData(3, "40.96s", "HS1301")]
    [InlineData(2, "500ms", "HS1301")]
    [InlineData(2, "1.5s", "HS1301")]
    [InlineData(2, "256s", "HS1205")]
    public void C020_an_interval_that_the_version_can_not_say_is_an_error(int version, string interval, string code) =>
        AssertOnly(code, Sample.With(router: $"\"version\": {version}, \"advertInterval\": \"{interval}\","));

    [Theory]
    [InlineData("eth0", "192.168.56.189/24", true)]
    [InlineData("eth1", "192.168.56.189/24", false)]
    [InlineData("eth0", "fe80::51/64", false)]
    public void C022_a_vrid_stands_once_per_interface_and_family(string interfaceName, string address, bool isError)
    {
        string text = Sample.With(more: $$""", { "name": "VI_2", "vrid": 51, "interface": "{{interfaceName}}", "addresses": ["{{address}}"] }""");
        if (isError)
        {
            AssertOnly("HS1401", text);
        }
        else
        {
            AssertFine(text);
        }
    }

    [Fact]
    public void C022_an_interface_that_one_node_overrides_counts_there()
    {
        string text = Sample.With(
            node: """, "virtualRouters": { "VI_2": { "interface": "eth0" } }""",
            more: """, { "name": "VI_2", "vrid": 51, "interface": "eth1", "addresses": ["192.168.56.189/24"] }""");
        AssertOnly("HS1401", text);
    }

    [Theory]
    [InlineData(90, false)]
    [InlineData(91, true)]
    public void C023_more_ipv6_addresses_than_fit_1500_bytes_are_a_warning(int count, bool warned)
    {
        string addresses = string.Join(", ", Enumerable.Range(1, count).Select(one => $"\"fe80::{one:x}/64\""));

        ConfigResult result = Sample.Read(Sample.With(addresses: addresses));

        Assert.NotNull(result.Config);
        Assert.Equal(warned ? ["HS2003"] : [], result.Diagnostics.Select(one => one.Code));
    }

    private static HotStandbyConfig AssertFine(string text)
    {
        ConfigResult result = Sample.Read(text);
        Assert.Empty(result.Diagnostics);
        return Assert.IsType<HotStandbyConfig>(result.Config);
    }

    private static void AssertOnly(string code, string text)
    {
        ConfigResult result = Sample.Read(text);
        Assert.Null(result.Config);
        Assert.Equal([code], result.Diagnostics.Select(one => one.Code).Distinct());
    }
}
