using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>When addresses left the kernel of one namespace, by rtnetlink's events and not by any agent's belief.</summary>
internal sealed class AddressWatch : IDisposable
{
    private const int PollMilliseconds = 50;

    private readonly Lock _lock = new();
    private readonly List<(MonotonicTime At, AddressPrefix Address)> _gone = [];
    private readonly LinkMonitor _monitor;
    private readonly Thread _thread;
    private volatile bool _stop;
    private volatile LinuxException? _failure;

    private AddressWatch(string networkNamespace, LinkMonitor monitor)
    {
        _monitor = monitor;
        _thread = new Thread(Watch) { IsBackground = true, Name = $"addresses of {networkNamespace}" };
    }

    /// <summary>Starts to watch; every address that leaves after the return is seen.</summary>
    /// <exception cref="LinuxException">Netlink is not available there.</exception>
    public static AddressWatch Open(string networkNamespace)
    {
        AddressWatch watch = new(networkNamespace, NetworkNamespace.Run(networkNamespace, LinkMonitor.Open));
        watch._thread.Start();
        return watch;
    }

    /// <summary>When the address first left, at or after a point in time; null when it did not.</summary>
    /// <exception cref="LabException">The watch itself failed.</exception>
    public MonotonicTime? Left(AddressPrefix address, MonotonicTime from)
    {
        if (_failure is LinuxException failure)
        {
            throw new LabException($"The kernel's addresses can't be watched: {failure.Message}", failure);
        }

        lock (_lock)
        {
            int found = _gone.FindIndex(one => one.Address == address && one.At >= from);
            return found < 0 ? null : _gone[found].At;
        }
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _monitor.Dispose();
    }

    private void Watch()
    {
        try
        {
            Follow();
        }
        catch (LinuxException failure)
        {
            _failure = failure;
        }
    }

    private void Follow()
    {
        HashSet<AddressPrefix> known = Present();
        while (!_stop)
        {
            WaitForEvents();
            if (!_monitor.Drain())
            {
                continue;
            }

            HashSet<AddressPrefix> present = Present();
            lock (_lock)
            {
                _gone.AddRange(known.Except(present).Select(address => (LabClock.Now, address)));
            }

            known = present;
        }
    }

    private HashSet<AddressPrefix> Present() => [.. _monitor.All.SelectMany(link => link.Addresses).Select(address => address.Prefix)];

    private unsafe void WaitForEvents()
    {
        LabLibC.PollDescriptor polled = new() { Descriptor = _monitor.Descriptor, Events = LabLibC.PollIn };
        LabLibC.TimeSpecification timeout = new() { Nanoseconds = PollMilliseconds * 1_000_000L };

        // Whatever ends the wait, what is there is read.
        _ = LabLibC.Poll(&polled, 1, timeout, 0);
    }
}
