using System.Text;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Configuration;

/// <summary>A file that is checked on one of its nodes is held against that machine.</summary>
public sealed class HereTests
{
    private static readonly string[] There = ["lo", "eth0", "ens18"];

    private static Diagnostic[] Read(string hostName, string address, string interfaceName, string? unfit = null)
    {
        string text = $$"""
            {
              "nodes": {
                "n1": { "address": "192.0.2.11", "priority": 150 },
                "n2": { "address": "192.0.2.12", "priority": 100, "virtualRouters": { "VI_1": { "interface": "ens18" } } }
              },
              "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "{{interfaceName}}", "addresses": ["192.0.2.100/24"] }]
            }
            """;
        ThisMachine here = new(hostName, [Address.Parse(address)], There, There.Contains) { Unfit = (router, node) => unfit is null ? null : $"{router.InterfaceOn(node)} {unfit}" };
        return [.. ConfigReader.ReadText("plugins.json", Encoding.UTF8.GetBytes(text), null, [], here).Diagnostics];
    }

    [Theory]
    [InlineData("n1", "10.0.0.1")]
    [InlineData("other", "192.0.2.11")]
    public void An_interface_that_is_not_on_this_machine_is_named_with_those_that_are(string hostName, string address)
    {
        Diagnostic found = Assert.Single(Read(hostName, address, "eht0"));
        Assert.Equal((Severity.Warning, "HS2007", 6, 65), (found.Severity, found.Code, found.Line, found.Column));
        Assert.Contains("did you mean eth0?", found.Message, StringComparison.Ordinal);
        Assert.Contains("there are ens18, eth0", found.Message, StringComparison.Ordinal);
    }

    /// <summary>Not a warning: it will not come later.</summary>
    [Fact]
    public void An_interface_that_can_never_do_is_an_error_where_it_is_named()
    {
        Diagnostic found = Assert.Single(Read("n2", "10.0.0.1", "eth0", "is a macvlan itself"));
        Assert.Equal((Severity.Error, "HS1312", 4, 98), (found.Severity, found.Code, found.Line, found.Column));
        Assert.Contains("ens18 is a macvlan itself", found.Message, StringComparison.Ordinal);
        Assert.Empty(Read("elsewhere", "10.0.0.1", "eth0", "is a macvlan itself"));
    }

    [Theory]
    [InlineData("n1", "eth0")]
    [InlineData("n2", "eht0")]
    [InlineData("elsewhere", "eht0")]
    public void Nothing_is_said_of_interfaces_that_are_there_or_of_other_machines(string hostName, string interfaceName) =>
        Assert.Empty(Read(hostName, "10.0.0.1", interfaceName));
}
