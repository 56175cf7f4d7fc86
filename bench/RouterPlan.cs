using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>The one virtual router of a scene; the same for every agent.</summary>
/// <param name="Vip">The virtual address.</param>
/// <param name="Interval">Of the advertisements.</param>
/// <param name="Priorities">Of the nodes, in the order of the scene.</param>
/// <param name="Tracked">Each agent watches its node's <see cref="TrackedThing"/>; failing is FAULT.</param>
internal sealed record RouterPlan(AddressPrefix Vip, Duration Interval, IReadOnlyList<byte> Priorities, bool Tracked = false)
{
    public const string Name = "VI_1";
    public const string Interface = "eth0";
    public const byte Vrid = 51;
    public const byte Version = 3;

    public Duration SkewTime(int node) => ElectionTimes.SkewTime(Version, Priorities[node], Interval);

    public Duration MasterDownInterval(int node) => ElectionTimes.MasterDownInterval(Version, Priorities[node], Interval, adverts: 3);
}
