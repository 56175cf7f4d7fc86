using SharpPcap;

namespace HotStandby.Agent.Wire;

/// <summary>A channel can't be opened; the message is for the operator.</summary>
public sealed class WireException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static WireException From(string interfaceName, Exception exception) =>
        new($"Can't open {interfaceName} for VRRP: {Reason(exception)}.", exception);

    internal static string Reason(Exception exception) => exception switch
    {
        PcapException { Error: PcapError.PermissionDenied } => "the agent needs CAP_NET_RAW (run it as root, or AmbientCapabilities=CAP_NET_RAW in the systemd unit)",
        PcapException { Error: PcapError.NoSuchDevice } => "there is no interface of that name",
        PcapException { Error: PcapError.InterfaceNotUp } => "the interface is down",
        TypeInitializationException or DllNotFoundException => "libpcap is missing (apt-get install libpcap0.8)",
        _ => exception.Message,
    };
}
