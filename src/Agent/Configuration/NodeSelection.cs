using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration;

/// <summary>Which node of the file this machine is.</summary>
public static class NodeSelection
{
    /// <summary>
    /// Takes the node that was asked for, else the one with this host's name (full, else its first label), else the one with an address of
    /// this machine. Null when none fits, more than one fits, or name and address say different nodes: two machines that believe they are
    /// the same node would both be master.
    /// </summary>
    /// <param name="config">The file.</param>
    /// <param name="requested">The value of <c>--node</c>; null when it was not given.</param>
    /// <param name="hostName">This machine's name; may be empty.</param>
    /// <param name="ownAddresses">The addresses of this machine; empty when unknown.</param>
    /// <param name="why">One sentence for the operator, whatever comes of it.</param>
    public static NodeConfig? Choose(
        HotStandbyConfig config, string? requested, string hostName, IReadOnlyCollection<Address> ownAddresses, out string why)
    {
        string known = Wording.OneOf(config.Nodes.Select(one => one.Name));
        if (requested is not null)
        {
            NodeConfig? asked = config.Nodes.FirstOrDefault(one => SameName(one.Name, requested));
            string? guess = Nearest.To(requested, config.Nodes.Select(one => one.Name));
            why = asked is not null
                ? $"This is node {Wording.Quote(asked.Name)}, as --node says."
                : $"No node is named {Wording.Quote(requested)} (--node); it could be {(guess is null ? known : Wording.Quote(guess))}.";
            return asked;
        }

        string host = Wording.Quote(hostName);
        NodeConfig[] named = Named(config, hostName);
        NodeConfig[] addressed = [.. config.Nodes.Where(one => ownAddresses.Contains(one.Address))];
        if (named.Length > 1)
        {
            why = $"The host name {host} fits more than one node: say with --node which of {Wording.OneOf(named.Select(one => one.Name))} this is.";
            return null;
        }

        if (named.Length == 1)
        {
            if (addressed.Length > 0 && !addressed.Contains(named[0]))
            {
                why = $"The host name says {Wording.Quote(named[0].Name)}, but this machine has the address {addressed[0].Address} of node "
                    + $"{Wording.Quote(addressed[0].Name)}: say with --node which of {known} this is.";
                return null;
            }

            why = $"This is node {Wording.Quote(named[0].Name)}, by its host name {host}.";
            return named[0];
        }

        if (addressed.Length == 1)
        {
            why = $"This is node {Wording.Quote(addressed[0].Name)}, by its address {addressed[0].Address}; no node has the host name {host}.";
            return addressed[0];
        }

        why = addressed.Length == 0
            ? $"No node has the host name {host} or an address of this machine: say with --node which of {known} this is."
            : $"This machine has the addresses of more than one node: say with --node which of {Wording.OneOf(addressed.Select(one => one.Name))} this is.";
        return null;
    }

    private static NodeConfig[] Named(HotStandbyConfig config, string hostName)
    {
        if (hostName.Length == 0)
        {
            return [];
        }

        NodeConfig[] full = [.. config.Nodes.Where(one => SameName(one.Name, hostName))];
        return full.Length > 0 ? full : [.. config.Nodes.Where(one => FitsShort(one.Name, hostName))];
    }

    // One of the two is short: "web1" and "web1.example.org" are the same machine, "web1.a" and "web1.b" are not.
    private static bool FitsShort(string node, string host) =>
        (!node.Contains('.') || !host.Contains('.')) && SameName(FirstLabel(node), FirstLabel(host));

    private static string FirstLabel(string name) => name.Split('.')[0];

    private static bool SameName(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
