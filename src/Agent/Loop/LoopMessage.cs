using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Status;
using HotStandby.Agent.Tracking;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Loop;

/// <summary>What other threads tell the protocol thread. Values only; nothing is answered in place.</summary>
public abstract record LoopMessage;

/// <summary>A check spoke.</summary>
public sealed record CheckHeard(CheckChanged Result) : LoopMessage;

/// <summary>A plugin entry will not run.</summary>
public sealed record CheckRefused(string Id, string Why) : LoopMessage;

/// <summary>A tracked file was read, or tracked processes were counted.</summary>
public sealed record ReadingTaken(Reading Reading) : LoopMessage;

/// <summary>The plugin host is away.</summary>
/// <param name="Why">One sentence.</param>
public sealed record HostLeft(string Why) : LoopMessage;

/// <summary>The address worker finished a piece of work.</summary>
public sealed record AddressWorkDone(AddressWork Work) : LoopMessage;

/// <summary>Somebody wants to know where everything stands.</summary>
public sealed record ReportAsked(TaskCompletionSource<LoopReport> Answer) : LoopMessage;

/// <summary>Tell notifiers the current state again: the plugin host is up (again).</summary>
public sealed record ReplayAsked : LoopMessage;

/// <summary>A validated file to put in force between two adverts.</summary>
/// <param name="Answer">Null when it is in force, else the sentence that says why nothing was changed.</param>
public sealed record ConfigurationChanged(LoopConfiguration Configuration, TaskCompletionSource<string?> Answer) : LoopMessage;

/// <summary>The operator wants the role to go to a peer, or wants that restraint to end.</summary>
/// <param name="Router">Its name in plugins.json.</param>
/// <param name="Back">End the restraint of an earlier switchover.</param>
/// <param name="Answer">Null when it was done, else the sentence that says why not.</param>
public sealed record SwitchoverAsked(string Router, bool Back, TaskCompletionSource<string?> Answer) : LoopMessage;

/// <summary>The operator wants this node to serve only if nobody else does, or wants that to end.</summary>
/// <param name="Sentence">Why it is drained; null ends it.</param>
public sealed record DrainAsked(string? Sentence, TaskCompletionSource<bool> Answer) : LoopMessage;

/// <summary>Somebody wants to know which roles would be left, before it asks for that.</summary>
/// <param name="Stopping">Whether the agent will stop.</param>
public sealed record RolesAsked(bool Stopping, TaskCompletionSource<IReadOnlyList<HeldRole>> Answer) : LoopMessage;

/// <summary>A virtual router or sync group that this node is MASTER of.</summary>
/// <param name="Transition">The one that leaving would be; its sequence number is 0.</param>
/// <param name="Notifiers">Ids of the plugin entries that are told of it.</param>
/// <param name="Budget">How long their release hooks may take.</param>
/// <param name="Group">The sync group with which it leaves, or which it is; null for none.</param>
public sealed record HeldRole(Transition Transition, IReadOnlyList<string> Notifiers, TimeSpan Budget, string? Group);

/// <summary>Leave every role and end.</summary>
public sealed record StopAsked(string Sentence) : LoopMessage;

/// <summary>A file and the node this agent runs as.</summary>
public sealed record LoopConfiguration(HotStandbyConfig File, NodeConfig Node);

/// <summary>The protocol thread's part of a status report.</summary>
public sealed record LoopReport(
    IReadOnlyList<VirtualRouterStatus> VirtualRouters,
    IReadOnlyList<CheckStatus> Checks,
    LoopStatus Loop)
{
    /// <summary>Why this machine may not be the node that it runs as; null when it has that one's address.</summary>
    public string? NodeProblem { get; init; }
}
