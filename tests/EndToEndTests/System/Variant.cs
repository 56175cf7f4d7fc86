using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>One way to speak VRRP, for tests that must hold in all of them: v2, v3 or v3 with IPv6, always VRID 51.</summary>
internal sealed record Variant(byte Version, Duration Interval, params IReadOnlyList<string> Addresses)
{
    public const string Router = "VI_1";
    public const byte Vrid = 51;

    private static readonly string[] KeepalivedUseVmac = ["use_vmac"];

    /// <summary>Of the theories; v3-message-only is IPv4 with the checksum of RFC 9568.</summary>
    public static Variant Named(string name) => name switch
    {
        "v2" => new(2, Duration.FromSeconds(1), "10.77.0.100/24"),
        "v2-pass" => new(2, Duration.FromSeconds(1), "10.77.0.100/24") { Password = "s3cr3t" },
        "v3" => new(3, Duration.FromMilliseconds(500), "10.77.0.100/24"),
        "v3-message-only" => new(3, Duration.FromMilliseconds(500), "10.77.0.100/24") { Checksum = "messageOnly" },
        "v3-vmac" => Named("v3") with { UseVmac = true },
        "v3-ipv6-vmac" => Named("v3-ipv6") with { UseVmac = true },
        "v3-ipv6" => new(3, Duration.FromMilliseconds(500), "fe80::77:100/64", "fd77::100/64"),
        _ => throw new ArgumentException($"No variant '{name}'.", nameof(name)),
    };

    public string? Checksum { get; init; }

    /// <summary>The addresses have the virtual MAC address, on both sides.</summary>
    public bool UseVmac { get; init; }

    /// <summary>Version 2: keepalived's auth_type PASS.</summary>
    public string? Password { get; init; }

    public bool IsIPv6 => Addresses.Count > 1;

    /// <summary>The address whose holder is looked for.</summary>
    public Address Vip => Address.Parse(Addresses[^1].Split('/')[0]);

    /// <summary>As ip(8) shows an address of the file when it is bound.</summary>
    public static string Bound(string address) => address.Contains(':', StringComparison.Ordinal) ? address : $"{address.Split('/')[0]}/32";

    public RouterEntry RouterEntry => new(Router, Vrid, Addresses)
    {
        Version = Version,
        AdvertInterval = $"{Interval.Milliseconds}ms",
        Checksum = Checksum,
        Password = Password,
        UseVmac = UseVmac,
    };

    public KeepalivedInstance Keepalived(byte priority) => new(
        Router,
        Vrid,
        "eth0",
        priority,
        [.. Addresses.Select(Prefix)],
        Version,
        Interval,
        ExtraLines:
        [
            .. Password is null ? Array.Empty<string>() : ["authentication {", "    auth_type PASS", $"    auth_pass {Password}", "}"],
            .. UseVmac ? KeepalivedUseVmac : [],
        ]);

    /// <summary>Skew_Time of a priority, from the formulas of RFC 3768 and RFC 9568, not from the agent's code.</summary>
    public Duration Skew(byte priority) => Skew(priority, Interval);

    /// <summary>Skew_Time when the last interval heard was another one.</summary>
    public Duration Skew(byte priority, Duration heard) => Version == 2
        ? new Duration((256 - priority) * 1_000_000_000L / 256)
        : new Duration((256 - priority) * heard.Nanoseconds / 256);

    /// <summary>Master_Down_Interval of a priority.</summary>
    public Duration MasterDown(byte priority) => (3 * Interval) + Skew(priority);

    private static AddressPrefix Prefix(string text)
    {
        string[] parts = text.Split('/');
        return new AddressPrefix(Address.Parse(parts[0]), byte.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
