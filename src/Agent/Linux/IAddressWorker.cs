using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>Who is asked to change the kernel's addresses, routes and filters. Asking never blocks; the answer comes later, in the order of the requests.</summary>
public interface IAddressWorker
{
    /// <summary>As <see cref="AddressBinder.Bind(int, IReadOnlyList{AddressPrefix}, uint, int, IReadOnlyDictionary{AddressPrefix, AddressAttributes}?)"/>; completes with <see cref="AddressWorkKind.Bound"/>.</summary>
    /// <param name="device">Bind to the macvlan that has this virtual MAC address, which is made if need be.</param>
    /// <param name="attributes">Of the addresses that have any.</param>
    void Bind(
        object owner,
        int interfaceIndex,
        IReadOnlyList<AddressPrefix> addresses,
        uint lifetimeSeconds,
        VirtualMac? device = null,
        IReadOnlyDictionary<AddressPrefix, AddressAttributes>? attributes = null);

    /// <summary>
    /// As <see cref="AddressBinder.Renew(int, IReadOnlyList{AddressPrefix}, uint)"/>; completes with <see cref="AddressWorkKind.Renewed"/>.
    /// A renewal that is carried out later than its lifetime after it was asked for fails instead: the agent was frozen, its addresses
    /// are gone and perhaps another node's.
    /// </summary>
    void Renew(object owner, int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, uint lifetimeSeconds, VirtualMac? device = null);

    /// <summary>As <see cref="AddressBinder.Release"/>; completes with <see cref="AddressWorkKind.Released"/>.</summary>
    /// <param name="device">The macvlan they are on.</param>
    /// <param name="remove">Whether the macvlan goes after them.</param>
    void Release(object owner, int interfaceIndex, IReadOnlyList<AddressPrefix> addresses, VirtualMac? device = null, bool remove = false);

    /// <summary>As <see cref="AddressBinder.RemoveForeign"/>; completes with <see cref="AddressWorkKind.Cleared"/>.</summary>
    void Clear(object owner, int interfaceIndex, AddressPrefix address);

    /// <summary>As <see cref="RouteBinder.Install(IReadOnlyList{RoutingEntry})"/>; completes with <see cref="AddressWorkKind.Routed"/>.</summary>
    void InstallRoutes(object owner, IReadOnlyList<RoutingEntry> entries);

    /// <summary>As <see cref="RouteBinder.Remove(IReadOnlyList{RoutingEntry})"/>; completes with <see cref="AddressWorkKind.Routed"/>.</summary>
    void RemoveRoutes(object owner, IReadOnlyList<RoutingEntry> entries);

    /// <summary>
    /// From now on the owner's addresses are bound and renewed only while this filter is in force; null: without one. Completes with
    /// <see cref="AddressWorkKind.Filtered"/>. What is loaded when the worker is disposed of is taken out then.
    /// </summary>
    void Filter(object owner, AcceptFilter? filter);
}
