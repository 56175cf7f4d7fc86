using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>By what neighbours and switches find the addresses of an interface.</summary>
/// <param name="Index">Of the interface.</param>
/// <param name="Mac">Its own MAC address; null on a tunnel.</param>
/// <param name="LowerIndex">Of a VLAN or macvlan the interface below; 0 for none.</param>
/// <param name="MasterIndex">The bridge, bond or VRF that it is a port of; 0 for none.</param>
internal readonly record struct LinkPath(int Index, MacAddress? Mac, int LowerIndex, int MasterIndex)
{
    public static LinkPath Of(LinkState link) => new(
        link.Index, link.MacAddress.Length == EthernetFrame.MacLength ? MacAddress.Read(link.MacAddress) : null, link.LowerIndex, link.MasterIndex);

    /// <summary>What is other than before: "is another interface now (index 7, was 5)".</summary>
    public string Since(LinkPath before) =>
        Index != before.Index ? $"is another interface now (index {Index}, was {before.Index})"
        : Mac != before.Mac ? $"has another MAC address now ({Mac}, was {before.Mac})"
        : LowerIndex != before.LowerIndex ? $"is on another interface now (index {LowerIndex}, was {before.LowerIndex})"
        : MasterIndex != 0 ? $"is a port of another interface now (index {MasterIndex})"
        : "is not a port of another interface any more";
}
