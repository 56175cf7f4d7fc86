using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Looks all the time which kernels hold an address and remembers whether it ever were two.</summary>
internal sealed class HolderWatch : IDisposable
{
    private readonly Cluster _cluster;
    private readonly Address _address;
    private readonly Thread _thread;
    private volatile bool _stop;
    private volatile int _looks;
    private volatile string? _two;

    public HolderWatch(Cluster cluster, Address address)
    {
        _cluster = cluster;
        _address = address;
        _thread = new Thread(Watch) { IsBackground = true, Name = "holders" };
        _thread.Start();
        cluster.Until(() => _looks > 0, "the first look at the holders");
    }

    /// <summary>The nodes that held it at the same time; null when there was always one at most.</summary>
    public string? TwoAtOnce => _two;

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
    }

    private void Watch()
    {
        while (!_stop)
        {
            IReadOnlyList<string> holders = _cluster.Holders(_address);
            if (holders.Count > 1)
            {
                _two ??= string.Join(" and ", holders);
            }

            _looks++;
            Thread.Sleep(1);
        }
    }
}
