using System.Net.NetworkInformation;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
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
            string[] names = [.. links.All.Select(link => link.Name)];
            return new(Environment.MachineName, Addresses(), names, new HashSet<string>(names).Contains);
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
