using System.Globalization;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>What no two agents of a network namespace may run at once.</summary>
/// <param name="Interface">
/// As the kernel names it: what it has of an agent has this name, and an alternative one is the same interface. As the file names it while there is none.
/// </param>
public readonly record struct RouterIdentity(string Interface, bool IsIPv6, byte Vrid)
{
    /// <summary>With the name that the kernel has now for the interface of this name or alternative name.</summary>
    public static RouterIdentity On(string device, bool isIPv6, byte vrid) => new(LibC.KernelName(device), isIPv6, vrid);

    /// <summary>
    /// A virtual address instead of a virtual router (<see cref="Vrid"/> is 0 then): under another VRID it is the same in the kernel, and the mark that it has
    /// there does not tell agents apart. The first of each virtual router stands for the others: each costs a descriptor.
    /// </summary>
    public Address? Address { get; init; }

    /// <summary>Of a virtual address on the interface of this name or alternative name.</summary>
    public static RouterIdentity Of(string device, Address address) => new(LibC.KernelName(device), address.IsIPv6, 0) { Address = address };

    public override string ToString() => Address is Address address ? $"the virtual address {address} on {Interface}" : string.Create(CultureInfo.InvariantCulture, $"virtual router {Vrid} ({(IsIPv6 ? "IPv6" : "IPv4")}) on {Interface}");
}
