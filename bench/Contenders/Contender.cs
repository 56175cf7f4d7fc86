using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>One agent in one set-up, by the name that the tables show.</summary>
internal abstract class Contender(string name)
{
    public string Name { get; } = name;

    /// <summary>Whether node A's agent knows a switchover on command.</summary>
    public virtual bool CanSwitchOver => false;

    /// <summary>Starts it on a node of the scene.</summary>
    /// <param name="through">Empty, or a command that execs what follows it.</param>
    public abstract LabProcess Start(Scene scene, LabNode node, IReadOnlyList<string> through);

    /// <summary>Runs a program in a node, directly or through another command.</summary>
    protected static LabProcess Run(LabNode node, IReadOnlyList<string> through, string program, IReadOnlyList<string> arguments) =>
        through.Count > 0 ? node.Run(through[0], [.. through.Skip(1), program, .. arguments]) : node.Run(program, arguments);
}
