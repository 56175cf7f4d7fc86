namespace HotStandby.Agent.Vrrp;

/// <summary>What tracking says of this node's part in a virtual router.</summary>
public enum Readiness
{
    /// <summary>Not known yet: INITIALIZE.</summary>
    Waiting,

    /// <summary>It can serve: Startup.</summary>
    Ready,

    /// <summary>It can't serve: FAULT.</summary>
    Fault,
}
