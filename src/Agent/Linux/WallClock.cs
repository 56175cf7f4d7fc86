using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Linux;

/// <summary>CLOCK_REALTIME, for the sequences of signed adverts and nothing else: it is stepped, so no deadline may come from it.</summary>
public static class WallClock
{
    private const int NanosecondsPerTick = 100;

    public static WallStamp Now => WallStamp.FromUnix((DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick);
}
