using System.Globalization;

namespace HotStandby.Agent.Linux;

/// <summary>What no two agents of a network namespace may run at once.</summary>
/// <param name="Interface">
/// As the kernel names it: what it has of an agent has this name, and an alternative one is the same interface. As the file names it while there is none.
/// </param>
public readonly record struct RouterIdentity(string Interface, bool IsIPv6, byte Vrid)
{
    /// <summary>With the name that the kernel has now for the interface of this name or alternative name.</summary>
    public static RouterIdentity On(string device, bool isIPv6, byte vrid) => new(LibC.KernelName(device), isIPv6, vrid);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"virtual router {Vrid} ({(IsIPv6 ? "IPv6" : "IPv4")}) on {Interface}");
}
