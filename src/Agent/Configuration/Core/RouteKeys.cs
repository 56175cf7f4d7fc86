using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of one entry of <c>routes</c> and of <c>rules</c>.</summary>
internal static class RouteKeys
{
    /// <summary>The kernel's own rules begin at 32766.</summary>
    private const long LastPriority = 32765;

    private static readonly IntegerShape TableNumber = new(1, uint.MaxValue);

    public static readonly Member<AddressPrefix?> To = new("to", new DestinationShape(), "\"default\", or the destination as \"address/prefix length\" without host bits.")
    {
        Required = true,
        Aliases = ["dst", "destination"],
    };

    public static readonly Member<Address> Via = new("via", new AddressShape(), "The gateway; left out, the destination is on the link.")
    {
        Aliases = ["gw", "gateway"],
    };

    public static readonly Member<string> Device = new("device", Names.Interface, "The interface; left out, the virtual router's.")
    {
        Aliases = ["dev", "interface", "oif"],
    };

    public static readonly Member<Address> Source = new(
        "source", new AddressShape(), "The source address of what this node sends by the route, for example a virtual address.")
    {
        Aliases = ["src"],
    };

    public static readonly Member<long> Metric = new("metric", new IntegerShape(0, uint.MaxValue), "Less is preferred; 0: the kernel's default (IPv4 0, IPv6 1024).")
    {
        Default = "0",
        Aliases = ["preference"],
    };

    public static readonly Member<long> Table = new("table", TableNumber, "The routing table; 254 is main.")
    {
        Default = "254",
    };

    public static readonly Member<AddressScope> Scope = new(
        "scope",
        AddressKeys.ScopeWord,
        "IPv4: left out, link without a gateway, else global.");

    public static readonly ObjectShape Route = new(To, Via, Device, Source, Metric, Table, Scope);

    public static readonly Member<AddressPrefix> From = new("from", new PrefixShape(), "The source addresses it is for, as \"address/prefix length\" without host bits.")
    {
        Aliases = ["src", "source"],
    };

    public static readonly Member<AddressPrefix> RuleTo = new("to", new PrefixShape(), "The destinations it is for, as \"address/prefix length\" without host bits.")
    {
        Aliases = ["dst", "destination"],
    };

    public static readonly Member<long> RuleTable = new("table", TableNumber, "The routing table such packets are looked up in.")
    {
        Required = true,
        Aliases = ["lookup"],
    };

    public static readonly Member<long> Priority = new(
        "priority", new IntegerShape(1, LastPriority), "Its place among the rules, 1..32765: less is asked first. The kernel's own are 0, 32766 and 32767.")
    {
        Required = true,
        Aliases = ["preference", "pref", "order"],
    };

    public static readonly ObjectShape Rule = new(From, RuleTo, RuleTable, Priority);
}
