using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of a virtual router's <c>unicast</c>, when it is an object.</summary>
internal static class UnicastKeys
{
    public static readonly AddressShape Peer = new();

    public static readonly Member Peers = new(
        "peers",
        new ListShape(Peer, 1, 32),
        "Addresses of all that take part, each node leaves itself out; left out, the nodes of this file. IPv6: link-local ones.")
    {
        Aliases = ["unicast_peer", "peer", "nodes"],
    };

    public static readonly Member<long> MinimumTtl = new(
        "minTtl",
        new IntegerShape(1, 255),
        "The least TTL (IPv6: hop limit) of an advert that is accepted, 1..255. 255: nothing that a router forwarded; each router on the way takes one.")
    {
        Default = "255",
        Aliases = ["min_ttl", "ttl"],
    };

    public static readonly Member<bool> CheckSource = new(
        "checkSource", new BooleanShape(), "Whether adverts from others than the peers are dropped.")
    {
        Default = "true",
        Aliases = ["check_unicast_src"],
    };

    public static readonly ObjectShape Shape = new(Peers, MinimumTtl, CheckSource);
}
