using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>
/// What an agent's check looks at, beside the service that the client asks: so a check can fail while the service goes on answering.
/// HotStandby connects to an address on the node's loopback (TcpPort); keepalived's script looks for a file.
/// </summary>
internal static class TrackedThing
{
    public const string Host = "10.98.0.1";
    private const string Prefix = Host + "/32";

    public static string FileOf(LabNode node) => Path.Combine(node.Directory, "healthy");

    public static void Make(LabNode node)
    {
        SystemCommand.Run("ip", "-n", node.NamespaceName, "address", "add", Prefix, "dev", "lo");
        File.WriteAllText(FileOf(node), "");
    }

    /// <summary>The check fails from its next run on.</summary>
    public static void Break(LabNode node)
    {
        SystemCommand.Run("ip", "-n", node.NamespaceName, "address", "del", Prefix, "dev", "lo");
        File.Delete(FileOf(node));
    }
}
