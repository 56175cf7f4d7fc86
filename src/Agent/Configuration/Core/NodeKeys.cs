using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of one node.</summary>
internal static class NodeKeys
{
    public static readonly Member<Address> Address = new(
        "address", new AddressShape(), "The node's own address on the network of the virtual addresses, without a prefix length.")
    {
        Required = true,
        Aliases = ["ip", "unicast_src_ip", "mcast_src_ip"],
    };

    public static readonly Member<long> Priority = new(
        "priority",
        new IntegerShape(1, 255),
        "Priority for every virtual router, 1..255; the greatest is preferred. 255 is for the owner of the virtual address only (RFC 9568 5.2.4).")
    {
        Required = true,
    };

    public static readonly Member<long> OverridePriority = new(
        "priority", new IntegerShape(1, 255), "Priority of this node for this virtual router, 1..255; left out, the node's own.");

    public static readonly Member<string> OverrideInterface = new(
        "interface", Names.Interface, "Interface of this virtual router on this node; left out, the virtual router's own.");

    public static readonly Member<Address> OverrideSource = new(
        "sourceAddress",
        new AddressShape(),
        "The address adverts of this virtual router come from on this node; the interface must have it. Left out: the node's address, or the interface's own.")
    {
        Aliases = ["mcast_src_ip", "unicast_src_ip"],
    };

    public static readonly Member OverrideDevices = new(
        "devices",
        new MapShape(Names.Interface, Names.Interface),
        "What the interfaces that the addresses of this virtual router name as device are called on this node: { \"eth1\": \"ens4\" }.");

    public static readonly ObjectShape Override = new(OverridePriority, OverrideInterface, OverrideSource, OverrideDevices);

    public static readonly Member VirtualRouters = new(
        "virtualRouters", new MapShape(Names.Id, Override), "What differs on this node, by the name of the virtual router.");

    public static readonly ObjectShape Shape = new(Address, Priority, VirtualRouters)
    {
        Elsewhere = new Dictionary<string, string>
        {
            ["interface"] = "The interface stands under virtualRouters; where it differs on this node, write \"virtualRouters\": { \"NAME\": { \"interface\": \"eth1\" } } here.",
            ["state"] = "No node has a fixed state: the node with the greater priority becomes MASTER.",
        },
    };
}
