using System.Text.RegularExpressions;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of a virtual address that is more than its text.</summary>
internal static partial class AddressKeys
{
    /// <summary>IFNAMSIZ leaves 15 characters.</summary>
    private const int LongestLabel = 15;

    public static readonly Member<AddressPrefix> Address = new("address", new PrefixShape(), "The address with the prefix length of its subnet; with a peer, of the peer's.")
    {
        Required = true,
        Aliases = ["ip", "vip", "local"],
    };

    public static readonly Member<string> Device = new(
        "device", Names.Interface, "The interface it is on; left out, the virtual router's. Watched as that one is: down is FAULT. Not with useVmac.")
    {
        Aliases = ["dev", "interface"],
    };

    public static readonly Member<string> Label = new(
        "label",
        new TextShape { Shortest = 1, Longest = LongestLabel, Pattern = Visible(), PatternInWords = "a text without white space" },
        "IPv4: the label that ip address shows; begins with the interface's name, or ifconfig does not show the address: \"eth0:1\".");

    public static readonly WordShape<AddressScope> ScopeWord = new(
        ("global", AddressScope.Global), ("site", AddressScope.Site), ("link", AddressScope.Link), ("host", AddressScope.Host));

    public static readonly Member<AddressScope> Scope = new(
        "scope",
        ScopeWord,
        "IPv4: where the address is valid; left out, global. The kernel wants the same for all addresses of a subnet on an interface.");

    public static readonly Member<Address> Peer = new(
        "peer", new AddressShape(), "The other end of a point to point link: the prefix length is that of its subnet then.")
    {
        Aliases = ["remote"],
    };

    public static readonly Member<Address> Broadcast = new("broadcast", new AddressShape(), "IPv4: the broadcast address; left out, none.")
    {
        Aliases = ["brd"],
    };

    public static readonly Member<bool> NoPrefixRoute = new(
        "noPrefixRoute", new BooleanShape(), "Whether the kernel makes no route to the subnet of the address.")
    {
        Default = "false",
    };

    public static readonly Member<bool> PreferredSource = new(
        "preferredSource", new BooleanShape(), "IPv6: whether it may be chosen as a source address; left out, connections of this node never come from it by themselves.")
    {
        Default = "false",
        Aliases = ["preferred_lft", "deprecated"],
    };

    public static readonly ObjectShape Shape = new(Address, Device, Label, Scope, Peer, Broadcast, NoPrefixRoute, PreferredSource);

    [GeneratedRegex("^[!-~]+\\z")]
    private static partial Regex Visible();
}
