using HotStandby.Agent.Configuration;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;
using HotStandby.UnitTests.Configuration;

namespace HotStandby.UnitTests.Loop;

/// <summary>A machine that runs as a node whose address it does not have says so; one that has it, or none yet, says nothing.</summary>
public sealed class NodeAddressTests
{
    private static readonly HotStandbyConfig File = Sample.Read(Sample.With()).Config!;
    private static readonly NodeConfig Node = File.Nodes[0];
    private static readonly NodeConfig Other = File.Nodes[1];

    [Fact]
    public void What_has_the_address_or_none_yet_is_no_matter()
    {
        Assert.Null(Problem());
        Assert.Null(Problem("127.0.0.1", "fe80::1", "2001:db8::1"));
        Assert.Null(Problem("127.0.0.1", "10.9.9.9", Node.Address.ToString()));
    }

    [Fact]
    public void Another_nodes_address_means_another_nodes_machine()
    {
        string problem = Problem("10.9.9.9", Other.Address.ToString())!;
        Assert.Contains($"has the address {Other.Address} of node {Other.Name}", problem, StringComparison.Ordinal);
        Assert.Contains("--node", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_other_address_means_a_typing_error_in_the_file()
    {
        string problem = Problem("127.0.0.1", "10.9.9.9")!;
        Assert.Contains($"does not have its address {Node.Address}: it has 10.9.9.9.", problem, StringComparison.Ordinal);
    }

    private static string? Problem(params string[] here) => NodeAddress.Problem(new LoopConfiguration(File, Node), [.. here.Select(Address.Parse)]);
}
