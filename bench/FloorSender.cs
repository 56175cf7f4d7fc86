using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;
using SharpPcap;
using SharpPcap.LibPcap;

namespace HotStandby.Bench;

/// <summary>The process of <see cref="FloorContender"/>: <c>floor-sender SOURCE VIP INTERVAL rt|other</c>, until it is killed.</summary>
internal static unsafe partial class FloorSender
{
    public const string Verb = "floor-sender";

    private const int ClockMonotonic = 1;
    private const int AbsoluteTime = 1;
    private const int RealtimePriority = 50;

    public static int Run(IReadOnlyList<string> arguments)
    {
        Duration interval = Durations.Parse(arguments[2]);
        byte[] frame = Frame(Address.Parse(arguments[0]), Address.Parse(arguments[1]), interval);
        using LibPcapLiveDevice device = LibPcapLiveDeviceList.New().First(known => known.Name == RouterPlan.Interface);
        device.Open(new DeviceConfiguration());
        if (arguments[3] == "rt" && LabLibC.SetScheduler(0, LabLibC.SchedFifo, RealtimePriority) != 0)
        {
            throw new LabException($"Can't get real-time scheduling: {LabLibC.LastError()}.");
        }

        for (MonotonicTime next = LabClock.Now + interval; ; next += interval)
        {
            var wake = new LabLibC.TimeSpecification { Seconds = next.Nanoseconds / 1_000_000_000, Nanoseconds = next.Nanoseconds % 1_000_000_000 };
            while (SleepUntil(ClockMonotonic, AbsoluteTime, &wake, null) != 0)
            {
                // Interrupted by a signal: the time is absolute, so sleep on.
            }

            device.SendPacket(frame);
        }
    }

    /// <summary>An advertisement for the tap. A bridge drops a multicast packet whose IP checksum is wrong; the message's own nobody judges.</summary>
    private static byte[] Frame(Address source, Address vip, Duration interval)
    {
        var frame = new byte[14 + 20 + 12];
        Span<byte> bytes = frame;
        ReadOnlySpan<byte> group = [0x01, 0x00, 0x5e, 0x00, 0x00, 0x12];
        ReadOnlySpan<byte> sender = [0x00, 0x00, 0x5e, 0x00, 0x01, RouterPlan.Vrid];
        group.CopyTo(bytes);
        sender.CopyTo(bytes[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], 0x0800);
        Span<byte> ip = bytes[14..];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], 32);
        ip[8] = 255;
        ip[9] = 112;
        source.Write(ip[12..]);
        Address.Parse("224.0.0.18").Write(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~InternetChecksum.Fold(InternetChecksum.Add(0, ip[..20])));
        Span<byte> message = ip[20..];
        message[0] = 0x31;
        message[1] = RouterPlan.Vrid;
        message[2] = 200;
        message[3] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], (ushort)(interval.Nanoseconds / 10_000_000));
        vip.Write(message[8..]);
        return frame;
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int SleepUntil(int clock, int flags, LabLibC.TimeSpecification* time, LabLibC.TimeSpecification* remaining);
}
