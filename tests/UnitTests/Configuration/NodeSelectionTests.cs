using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Configuration;

public sealed class NodeSelectionTests
{
    private static readonly HotStandbyConfig Pair = Sample.Config(Sample.With());

    private static readonly HotStandbyConfig LongNames = Sample.Config(Sample.With()
        .Replace("\"web1\"", "\"web.a.example\"", StringComparison.Ordinal)
        .Replace("\"web2\"", "\"web.b.example\"", StringComparison.Ordinal));

    [Theory]
    [InlineData("web2", "web1", "", "web2", "This is node \"web2\", as --node says.")]
    [InlineData("WEB2", "web1", "", "web2", "This is node \"web2\", as --node says.")]
    [InlineData("web3", "web1", "", null, "No node is named \"web3\" (--node); it could be \"web1\".")]
    [InlineData("zeus", "web1", "", null, "No node is named \"zeus\" (--node); it could be \"web1\" or \"web2\".")]
    [InlineData(null, "web1", "", "web1", "This is node \"web1\", by its host name \"web1\".")]
    [InlineData(null, "Web2.example.org", "", "web2", "This is node \"web2\", by its host name \"Web2.example.org\".")]
    [InlineData(null, "web1", "192.168.56.131 10.0.0.1", "web1", "This is node \"web1\", by its host name \"web1\".")]
    [InlineData(null, "vm", "10.0.0.1 192.168.56.132", "web2", "This is node \"web2\", by its address 192.168.56.132; no node has the host name \"vm\".")]
    [InlineData(null, "", "192.168.56.132", "web2", "This is node \"web2\", by its address 192.168.56.132; no node has the host name \"\".")]
    [InlineData(null, "vm", "10.0.0.1", null, "No node has the host name \"vm\" or an address of this machine: say with --node which of \"web1\" or \"web2\" this is.")]
    [InlineData(null, "vm", "192.168.56.131 192.168.56.132", null, "This machine has the addresses of more than one node: say with --node which of \"web1\" or \"web2\" this is.")]
    [InlineData(null, "web1", "192.168.56.132", null, "The host name says \"web1\", but this machine has the address 192.168.56.132 of node \"web2\": say with --node which of \"web1\" or \"web2\" this is.")]
    public void Finds_the_node_and_says_why(string? requested, string hostName, string addresses, string? expected, string sentence)
    {
        NodeConfig? node = NodeSelection.Choose(Pair, requested, hostName, Addresses(addresses), out string why);
        Assert.Equal(expected, node?.Name);
        Assert.Equal(sentence, why);
    }

    [Theory]
    [InlineData("web.b.example", "web.b.example")]
    [InlineData("web", null)]
    [InlineData("web.c.example", null)]
    public void Full_host_names_are_told_apart(string hostName, string? expected)
    {
        NodeConfig? node = NodeSelection.Choose(LongNames, null, hostName, [], out string why);
        Assert.Equal(expected, node?.Name);
        Assert.Contains(hostName, why, StringComparison.Ordinal);
    }

    private static Address[] Addresses(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Address.Parse)];
}
