using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Simulation;

/// <summary>
/// One check on one node, as the plugin host reports it: verdicts after rise and fall, every interval. One that pushes speaks at the moment of a
/// death and counts its interval from there; that is one failure, as any other.
/// </summary>
internal sealed class SimulatedCheck
{
    /// <summary>The room the host gives a result on its way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly CheckChanged _well;
    private readonly CheckChanged _failed;
    private readonly CheckChanged _hung;
    private int _inARow;
    private bool _last;
    private bool? _verdict;

    public SimulatedCheck(PluginConfig plugin)
    {
        Plugin = plugin;
        TimeSpan validFor = plugin.Interval + plugin.Timeout + Margin;
        ValidFor = validFor;
        _well = new(plugin.Id, true, "is well", validFor, TimeSpan.FromMilliseconds(2), 0);
        _failed = new(plugin.Id, false, "the service does not answer", validFor, TimeSpan.FromMilliseconds(2), 0);
        _hung = new(plugin.Id, false, $"no answer within {plugin.Timeout.TotalMilliseconds} ms", validFor, plugin.Timeout, 0);
    }

    public PluginConfig Plugin { get; }

    public TimeSpan ValidFor { get; }

    /// <summary>Which agent's host this is; results of an older one are not delivered.</summary>
    public int Generation { get; set; }

    /// <summary>When the last result that came to the agent was made, on the node's clock, and what it said; null since the agent started.</summary>
    public (MonotonicTime MadeAt, bool Healthy)? LastDelivered { get; set; }

    public void Restart()
    {
        LastDelivered = null;
        Generation++;
        _inARow = 0;
        _verdict = null;
    }

    /// <summary>A call came back at <paramref name="local"/>, on the node's clock: what the host reports.</summary>
    public CheckChanged Result(bool healthy, bool hung, MonotonicTime local)
    {
        _inARow = healthy == _last ? _inARow + 1 : 1;
        _last = healthy;
        int needed = healthy ? Plugin.Rise : Plugin.Fall;
        if (_verdict is null || (_verdict != healthy && _inARow >= needed))
        {
            _verdict = healthy;
        }

        return (_verdict == true ? _well : hung ? _hung : _failed) with { MadeAt = local.Nanoseconds };
    }
}
