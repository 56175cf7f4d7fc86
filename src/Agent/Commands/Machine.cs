using System.Net.NetworkInformation;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Commands;

/// <summary>What a verb knows of the machine it runs on.</summary>
internal static class Machine
{
    public static IReadOnlyList<Address> Addresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(device => device.GetIPProperties().UnicastAddresses)
            .Select(found => Address.From(found.Address)),
    ];

    /// <returns>Null where the kernel does not say.</returns>
    public static ThisMachine? Look()
    {
        try
        {
            using LinkMonitor links = LinkMonitor.Open();
            LinkState[] all = [.. links.All];
            Dictionary<string, LinkState> named = new(StringComparer.Ordinal);
            foreach (LinkState link in all)
            {
                foreach (string name in link.AlternativeNames.Prepend(link.Name))
                {
                    named[name] = link;
                }
            }

            return new(Environment.MachineName, Addresses(), [.. all.Select(link => link.Name)], named.ContainsKey)
            {
                Unfit = (router, node) => named.TryGetValue(router.InterfaceOn(node), out LinkState? link)
                    ? InterfaceFitness.Problem(RouterSettings.For(router, node), router.UseVmac, link)
                    : null,
            };
        }
        catch (Exception error) when (error is LinuxException or NetworkInformationException)
        {
            return null;
        }
    }

    /// <summary>Whether it is a node of the file, by its name or address.</summary>
    public static bool IsNodeOf(HotStandbyConfig config, ThisMachine here) =>
        NodeSelection.Choose(config, null, here.HostName, here.Addresses, out _) is not null;

    /// <summary>Why no virtual router could run here, whatever the file says; null when nothing is known against it.</summary>
    public static string? Unfit => InterfaceChannel.LibraryProblem;
}
