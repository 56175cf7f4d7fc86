using HotStandby.Agent.Lab;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>A pair of one agent and one keepalived with the same virtual router: web1 has priority 150, web2 100.</summary>
/// <param name="cluster">Two nodes.</param>
/// <param name="variant">The virtual router.</param>
/// <param name="agentOn">The node of the agent; keepalived runs on the other one.</param>
internal sealed class Mixed(Cluster cluster, Variant variant, string agentOn)
{
    private readonly Dictionary<string, Keepalived> _keepaliveds = [];

    public AgentInNode? Agent { get; private set; }

    /// <summary>Further keys of the agent's virtual router, as JSON, and the same in keepalived's words.</summary>
    public (string Agent, string[] Keepalived)? More { get; init; }

    /// <summary>Both speak to the other one only.</summary>
    public bool Unicast { get; init; }

    public void Start(string node)
    {
        if (node == agentOn)
        {
            Agent = cluster.Start(node, PluginsJson.Pair(variant.RouterEntry with { Unicast = Unicast ? "true" : null, More = More?.Agent }));
        }
        else
        {
            (string own, string peer) = node == "web1" ? ("10.77.0.1", "10.77.0.2") : ("10.77.0.2", "10.77.0.1");
            KeepalivedInstance instance = variant.Keepalived(node == "web1" ? (byte)150 : (byte)100);
            _keepaliveds[node] = cluster.StartKeepalived(node, instance with
            {
                ExtraLines = [.. instance.ExtraLines ?? [], .. Unicast ? UnicastTests.Peers(own, peer) : [], .. More?.Keepalived ?? []],
            });
        }
    }

    /// <summary>Starts both, waits until web1 is the master and web2 a backup that has heard it.</summary>
    public void StartBoth()
    {
        Start("web1");
        cluster.Until(() => cluster.Holds("web1", variant.Vip), "web1 to be the only holder");
        Start("web2");
        cluster.Until(IsBackup, "web2 to be backup");
        cluster.WaitForMoreAdverts("web1", 2, variant.IsIPv6);
    }

    /// <summary>
    /// The machine is gone: its way to the others is cut first, since keepalived's child, when it sees its parent die, may still resign.
    /// </summary>
    public void Crash(string node)
    {
        cluster.Network.CutLink(cluster[node], keepCarrier: true);
        if (node == agentOn)
        {
            Agent!.Crash();
        }
        else
        {
            _keepaliveds[node].Kill();
        }
    }

    public void Stop(string node)
    {
        if (node == agentOn)
        {
            Assert.Equal(0, Agent!.Stop());
        }
        else
        {
            _keepaliveds[node].Terminate();
            Assert.Equal(0, _keepaliveds[node].WaitForExit(TimeSpan.FromSeconds(15)));
        }
    }

    public void AssertAgentSays(string state)
    {
        if (Agent is not null)
        {
            cluster.Until(() => Agent.State(Variant.Router) == state, $"the agent to say {state}");
        }
    }

    private bool IsBackup() => agentOn == "web2"
        ? Agent!.State(Variant.Router) == "BACKUP"
        : _keepaliveds["web2"].Log.Contains("Entering BACKUP STATE", StringComparison.Ordinal);
}
