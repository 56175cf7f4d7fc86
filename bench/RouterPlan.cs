using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>The one virtual router of a scene; the same for every agent.</summary>
/// <param name="Vip">The virtual address.</param>
/// <param name="Interval">Of the advertisements.</param>
/// <param name="Priorities">Of the nodes, in the order of the scene.</param>
internal sealed record RouterPlan(AddressPrefix Vip, Duration Interval, IReadOnlyList<byte> Priorities)
{
    public const string Name = "VI_1";
    public const string Interface = "eth0";
    public const byte Vrid = 51;
    public const byte Version = 3;

    public Duration SkewTime(int node) => ElectionTimesOf(node).Skew;

    public Duration MasterDownInterval(int node) => ElectionTimesOf(node).MasterDown;

    /// <summary>RFC 9568 6.1.</summary>
    private (Duration Skew, Duration MasterDown) ElectionTimesOf(int node)
    {
        var skew = new Duration((256 - Priorities[node]) * Interval.Nanoseconds / 256);
        return (skew, (3 * Interval) + skew);
    }
}
