using System.Globalization;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// What is wrong with adverts that are heard and not believed: who sends them, what they say, and what to change. Each allocates; they are made when an alarm
/// begins.
/// </summary>
internal static class DropSentences
{
    private const int MostListed = 4;

    /// <param name="message">The advert, from its first byte on; of a reason before <see cref="DropReason.Version"/> it may be cut short.</param>
    public static string Of(DropReason reason, Address from, ReadOnlySpan<byte> message, VirtualRouterSettings settings)
    {
        string who = Who(from, settings);
        (string what, string remedy) = reason switch
        {
            DropReason.Version => (
                $"advertises in version {message[0] >> 4}, {settings.Name} is set to version {settings.Version}",
                "Give both nodes the same 'version', in the order of docs/import.md (from version 2 to 3)."),
            DropReason.Vrid => OtherVrid(message, from.IsIPv6, settings),
            DropReason.Interval when settings.Version == 2 => (
                $"advertises every {AdvertisementCodec.Read(message).Interval}, {settings.Name} is set to {settings.AdvertisementInterval}, and version 2 can't learn another's interval",
                "Give both nodes the same 'advertInterval'."),
            DropReason.AddressList when settings.Version == 2 => OtherList(message, settings),
            DropReason.AuthType when settings.Password is not null => (
                "advertises without a password, this node is set to one", "Give both nodes the same 'authentication'."),
            DropReason.AuthType or DropReason.AuthTypeUnknown => (
                $"advertises with authentication type {message[4]}, this node uses {(settings.Password is null ? "none (0)" : "a password (1)")}",
                "Give both nodes the same 'authentication'."),
            DropReason.AuthFailure => ("advertises with another password than this node's", "Give both nodes the same 'authentication'."),
            DropReason.HmacUnexpected => (
                $"signs its advertisements, and {settings.Name} has no keys here",
                "Give this node the 'authentication' of that one, or take it off there; docs/authentication.md says in which order."),
            DropReason.HmacMissing => (
                "does not sign its advertisements, and the mode here is enforce",
                "Give that node the keys of this one, or set the mode here to permissive until it has them."),
            DropReason.HmacKey => (
                $"signs with key {HmacTrailer.KeyId(message[^HmacTrailer.Length..])}, which this node does not have; it has {KeyIds(settings)}",
                "Give both nodes the same key files; docs/authentication.md says in which order."),
            DropReason.HmacFailure => (
                $"sends a wrong signature under key {HmacTrailer.KeyId(message[^HmacTrailer.Length..])}: the key of that id is another one there, or somebody forges its advertisements",
                "Compare the key files of both nodes."),
            DropReason.HmacReplay => (
                "sends rightly signed advertisements that are not newer than what was heard of it before: they are repeated, or its clock was stepped back",
                "Compare the clocks of the nodes."),
            DropReason.HmacStale => (
                $"sends rightly signed advertisements, but by this node's clock they were signed longer ago than timeWindow ({settings.Hmac?.Window}): they are delayed or repeated, or its clock is behind",
                "Compare the clocks of the nodes."),
            DropReason.Destination when settings.Unicast is not null => (
                $"sends its advertisements to a group, or to an address that this node does not have, and {settings.Name} is set to unicast here", "Give both nodes the same 'unicast'."),
            DropReason.Destination => (
                $"sends its advertisements to another group, or by unicast, and {settings.Name} listens to {settings.Group} here", "Give both nodes the same 'unicast' and 'multicastGroup'."),
            DropReason.Peer => ("advertises to this node and is none of its unicast peers", "Correct the addresses of the nodes, or take that machine out of their network."),
            DropReason.Ttl when settings.Unicast is not null => (
                $"advertises through a router: the TTL is less than {settings.Unicast.MinimumTtl}", "If that is meant to be, set 'unicast' to a smaller 'minTtl'."),
            DropReason.Type => ("sends packets that are not advertisements", ""),
            DropReason.Length => ("sends advertisements whose length is wrong", ""),
            DropReason.Checksum when settings.StrictChecksum => ("sends a checksum that is wrong, or right only in the other form", ""),
            DropReason.Checksum => ("sends a wrong checksum", "Something on the way changes its packets."),
            DropReason.Interval => ("advertises with the interval 0", ""),
            DropReason.AddressList => ("advertises with a first address that is not link-local", "Put a link-local address first in 'addresses' there."),
            _ => ($"sends advertisements that are dropped ({reason})", ""),
        };
        return $"{who} {what}: its advertisements don't count here, and each of the two may become MASTER. {remedy}".TrimEnd();
    }

    /// <summary>"web2 (192.0.2.12)", or the address of somebody who is not in the file.</summary>
    public static string Who(Address address, VirtualRouterSettings settings)
    {
        for (int i = 0; i < settings.Peers.Count; i++)
        {
            if (settings.Peers[i].Address == address)
            {
                return $"{settings.Peers[i].Name} ({address})";
            }
        }

        return address.ToString();
    }

    /// <summary>The first of them, and how many more.</summary>
    public static string Some(IReadOnlyCollection<Address> addresses) =>
        string.Join(", ", addresses.Take(MostListed))
        + (addresses.Count > MostListed ? string.Create(CultureInfo.InvariantCulture, $" and {addresses.Count - MostListed} more") : "");

    /// <summary>Two lists of virtual addresses, by what only one of them has.</summary>
    public static string Difference(IReadOnlyCollection<Address> theirs, VirtualRouterSettings settings)
    {
        Address[] ours = [.. settings.Addresses.Select(one => one.Address)];
        Address[] onlyTheirs = [.. theirs.Except(ours)];
        Address[] onlyOurs = [.. ours.Except(theirs)];
        return (onlyTheirs.Length, onlyOurs.Length) switch
        {
            (0, 0) => "has one of the virtual addresses twice",
            (0, _) => $"does not have the virtual address{Plural(onlyOurs)} {Some(onlyOurs)} of {settings.Name}",
            (_, 0) => $"has the virtual address{Plural(onlyTheirs)} {Some(onlyTheirs)}, which {settings.Name} does not have here",
            _ => $"has {Some(onlyTheirs)} where {settings.Name} has {Some(onlyOurs)}",
        };
    }

    /// <summary>The addresses of a whole advert.</summary>
    public static Address[] List(ReadOnlySpan<byte> message, bool isIPv6)
    {
        int size = isIPv6 ? 16 : 4;
        Address[] list = new Address[Math.Min(message[3], (message.Length - AdvertisementCodec.HeaderLength) / size)];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = Address.Read(message.Slice(AdvertisementCodec.HeaderLength + (i * size), size));
        }

        return list;
    }

    private static (string What, string Remedy) OtherList(ReadOnlySpan<byte> message, VirtualRouterSettings settings) => (
        $"{Difference(List(message, settings.IsIPv6), settings)}, and version 2 wants the same list everywhere", "Give both nodes the same 'addresses'.");

    private static (string What, string Remedy) OtherVrid(ReadOnlySpan<byte> message, bool isIPv6, VirtualRouterSettings settings)
    {
        Address[] common = [.. List(message, isIPv6).Intersect(settings.Addresses.Select(one => one.Address))];
        string version = message[0] >> 4 == settings.Version ? "" : $" in version {message[0] >> 4}, which is not {settings.Version} either";
        return (
            $"advertises {Some(common)} with VRID {message[1]}{version}, {settings.Name} has VRID {settings.Vrid}",
            "Give both nodes the same 'vrid'; or, if that is another virtual router, other addresses.");
    }

    private static string Plural(Address[] addresses) => addresses.Length == 1 ? "" : "es";

    private static string KeyIds(VirtualRouterSettings settings) => string.Join(", ", settings.Hmac?.Keys.Select(key => key.Id) ?? []);
}
