using HotStandby.Abstractions;

namespace HotStandby.Agent.Loop;

/// <summary>What the protocol thread tells the rest of the agent. Called on that thread: must only queue, never block.</summary>
public interface ILoopObserver
{
    /// <summary>A virtual router or sync group changed its state, or its current state is told again.</summary>
    /// <param name="transition">What happened.</param>
    /// <param name="notifiers">Ids of the notifiers to tell.</param>
    void Transitioned(Transition transition, IReadOnlyList<string> notifiers);

    /// <summary>Something that happened and the operator must see.</summary>
    void Alarmed(string virtualRouter, string sentence);

    /// <summary>A condition that lasts began or is over, or stands and is told again.</summary>
    void AlarmChanged(AlarmChange change);

    /// <summary>Every virtual router has been started.</summary>
    void Started();

    /// <summary>The protocol thread is alive; for the service manager's watchdog.</summary>
    void Alive();
}
