using HotStandby.Agent.Configuration.Shapes;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys at the top level of plugins.json.</summary>
internal static class FileKeys
{
    public static readonly Member<string> Schema = new("$schema", new TextShape(), "Where editors find the schema of this file; written by `hotstandby schema`.");

    public static readonly Member Nodes = new(
        "nodes", new MapShape(Names.Node, NodeKeys.Shape, 1, 32), "The machines, by host name. The same file stands on every one of them.")
    {
        Required = true,
    };

    public static readonly Member VirtualRouters = new(
        "virtualRouters", new ListShape(VirtualRouterKeys.Shape, 1, 255), "The virtual routers: each a set of addresses that moves as one.")
    {
        Required = true,
        Aliases = ["vrrp_instance", "vips", "routers"],
    };

    public static readonly Member SyncGroups = new(
        "syncGroups", new ListShape(SyncGroupKeys.Shape, 0, 127), "Virtual routers that move together, as one election.")
    {
        Default = "[]",
        Aliases = ["vrrp_sync_group", "groups", "syncGroup"],
    };

    public static readonly Member Plugins = new("plugins", new ListShape(PluginKeys.Shape, 0, 255), "The checks, notifiers and generators.")
    {
        Default = "[]",
        Aliases = ["vrrp_script", "checks"],
    };

    public static readonly Member Agent = new("agent", AgentKeys.Shape, "Settings of the agent itself.")
    {
        Default = "{}",
        Aliases = ["global_defs"],
    };

    public static readonly ObjectShape Shape = new(Schema, Nodes, VirtualRouters, SyncGroups, Plugins, Agent);
}
