using HotStandby.Agent.Linux;

namespace HotStandby.EndToEndTests.Linux;

/// <summary>Two namespaces, each with an interface "eth0" that is the other's far end: 10.0.0.1 and fe80::1 left, 10.0.0.2 and fe80::2 right.</summary>
internal sealed class VethPair : IDisposable
{
    public const string Interface = "eth0";

    public VethPair()
    {
        try
        {
            Left.Ip($"link add {Interface} type veth peer name {Interface} netns {Right.Name}");
            SetUp(Left, 1);
            SetUp(Right, 2);
            Wait.Until(() => Find(Left).Up && Find(Right).Up, "the veth pair is up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public NetworkNamespace Left { get; } = new();

    public NetworkNamespace Right { get; } = new();

    public int LeftIndex => Find(Left).Index;

    public int RightIndex => Find(Right).Index;

    private static void SetUp(NetworkNamespace side, int number)
    {
        // A link-local address of our own, at once: no duplicate address detection to wait for.
        side.Ip($"link set {Interface} addrgenmode none");
        side.Ip($"link set {Interface} up");
        side.Ip($"addr add 10.0.0.{number}/24 dev {Interface}");
        side.Ip($"addr add fe80::{number}/64 dev {Interface} nodad");
    }

    private static LinkState Find(NetworkNamespace side) => side.Run(() =>
    {
        using LinkMonitor monitor = LinkMonitor.Open();
        return monitor.Find(Interface)!;
    });

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }
}
