using System.Diagnostics;
using HotStandby.Agent.Vrrp;
using SharpPcap;
using SharpPcap.LibPcap;

namespace HotStandby.Agent.Lab;

/// <summary>
/// Records the advertisements, gratuitous ARPs and unsolicited neighbour advertisements that pass an interface of a network namespace:
/// the client's, a node's, or a bridge of the switch. The times are the kernel's, taken when the frame passed, so a late reader does not
/// spoil them.
/// </summary>
internal sealed class WireTap : IDisposable
{
    private const string Filter = "(ip proto 112) or (ip6 proto 112) or arp or icmp6";
    private const int ReadTimeoutMilliseconds = 50;

    private readonly object _gate = new();
    private readonly List<WireEvent> _events = [];
    private readonly LibPcapLiveDevice _device;
    private readonly Thread _thread;
    private readonly long _realtimeMinusMonotonic = MeasureClockOffset();
    private volatile bool _stop;
    private volatile Exception? _failure;

    private WireTap(string networkNamespace, LibPcapLiveDevice device)
    {
        _device = device;
        _thread = new Thread(Capture) { IsBackground = true, Name = $"tap {networkNamespace} {device.Name}" };
    }

    /// <summary>Starts to record; every frame after the return is caught.</summary>
    /// <param name="networkNamespace">See <see cref="LabNode.NamespaceName"/> and <see cref="LabNetwork.SwitchNamespace"/>.</param>
    /// <param name="interfaceName">E.g. eth0, or br0 of the switch (which does not see the frames of a port cut silently).</param>
    /// <exception cref="LabException">No such interface there, or it can't be captured on.</exception>
    public static WireTap Open(string networkNamespace, string interfaceName)
    {
        LibPcapLiveDevice device = NetworkNamespace.Run(networkNamespace, () => OpenDevice(networkNamespace, interfaceName));
        var tap = new WireTap(networkNamespace, device);
        tap._thread.Start();
        return tap;
    }

    /// <summary>What was recorded so far, in order of time.</summary>
    /// <exception cref="LabException">The capture itself failed.</exception>
    public IReadOnlyList<WireEvent> Events => Since(new MonotonicTime(long.MinValue));

    /// <summary>What was recorded at or after a point in time.</summary>
    /// <exception cref="LabException">The capture itself failed.</exception>
    public IReadOnlyList<WireEvent> Since(MonotonicTime from)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            return _events.FindAll(wireEvent => wireEvent.At >= from);
        }
    }

    /// <summary>
    /// The first event at or after <paramref name="from"/> that fits, waiting for it if it has not passed yet; null when none came within
    /// <paramref name="bound"/> of now.
    /// </summary>
    /// <exception cref="LabException">The capture itself failed.</exception>
    public WireEvent? WaitFor(Func<WireEvent, bool> fits, MonotonicTime from, TimeSpan bound)
    {
        long begin = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            int next = 0;
            while (true)
            {
                ThrowIfFailed();
                for (; next < _events.Count; next++)
                {
                    if (_events[next].At >= from && fits(_events[next]))
                    {
                        return _events[next];
                    }
                }

                TimeSpan left = bound - Stopwatch.GetElapsedTime(begin);
                if (left <= TimeSpan.Zero)
                {
                    return null;
                }

                // The bound in milliseconds also wakes us after a failure between two frames.
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Clamp(left.TotalMilliseconds, 1, ReadTimeoutMilliseconds)));
            }
        }
    }

    /// <summary>Stops recording; the events stay readable.</summary>
    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _device.Dispose();
    }

    private static LibPcapLiveDevice OpenDevice(string networkNamespace, string interfaceName)
    {
        LibPcapLiveDevice device = LibPcapLiveDeviceList.New().FirstOrDefault(known => known.Name == interfaceName)
            ?? throw new LabException($"The namespace '{networkNamespace}' has no interface '{interfaceName}' to capture on.");
        try
        {
            device.Open(new DeviceConfiguration
            {
                Mode = DeviceModes.Promiscuous,
                Immediate = true,
                ReadTimeout = ReadTimeoutMilliseconds,
                Snaplen = 256,
                TimestampResolution = TimestampResolution.Nanosecond,
            });
            device.Filter = Filter;
            return device;
        }
        catch (PcapException exception)
        {
            device.Dispose();
            throw new LabException($"Can't capture on '{interfaceName}' in the namespace '{networkNamespace}': {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Captures carry wall time. The offset to the monotonic clock is taken once, from the tightest of some readings, so that all events of
    /// a tap compare; a clock set by hand during a capture spoils it.
    /// </summary>
    private static long MeasureClockOffset()
    {
        (long Width, long Offset) best = (long.MaxValue, 0);
        for (int reading = 0; reading < 32; reading++)
        {
            long before = LabClock.Now.Nanoseconds;
            long wall = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
            long after = LabClock.Now.Nanoseconds;
            if (after - before < best.Width)
            {
                best = (after - before, wall - ((before + after) / 2));
            }
        }

        return best.Offset;
    }

    private void Capture()
    {
        try
        {
            while (!_stop)
            {
                switch (_device.GetNextPacket(out PacketCapture capture))
                {
                    case GetPacketStatus.PacketRead:
                        Record(capture);
                        break;
                    case GetPacketStatus.ReadTimeout:
                        break;
                    case GetPacketStatus status:
                        throw new LabException($"The capture on '{_device.Name}' ended: {status} {_device.LastError}.");
                }
            }
        }
#pragma warning disable CA1031 // Reported by ThrowIfFailed on the reader's thread.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
        }
    }

    private void Record(PacketCapture capture)
    {
        var wall = (long)(capture.Header.Timeval.Value * 1_000_000_000m);
        var at = new MonotonicTime(wall - _realtimeMinusMonotonic);
        if (WireEvent.TryRead(capture.Data, at, out WireEvent wireEvent))
        {
            lock (_gate)
            {
                _events.Add(wireEvent);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is Exception failure)
        {
            throw new LabException($"The wire tap failed: {failure.Message}", failure);
        }
    }
}
