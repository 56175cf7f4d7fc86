using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Wire;

/// <summary>Waits as the loop does: on the descriptor. A frame that does not wake the loop is a lost one.</summary>
internal static class Readable
{
    /// <summary>Until something waits there, at most 15 s.</summary>
    public static void Wait(int descriptor)
    {
        using Epoll epoll = new();
        using DeadlineTimer bound = new();
        bound.Arm(MonotonicClock.Now + Duration.FromSeconds(15));
        epoll.Add(descriptor, 1);
        epoll.Add(bound.Descriptor, 2);
        Span<int> ready = stackalloc int[2];
        int count = epoll.Wait(ready);
        Assert.False(ready[..count].Contains(2), "No frame within 15 s.");
    }
}
