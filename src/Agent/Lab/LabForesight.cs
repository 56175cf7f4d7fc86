using HotStandby.Agent.Configuration;
using HotStandby.Agent.Simulation;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>
/// Asks the simulator what it would have said of the faults of a lab. The simulator gets the same faults in the same order, each at the same
/// time after the master's last advertisement; the lab reads that off the wire, and off the kernel when it took the addresses off.
/// </summary>
internal sealed class LabForesight : IDisposable
{
    private readonly HotStandbyConfig _config;
    private readonly IReadOnlyList<LabMachine> _machines;
    private readonly Prediction _prediction;
    private readonly List<WireTap> _taps = [];
    private readonly List<AddressWatch> _kernels = [];

    /// <exception cref="LabException">A node's interface can't be captured on.</exception>
    public LabForesight(HotStandbyConfig config, IReadOnlyList<LabMachine> machines)
    {
        _config = config;
        _machines = machines;
        _prediction = new Prediction(config);
        try
        {
            foreach (LabMachine machine in machines)
            {
                _taps.Add(WireTap.Open(machine.Node.NamespaceName, First.InterfaceOn(machine.Config)));
                _kernels.Add(AddressWatch.Open(machine.Node.NamespaceName));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private VirtualRouterConfig First => _config.VirtualRouters[0];

    private IEnumerable<PluginConfig> TrackedChecks => _config.Plugins.Where(plugin =>
        _config.VirtualRouters.Any(router => router.Tracks.Any(track => track.What.Checks.Contains(plugin.Id))));

    /// <summary>A fault began and everything has settled since.</summary>
    /// <param name="at">When it took effect.</param>
    /// <returns>The outage for each virtual router of the file; null when the simulator can't say.</returns>
    public IReadOnlyList<Duration>? Begun(FaultKind kind, LabMachine machine, MonotonicTime at)
    {
        int node = Index(machine);
        MonotonicTime? advert = _taps[node].Events
            .Where(one => one.IsAdvertisement && one.Vrid == First.Vrid && one.Source.IsIPv6 == First.Addresses[0].Address.IsIPv6 && one.At <= at)
            .Select(one => (MonotonicTime?)one.At)
            .LastOrDefault();
        MonotonicTime? taken = kind is FaultKind.Kill or FaultKind.Freeze ? _kernels[node].Left(First.Addresses[0], at) : null;
        IReadOnlyList<Duration>? outages = _prediction.Begin(kind, node, at - advert, taken - at);
        return kind == FaultKind.CheckFails && !TrackedChecks.All(Prediction.Foresees) ? null : outages;
    }

    /// <summary>The last fault ended.</summary>
    public IReadOnlyList<Duration>? Ended() => _prediction.End();

    public void Dispose()
    {
        _taps.ForEach(tap => tap.Dispose());
        _kernels.ForEach(kernel => kernel.Dispose());
    }

    private int Index(LabMachine machine) => Enumerable.Range(0, _machines.Count).First(index => _machines[index] == machine);
}
