using System.Globalization;

namespace HotStandby.Agent.Vrrp;

/// <summary>A route or a rule that moves with the role.</summary>
public abstract record RoutingEntry
{
    /// <summary>RT_TABLE_MAIN.</summary>
    public const uint MainTable = 254;

    public abstract bool IsIPv6 { get; }
}

/// <summary>A unicast route, as ip-route(8) has it.</summary>
/// <param name="To">Without host bits; length 0 for the default route.</param>
public sealed record VirtualRoute(AddressPrefix To) : RoutingEntry
{
    /// <summary>The gateway; null: the destination is on the link.</summary>
    public Address? Via { get; init; }

    /// <summary>Null: the interface of the virtual router.</summary>
    public string? Device { get; init; }

    /// <summary>The source address of what takes the route (RTA_PREFSRC); null: as the kernel chooses.</summary>
    public Address? Source { get; init; }

    /// <summary>RTA_PRIORITY; 0: the kernel's default, 0 for IPv4 and 1024 for IPv6.</summary>
    public uint Metric { get; init; }

    public uint Table { get; init; } = MainTable;

    /// <summary>IPv4; null: link without a gateway, else global.</summary>
    public AddressScope? Scope { get; init; }

    public override bool IsIPv6 => To.Address.IsIPv6;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"route {To}{Part("via", Via)}{Part("dev", Device)}{Part("src", Source)}{Part("metric", Metric == 0 ? null : Metric)}{Part("table", Table == MainTable ? null : Table)}{Part("scope", Scope?.ToString().ToLower(CultureInfo.InvariantCulture))}");

    private static string Part(string name, object? value) => value is null ? "" : string.Create(CultureInfo.InvariantCulture, $" {name} {value}");
}

/// <summary>A rule that sends packets to a routing table, as ip-rule(8) has it; at least one of the two prefixes is there.</summary>
/// <param name="From">Of the source address; null for any.</param>
/// <param name="To">Of the destination; null for any.</param>
/// <param name="Table">1 or more.</param>
/// <param name="Priority">1..32765; less is asked first.</param>
public sealed record VirtualRule(AddressPrefix? From, AddressPrefix? To, uint Table, uint Priority) : RoutingEntry
{
    public override bool IsIPv6 => (From ?? To)?.Address.IsIPv6 == true;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"rule{(From is AddressPrefix from ? $" from {from}" : "")}{(To is AddressPrefix to ? $" to {to}" : "")} table {Table} priority {Priority}");
}
