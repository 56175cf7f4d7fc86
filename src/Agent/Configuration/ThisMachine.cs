using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration;

/// <summary>What a check of a file knows of the machine it runs on, which may be one of the file's nodes.</summary>
/// <param name="HostName">May be empty.</param>
/// <param name="Addresses">Of all interfaces.</param>
/// <param name="Interfaces">Names of all interfaces.</param>
/// <param name="Find">Whether there is an interface of a name.</param>
public sealed record ThisMachine(string HostName, IReadOnlyCollection<Address> Addresses, IReadOnlyCollection<string> Interfaces, Func<string, bool> Find)
{
    /// <summary>Why an interface that is there can never do for a virtual router on a node, with the remedy; null: nothing speaks against it.</summary>
    public Func<VirtualRouterConfig, NodeConfig, string?> Unfit { get; init; } = (_, _) => null;
}
