using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Lab;

/// <summary>A node of a running lab with what runs on it and what was done to it.</summary>
internal sealed class LabMachine(NodeConfig config, LabNode node, ILabAgent agent, IReadOnlyList<LabService> services)
{
    public NodeConfig Config { get; } = config;

    public LabNode Node { get; } = node;

    public ILabAgent Agent { get; } = agent;

    public IReadOnlyList<LabService> Services { get; } = services;

    public string Name => Config.Name;

    /// <summary>What the lab wants, and so what is expected; not what is observed.</summary>
    public bool AgentShouldRun { get; set; }

    public bool LinkIsUp { get; set; } = true;

    /// <summary>Stopped by SIGSTOP: it runs, but it neither acts nor answers.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Its frames reach nobody and nobody's reach it, but its carrier is there.</summary>
    public bool IsCutOff { get; set; }

    public bool IsDrained { get; set; }

    public HashSet<LabServiceSpec> Crashed { get; } = [];

    public LabService ServiceOf(LabServiceSpec spec) => Services.Single(service => service.Spec == spec);

    public NodeCondition Condition => new(AgentShouldRun && !IsFrozen, LinkIsUp, Crashed.SelectMany(spec => spec.Checks).ToHashSet())
    {
        IsCutOff = IsCutOff,
        IsDrained = IsDrained,
    };
}

/// <summary>A virtual router with the client that asks it, and its master as the steps expect it.</summary>
internal sealed class WatchedRouter(VirtualRouterConfig config, LabServiceSpec service, ClientProber prober)
{
    public VirtualRouterConfig Config { get; } = config;

    /// <summary>The service the client asks.</summary>
    public LabServiceSpec Service { get; } = service;

    public ClientProber Prober { get; } = prober;

    /// <summary>The node that ought to be the master now; null before the start or when none can serve.</summary>
    public string? Master { get; set; }
}
