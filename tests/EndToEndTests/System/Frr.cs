using System.Globalization;
using System.Text;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>
/// The real vrrpd of FRR in a node, with the zebra it needs, both started by hand. FRR never moves an address: it stands on a macvlan with
/// the virtual MAC that is made beforehand, and zebra takes that interface's carrier away (protodown) while vrrpd is no master. So the node's
/// kernel always has the address; who is master is seen on the wire.
/// </summary>
internal sealed class Frr : IDisposable
{
    private const string Folder = "/run/frr";
    private const string ZebraSocket = Folder + "/zserv.api";

    private readonly LabProcess _zebra;
    private readonly LabProcess _vrrpd;

    private Frr(LabNode node, LabProcess zebra, LabProcess vrrpd)
    {
        Node = node;
        _zebra = zebra;
        _vrrpd = vrrpd;
    }

    public LabNode Node { get; }

    /// <summary>What vrrpd logged, and before it zebra.</summary>
    public string Log => _zebra.Output + _vrrpd.Output;

    /// <summary>Makes the macvlan and starts both daemons; returns before vrrpd takes part. Once per node.</summary>
    /// <exception cref="LabException">The Debian package frr is not installed, or zebra did not come up.</exception>
    public static Frr Start(LabNode node, FrrInstance instance)
    {
        string device = instance.IsIPv6 ? "vrrp6" : "vrrp4";
        string mac = string.Create(CultureInfo.InvariantCulture, $"00:00:5e:00:0{(instance.IsIPv6 ? 2 : 1)}:{instance.Vrid:x2}");
        SystemCommand.IpBatch(node.NamespaceName,
        [
            $"link add link {instance.Interface} name {device} type macvlan mode bridge",

            // From the virtual MAC every router would make itself the same link-local address.
            $"link set {device} address {mac} addrgenmode random",
            .. instance.Addresses.Select(address => $"address add {address} dev {device}{(instance.IsIPv6 ? " nodad" : "")}"),
            $"link set {device} up",
        ]);

        return StartDaemons(node, Write(instance));
    }

    /// <summary>Does what a rendered file says in its comments, and starts both daemons with it. Once per node.</summary>
    /// <exception cref="LabException">The Debian package frr is not installed, a command failed, or zebra did not come up.</exception>
    public static Frr StartRendered(LabNode node, string text)
    {
        const string Command = "!   ip ";
        SystemCommand.IpBatch(
            node.NamespaceName,
            [.. text.Split('\n').Where(line => line.StartsWith(Command, StringComparison.Ordinal)).Select(line => line[Command.Length..])]);
        return StartDaemons(node, "debug vrrp protocol\n" + text);
    }

    private static Frr StartDaemons(LabNode node, string vrrpd)
    {
        // Both give up root's rights and are frr then.
        node.RunToEnd("install", "-d", "-o", "frr", "-g", "frr", Folder);
        File.WriteAllText(node.PathInside($"{Folder}/zebra.conf"), "");
        File.WriteAllText(node.PathInside($"{Folder}/vrrpd.conf"), vrrpd);
        LabProcess zebra = Run(node, "zebra");
        Lab.Wait.Until(() => File.Exists(node.PathInside(ZebraSocket)) || zebra.HasExited, "zebra's socket");
        return new Frr(node, zebra, Run(node, "vrrpd"));
    }

    /// <summary>Whether a frame came from a virtual MAC of FRR's; the agent sends from its interface's own in these tests.</summary>
    public static bool Sent(in WireEvent seen) => seen.SourceMac.GetAddressBytes().AsSpan(0, 4).SequenceEqual<byte>([0, 0, 0x5e, 0]);

    /// <summary>SIGKILL to both daemons.</summary>
    public void Kill()
    {
        _vrrpd.KillTree();
        _zebra.KillTree();
    }

    /// <summary>SIGTERM to vrrpd, and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public int? Stop()
    {
        _vrrpd.Kill(LinuxSignal.Terminate);
        return _vrrpd.WaitForExit(TimeSpan.FromSeconds(15));
    }

    public void Dispose()
    {
        _vrrpd.Dispose();
        _zebra.Dispose();
    }

    private static LabProcess Run(LabNode node, string daemon) => node.Run(
        $"/usr/lib/frr/{daemon}",
        [
            "-u", "frr", "-g", "frr", "-f", $"{Folder}/{daemon}.conf", "-i", $"{Folder}/{daemon}.pid", "-z", ZebraSocket,
            "--vty_socket", Folder, "-P", "0", "--log", "stdout", "--log-level", "debug",
        ]);

    private static string Write(FrrInstance instance)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            debug vrrp protocol
            interface {instance.Interface}
             vrrp {instance.Vrid} version 3
             vrrp {instance.Vrid} priority {instance.Priority}
             vrrp {instance.Vrid} advertisement-interval {instance.AdvertInterval.Milliseconds}

            """);
        foreach (AddressPrefix address in instance.Addresses)
        {
            text.Append(CultureInfo.InvariantCulture, $" vrrp {instance.Vrid} {(instance.IsIPv6 ? "ipv6" : "ip")} {address.Address}\n");
        }

        return text.ToString();
    }
}

/// <summary>One virtual router of FRR, version 3.</summary>
/// <param name="Vrid">1..255.</param>
/// <param name="Interface">Inside the node.</param>
/// <param name="Priority">1..254.</param>
/// <param name="AdvertInterval">Whole centiseconds.</param>
/// <param name="Addresses">All of one family.</param>
internal sealed record FrrInstance(byte Vrid, string Interface, byte Priority, Duration AdvertInterval, IReadOnlyList<AddressPrefix> Addresses)
{
    public bool IsIPv6 => Addresses[0].Address.IsIPv6;
}
