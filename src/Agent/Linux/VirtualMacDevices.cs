using System.Globalization;

namespace HotStandby.Agent.Linux;

/// <summary>
/// The macvlan interfaces that carry virtual addresses with a virtual MAC address (vrrp.md 6.2), and the settings they need of the kernel.
/// On IPv4 the interface below would answer for the virtual address too, and ask in its name, with its own MAC address: while a macvlan is
/// there, its arp_ignore is at least 1 and its arp_announce at least 2. What they were is written into the macvlan's alias, so that whoever
/// removes it can put them back, also when the agent that made it was killed. Its calls wait for the kernel, so they belong on
/// <see cref="AddressWorker"/>. Not thread safe.
/// </summary>
public sealed class VirtualMacDevices : IDisposable
{
    private const string Mark = "hotstandby";

    private readonly LinkRequests _links = new();
    private readonly Dictionary<VirtualMac, int> _raised = [];

    /// <summary>By the index of the interface below: what its settings were, for as long as a macvlan for IPv4 is on it.</summary>
    private readonly Dictionary<int, Before> _before = [];

    /// <summary>What the interface below had before the first macvlan came.</summary>
    private readonly record struct Before(int ArpIgnore, int ArpAnnounce)
    {
        public string ToAlias() => string.Create(CultureInfo.InvariantCulture, $"{Mark} arp_ignore={ArpIgnore} arp_announce={ArpAnnounce}");

        public static Before? FromAlias(string alias)
        {
            string[] words = alias.Split(' ');
            return words is [Mark, _, _] && Value(words[1], "arp_ignore=") is int ignore && Value(words[2], "arp_announce=") is int announce
                ? new(ignore, announce)
                : null;
        }

        private static int? Value(string word, string name) =>
            word.StartsWith(name, StringComparison.Ordinal)
            && int.TryParse(word.AsSpan(name.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                ? value
                : null;
    }

    /// <summary>The macvlan is there and up, and every setting is in force; a setting that somebody changed is set again.</summary>
    /// <param name="index">The macvlan's index; -1 when it failed.</param>
    /// <returns>null, or a sentence that says why not: then no macvlan is left.</returns>
    public string? Raise(VirtualMac mac, out int index)
    {
        if (_raised.TryGetValue(mac, out index) && _links.SetUp(index) == 0)
        {
            return Demand(mac);
        }

        string? problem = Create(mac, out index);
        if (problem is not null)
        {
            index = -1;
            Lower(mac);
        }

        return problem;
    }

    /// <summary>Removes the macvlan; with the last one on an interface its settings are as they were. Nothing when it was not raised.</summary>
    public void Lower(VirtualMac mac)
    {
        if (!_raised.Remove(mac, out int index))
        {
            return;
        }

        // First the settings: killed in between, the alias still tells the next run.
        if (!mac.IsIPv6 && !_raised.Keys.Any(other => !other.IsIPv6 && other.InterfaceIndex == mac.InterfaceIndex)
            && _before.Remove(mac.InterfaceIndex, out Before before))
        {
            Restore(mac.Interface, before);
        }

        _ = _links.Delete(index);
    }

    /// <summary>Whether the macvlan is raised, and its index.</summary>
    public bool TryFind(VirtualMac mac, out int index) => _raised.TryGetValue(mac, out index);

    /// <summary>Removes what an agent that died left behind, and puts the settings back.</summary>
    /// <param name="isOurs">Given VRID, family and the interface below, whether it goes.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="LinuxException">The interfaces can't be listed.</exception>
    public int SweepLeftovers(Func<byte, bool, string, bool> isOurs)
    {
        List<LinkMessage> links = _links.List();
        int removed = 0;
        foreach (LinkMessage link in links)
        {
            if (VirtualMac.Of(link.Name, link.MacAddress) is not (byte vrid, bool isIPv6))
            {
                continue;
            }

            LinkMessage? below = links.Find(lower => lower.Index == link.LowerIndex);
            if (!isOurs(vrid, isIPv6, below?.Name ?? ""))
            {
                continue;
            }

            // The settings are those of the interface, and another agent's macvlan may need them still.
            bool isLast = !links.Exists(other => other.Index != link.Index && other.LowerIndex == link.LowerIndex
                && VirtualMac.Of(other.Name, other.MacAddress) is (byte otherVrid, false) && !isOurs(otherVrid, false, below?.Name ?? ""));
            if (isLast && below is not null && Before.FromAlias(link.Alias) is Before before)
            {
                Restore(below.Name, before);
            }

            removed += _links.Delete(link.Index) == 0 ? 1 : 0;
        }

        return removed;
    }

    public void Dispose() => _links.Dispose();

    private string? Create(VirtualMac mac, out int index)
    {
        index = -1;
        int errno = _links.CreateMacvlan(mac, out string? reason);
        if (errno is not (0 or Errno.EEXIST))
        {
            string why = reason is null ? "" : $" ({reason.TrimEnd('.')})";
            return $"Can't make {mac.DeviceName} with {VirtualMac.Text(mac.Vrid, mac.IsIPv6)} on {mac.Interface}: {Errno.Sentence(errno)}{why}.";
        }

        LinkMessage? made;
        try
        {
            made = _links.List().Find(link => link.Name == mac.DeviceName);
        }
        catch (LinuxException error)
        {
            RemoveNew(mac, errno);
            return error.Message;
        }

        if (made is null || made.LowerIndex != mac.InterfaceIndex || VirtualMac.Of(made.Name, made.MacAddress) is null)
        {
            RemoveNew(mac, errno);
            return errno == 0
                ? $"The kernel did not put {mac.DeviceName} on {mac.Interface}, but on the interface below that."
                : $"There is an interface {mac.DeviceName} already, which is not this virtual router's.";
        }

        index = made.Index;
        _raised[mac] = index;
        _ = _links.SetAlias(index, mac.IsIPv6 ? Mark : Remember(mac, made.Alias).ToAlias());
        if (Demand(mac) is string problem)
        {
            return problem;
        }

        errno = _links.SetUp(index);
        return errno == 0 ? null : $"Can't set {mac.DeviceName} up: {Errno.Sentence(errno)}.";
    }

    /// <summary>What was made a moment ago and is of no use stays behind for nobody.</summary>
    /// <param name="errno">Of making it: 0, or it was there before.</param>
    private void RemoveNew(VirtualMac mac, int errno)
    {
        if (errno == 0 && LibC.InterfaceIndex(mac.DeviceName) is > 0 and uint index)
        {
            _ = _links.Delete((int)index);
        }
    }

    private Before Remember(VirtualMac mac, string alias)
    {
        if (!_before.TryGetValue(mac.InterfaceIndex, out Before before))
        {
            before = Before.FromAlias(alias)
                ?? new(Below(mac, "arp_ignore").Read() ?? 0, Below(mac, "arp_announce").Read() ?? 0);
            _before.Add(mac.InterfaceIndex, before);
        }

        return before;
    }

    private static string? Demand(VirtualMac mac)
    {
        if (mac.IsIPv6)
        {
            // No address of its own, none from router advertisements; the Router flag of the kernel's answers (RFC 9568 8.2.2) comes from
            // the interface's forwarding alone, which forwards nothing as long as conf/all/forwarding is off.
            return Own("disable_ipv6", 0) ?? Own("addr_gen_mode", 1) ?? Own("accept_ra", 0) ?? Own("forwarding", 1);
        }

        // What arrives at the macvlan came from where the interface below leads: strict reverse path filtering would drop it. Loose
        // instead of none, because the stricter of this and conf/all counts, and 2 wins over 1 there: conf/all stays as it is.
        return OwnIPv4("arp_ignore", 1) ?? OwnIPv4("rp_filter", 2) ?? OwnIPv4("promote_secondaries", 1) ?? Own("disable_ipv6", 1)
            ?? AtLeast("arp_ignore", 1) ?? AtLeast("arp_announce", 2);

        string? Own(string name, int value) => new InterfaceSetting(true, mac.DeviceName, name).Write(value);

        string? OwnIPv4(string name, int value) => new InterfaceSetting(false, mac.DeviceName, name).Write(value);

        string? AtLeast(string name, int value) => Below(mac, name) is InterfaceSetting below && below.Read() < value ? below.Write(value) : null;
    }

    private static InterfaceSetting Below(VirtualMac mac, string name) => new(false, mac.Interface, name);

    private static void Restore(string lower, Before before)
    {
        _ = new InterfaceSetting(false, lower, "arp_ignore").Write(before.ArpIgnore);
        _ = new InterfaceSetting(false, lower, "arp_announce").Write(before.ArpAnnounce);
    }
}
