using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>An agent and FRR's vrrpd as a pair; web1 is the stronger. Each test runs with the agent in either role.</summary>
public abstract class FrrInteropTests(string variant)
{
    /// <summary>FRR counts Skew_Time in whole centiseconds, rounded down, so it is up to 10 ms early.</summary>
    private static readonly Duration Blur = Duration.FromMilliseconds(15);

    private readonly Variant _variant = Variant.Named(variant);

    public static TheoryData<string> AgentOn { get; } = new("web1", "web2");

    [Theory]
    [MemberData(nameof(AgentOn))]
    public void C179_C170_C177_with_FRR_the_stronger_one_that_comes_later_takes_over_and_the_other_is_silent(string agentOn)
    {
        using var cluster = Cluster.Of(2);
        using var pair = new FrrPair(cluster, _variant, agentOn);
        pair.Start("web2");
        pair.WaitForAdverts("web2", 2);

        MonotonicTime returns = LabClock.Now;
        pair.Start("web1");
        WireEvent first = pair.WaitForAdvert("web1", returns);
        pair.WaitForAdverts("web1", 8);

        Assert.True(first.At - returns >= _variant.MasterDown(150) - Blur, $"Took over {first.At - returns} after its start.");
        Assert.True(pair.Adverts("web2", first.At).Count <= 1, pair.Describe());
        pair.AssertAgentSays(agentOn == "web1" ? "MASTER" : "BACKUP");
        Assert.Equal(agentOn == "web1", cluster[agentOn].KernelAddresses().Contains(_variant.Vip));
    }

    [Theory]
    [MemberData(nameof(AgentOn))]
    public void C179_C171_with_FRR_the_backup_takes_over_Master_Down_Interval_after_a_crash(string agentOn)
    {
        using var cluster = Cluster.Of(2);
        using var pair = new FrrPair(cluster, _variant, agentOn);
        pair.StartBoth();

        pair.Crash("web1");
        WireEvent taken = pair.WaitForAdvert("web2", LabClock.Now);

        Duration waited = taken.At - pair.Adverts("web1", cluster.Begin)[^1].At;
        Assert.True(waited >= _variant.MasterDown(100) - Blur, $"Took over {waited} after the last advert.");
        Assert.True(waited <= _variant.MasterDown(100) + Duration.FromSeconds(2), $"Took over {waited} after the last advert.");
        pair.WaitForAdverts("web2", 3);
        if (agentOn == "web2")
        {
            pair.AssertAgentSays("MASTER");
        }
    }

    [Theory]
    [MemberData(nameof(AgentOn))]
    public void C179_C172_with_FRR_the_backup_takes_over_Skew_Time_after_an_orderly_stop(string agentOn)
    {
        // At 1 s a busy machine can't make Skew_Time look like Master_Down_Interval.
        Variant slow = _variant with { Interval = Duration.FromSeconds(1) };
        using var cluster = Cluster.Of(2);
        using var pair = new FrrPair(cluster, slow, agentOn);
        pair.StartBoth();

        MonotonicTime stop = LabClock.Now;
        pair.Stop("web1");
        WireEvent taken = pair.WaitForAdvert("web2", stop);

        IReadOnlyList<WireEvent> said = pair.Adverts("web1", cluster.Begin);
        Assert.Equal(0, said[^1].Priority);
        Duration heard = said.Last(advert => advert.Priority != 0).Interval;
        Duration waited = taken.At - said.First(advert => advert.Priority == 0).At;
        Assert.True(waited >= slow.Skew(100, heard) - Blur, $"Took over {waited} after priority 0.");
        Assert.True(waited < 3 * slow.Interval, $"Took over {waited} after priority 0, as if it had not heard it.");
        if (agentOn == "web2")
        {
            pair.AssertAgentSays("MASTER");
        }
    }
}

/// <inheritdoc/>
public sealed class FrrInteropIPv4Tests() : FrrInteropTests("v3");

/// <inheritdoc/>
public sealed class FrrInteropIPv6Tests() : FrrInteropTests("v3-ipv6");

/// <summary>One agent and one FRR with the same virtual router: web1 has priority 150, web2 100.</summary>
/// <param name="cluster">Two nodes.</param>
/// <param name="variant">The virtual router, version 3.</param>
/// <param name="agentOn">The node of the agent; FRR runs on the other one.</param>
internal sealed class FrrPair(Cluster cluster, Variant variant, string agentOn) : IDisposable
{
    private AgentInNode? _agent;
    private Frr? _frr;

    public void Start(string node)
    {
        if (node == agentOn)
        {
            _agent = cluster.Start(node, PluginsJson.Pair(variant.RouterEntry));
        }
        else
        {
            KeepalivedInstance same = variant.Keepalived(node == "web1" ? (byte)150 : (byte)100);
            _frr = Frr.Start(cluster[node], new FrrInstance(same.Vrid, same.Interface, same.Priority, variant.Interval, same.Addresses));
        }
    }

    /// <summary>Starts both, waits until web1 is the master and web2 a backup that has heard it.</summary>
    public void StartBoth()
    {
        Start("web1");
        WaitForAdverts("web1", 1);
        Start("web2");
        cluster.Until(
            () => agentOn == "web2"
                ? _agent!.State(Variant.Router) == "BACKUP"
                : _frr!.Log.Contains("Initialize -> Backup", StringComparison.Ordinal),
            "web2 to be backup");
        WaitForAdverts("web1", 2);
    }

    /// <summary>The machine is gone: its way to the others is cut first.</summary>
    public void Crash(string node)
    {
        cluster.Network.CutLink(cluster[node], keepCarrier: true);
        if (node == agentOn)
        {
            _agent!.Crash();
        }
        else
        {
            _frr!.Kill();
        }
    }

    public void Stop(string node) => Assert.Equal(0, node == agentOn ? _agent!.Stop() : _frr!.Stop());

    public IReadOnlyList<WireEvent> Adverts(string node, MonotonicTime since) =>
        [.. cluster.Wire.Since(since).Where(seen => IsAdvertOf(node, seen))];

    public WireEvent WaitForAdvert(string node, MonotonicTime since)
    {
        cluster.Until(() => Adverts(node, since).Count > 0, $"an advert of {node}");
        return Adverts(node, since)[0];
    }

    /// <summary>Waits until a node has sent some more adverts.</summary>
    public void WaitForAdverts(string node, int count)
    {
        MonotonicTime since = LabClock.Now;
        cluster.Until(() => Adverts(node, since).Count >= count, $"{count} more adverts of {node}");
    }

    public void AssertAgentSays(string state) => cluster.Until(() => _agent!.State(Variant.Router) == state, $"the agent to say {state}");

    public string Describe() => $"{Environment.NewLine}FRR:{Environment.NewLine}{LabLog.Tail(_frr?.Log ?? "")}";

    public void Dispose() => _frr?.Dispose();

    private bool IsAdvertOf(string node, in WireEvent seen) => seen.IsAdvertisement && Frr.Sent(seen) == (node != agentOn);
}
