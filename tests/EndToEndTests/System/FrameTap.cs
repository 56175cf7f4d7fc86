using System.Net.NetworkInformation;
using HotStandby.Agent.Lab;
using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Whole frames on an interface, dissected by PacketDotNet, for tests that look at every header field.</summary>
internal sealed class FrameTap : IDisposable
{
    private const int ReadTimeoutMilliseconds = 50;

    private readonly Lock _gate = new();
    private readonly List<EthernetPacket> _frames = [];
    private readonly List<byte[]> _raw = [];
    private readonly LibPcapLiveDevice _device;
    private readonly Thread _thread;
    private volatile bool _stop;

    /// <param name="node">Where.</param>
    /// <param name="filter">As tcpdump takes it.</param>
    public FrameTap(LabNode node, string filter)
    {
        _device = NetworkNamespace.Run(node.NamespaceName, () =>
        {
            LibPcapLiveDevice device = LibPcapLiveDeviceList.New().First(known => known.Name == "eth0");
            device.Open(new DeviceConfiguration { Mode = DeviceModes.Promiscuous, Immediate = true, ReadTimeout = ReadTimeoutMilliseconds });
            device.Filter = filter;
            return device;
        });
        _thread = new Thread(Capture) { IsBackground = true, Name = "frames" };
        _thread.Start();
    }

    public IReadOnlyList<EthernetPacket> Frames
    {
        get
        {
            lock (_gate)
            {
                return [.. _frames];
            }
        }
    }

    /// <summary>The same as they were captured; what PacketDotNet has dissected it may write differently.</summary>
    public IReadOnlyList<byte[]> Raw
    {
        get
        {
            lock (_gate)
            {
                return [.. _raw];
            }
        }
    }

    public IReadOnlyList<EthernetPacket> From(PhysicalAddress mac) => [.. Frames.Where(frame => frame.SourceHardwareAddress.Equals(mac))];

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _device.Dispose();
    }

    private void Capture()
    {
        while (!_stop)
        {
            if (_device.GetNextPacket(out PacketCapture capture) == GetPacketStatus.PacketRead)
            {
                byte[] raw = capture.Data.ToArray();
                var frame = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, [.. raw]);
                lock (_gate)
                {
                    _raw.Add(raw);
                    _frames.Add(frame);
                }
            }
        }
    }
}
