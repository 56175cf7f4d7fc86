using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>The one virtual router of a scene; the same for every agent.</summary>
/// <param name="Vip">The virtual address.</param>
/// <param name="Interval">Of the advertisements.</param>
/// <param name="Priorities">Of the nodes, in the order of the scene.</param>
/// <param name="Routers">How many virtual routers, 1 to 250, on the one interface: the first is this one, the others are like it.</param>
/// <param name="Tracked">Each agent watches its node's <see cref="TrackedThing"/>; failing is FAULT.</param>
internal sealed record RouterPlan(AddressPrefix Vip, Duration Interval, IReadOnlyList<byte> Priorities, bool Tracked = false, int Routers = 1)
{
    public const string Name = "VI_1";
    public const string Interface = "eth0";
    public const byte Vrid = 51;
    public const byte Version = 3;

    /// <summary>Of the virtual router with that number, from 0 on.</summary>
    public AddressPrefix VipOf(int router) => router == 0 ? Vip : new(Agent.Vrrp.Address.Parse($"10.99.1.{router}"), 32);

    /// <summary>Its name.</summary>
    public static string NameOf(int router) => $"VI_{router + 1}";

    /// <summary>Its VRID.</summary>
    public static byte VridOf(int router) => (byte)(router == 0 ? Vrid : router < Vrid ? router : router + 1);

    public Duration SkewTime(int node) => ElectionTimes.SkewTime(Version, Priorities[node], Interval);

    public Duration MasterDownInterval(int node) => ElectionTimes.MasterDownInterval(Version, Priorities[node], Interval, adverts: 3);
}
