using System.Net.Sockets;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Linux;

/// <summary>The clock, the timer, the wake-up and the wait of the loop: none needs a network.</summary>
public sealed unsafe partial class DescriptorTests
{
    [System.Runtime.InteropServices.LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, long* secondsAndNanoseconds);

    private static long KernelMonotonic()
    {
        long* time = stackalloc long[2];
        Assert.Equal(0, GetTime(1, time));
        return (time[0] * 1_000_000_000) + time[1];
    }

    [Fact]
    public void The_clock_is_CLOCK_MONOTONIC_in_nanoseconds()
    {
        long before = KernelMonotonic();
        long now = MonotonicClock.Now.Nanoseconds;
        long after = KernelMonotonic();

        Assert.InRange(now, before, after);
    }

    [Fact]
    public void The_timer_fires_at_its_deadline_and_not_before()
    {
        using Epoll epoll = new();
        using DeadlineTimer timer = new();
        epoll.Add(timer.Descriptor, 7);
        Span<int> ready = stackalloc int[4];
        for (int i = 0; i < 20; i++)
        {
            MonotonicTime deadline = MonotonicClock.Now + new Duration(1_000_000 * i / 4);
            timer.Arm(deadline);
            Assert.Equal(1, epoll.Wait(ready));
            Assert.True(MonotonicClock.Now >= deadline);
            Assert.Equal(7, ready[0]);
            timer.Acknowledge();
        }
    }

    [Fact]
    public void The_timer_takes_the_same_deadline_again_after_it_fired()
    {
        using Epoll epoll = new();
        using DeadlineTimer timer = new();
        epoll.Add(timer.Descriptor, 1);
        Span<int> ready = stackalloc int[4];
        MonotonicTime past = new(0);
        timer.Arm(past);
        Assert.Equal(1, epoll.Wait(ready));
        timer.Acknowledge();
        timer.Arm(past);
        Assert.Equal(1, epoll.Wait(ready));
    }

    [Fact]
    public void A_disarmed_timer_stays_silent()
    {
        using Epoll epoll = new();
        using DeadlineTimer disarmed = new();
        using DeadlineTimer later = new();
        epoll.Add(disarmed.Descriptor, 1);
        epoll.Add(later.Descriptor, 2);
        disarmed.Arm(MonotonicClock.Now + Duration.FromMilliseconds(20));
        later.Arm(MonotonicClock.Now + Duration.FromMilliseconds(60));
        disarmed.Arm(MonotonicTime.Never);

        Span<int> ready = stackalloc int[4];
        Assert.Equal(1, epoll.Wait(ready));
        Assert.Equal(2, ready[0]);
    }

    [Fact]
    public void A_signal_from_another_thread_wakes_once()
    {
        using Epoll epoll = new();
        using Wakeup wakeup = new();
        using DeadlineTimer bound = new();
        epoll.Add(wakeup.Descriptor, 1);
        epoll.Add(bound.Descriptor, 2);
        Thread thread = new(() =>
        {
            wakeup.Signal();
            wakeup.Signal();
        });
        thread.Start();
        Span<int> ready = stackalloc int[4];
        Assert.Equal(1, epoll.Wait(ready));
        thread.Join();
        wakeup.Acknowledge();

        bound.Arm(MonotonicClock.Now);
        Assert.Equal(1, epoll.Wait(ready));
        Assert.Equal(2, ready[0]);

        epoll.Remove(bound.Descriptor);
        epoll.Remove(bound.Descriptor);
        wakeup.Signal();
        Assert.Equal(1, epoll.Wait(ready));
        Assert.Equal(1, ready[0]);
    }

    [Fact]
    public void Real_time_scheduling_is_done_or_explained()
    {
        string? problem = "not run";
        string policy = "";
        string child = "";
        Thread thread = new(() =>
        {
            problem = RealtimeScheduling.UseFifo(10);
            policy = Policy();
            Thread inherited = new(() => child = Policy());
            inherited.Start();
            inherited.Join();
        });
        thread.Start();
        thread.Join();

        // Field 41 of /proc/thread-self/stat: 1 is SCHED_FIFO, 0 SCHED_OTHER (proc(5)).
        Assert.Equal(problem is null ? "1" : "0", policy);
        Assert.Equal("0", child);
        Assert.Contains("1 to 99", RealtimeScheduling.UseFifo(0), StringComparison.Ordinal);

        static string Policy()
        {
            string stat = File.ReadAllText("/proc/thread-self/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[38];
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Systemd_is_told(bool isAbstract)
    {
        string name = Path.Combine(Path.GetTempPath(), $"hs-notify-{Random.Shared.Next():x}");
        using Socket systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        systemd.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + name : name));
        try
        {
            using ServiceNotification notification = new(isAbstract ? "@" + name : name, null);
            Assert.True(notification.Connected);
            Assert.Null(notification.Problem);

            notification.Ready("BACKUP of\nVI_1");
            Assert.Equal("READY=1\nSTATUS=BACKUP of VI_1", Receive());
            notification.Status("MASTER");
            Assert.Equal("STATUS=MASTER", Receive());
            notification.Watchdog();
            Assert.Equal("WATCHDOG=1", Receive());
            long before = KernelMonotonic() / 1000;
            notification.Reloading();
            string[] reloading = Receive().Split("\nMONOTONIC_USEC=");
            Assert.Equal("RELOADING=1", reloading[0]);
            Assert.InRange(long.Parse(reloading[1], System.Globalization.CultureInfo.InvariantCulture), before, KernelMonotonic() / 1000);
            notification.Stopping();
            Assert.Equal("STOPPING=1", Receive());
        }
        finally
        {
            File.Delete(name);
        }

        string Receive()
        {
            byte[] buffer = new byte[200];
            return System.Text.Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
        }
    }

    [Fact]
    public void Without_systemd_nothing_is_told_and_nothing_fails()
    {
        using ServiceNotification none = new(null, null);
        Assert.False(none.Connected);
        Assert.Null(none.Problem);
        none.Ready("x");

        using ServiceNotification odd = new("vsock:2:1", null);
        Assert.Contains("vsock:2:1", odd.Problem, StringComparison.Ordinal);
        using ServiceNotification gone = new("/nonexistent/socket", null);
        Assert.Contains("/nonexistent/socket", gone.Problem, StringComparison.Ordinal);
        gone.Watchdog();
    }
}
