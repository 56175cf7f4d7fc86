namespace HotStandby.Abstractions;

/// <summary>What the host tells a plugin about the entry of plugins.json it serves.</summary>
/// <param name="Id">The entry's <c>id</c>.</param>
/// <param name="Node">The name of the node this agent runs as; empty for a verb that runs for no node.</param>
/// <param name="Interval">Time between two polls; a pushed check must report at least this often.</param>
/// <param name="Timeout">The longest a single call may take before the host counts it as failed.</param>
/// <param name="BaseDirectory">The folder of plugins.json: relative paths in options are relative to it.</param>
/// <param name="Log">Writes one line to the agent's log, marked with the entry's id.</param>
public sealed record PluginContext(
    string Id,
    string Node,
    TimeSpan Interval,
    TimeSpan Timeout,
    string BaseDirectory,
    Action<string> Log);
