using System.CommandLine;
using HotStandby.Bench;

if (args is [FloorSender.Verb, .. var rest])
{
    return FloorSender.Run(rest);
}

RootCommand root = new("Measures HotStandby beside keepalived, in network namespaces of its own. Needs root. What each figure means: bench/README.md.")
{
    Verbs.Failover(),
    Verbs.Jitter(),
    Verbs.Footprint(),
    Verbs.Expire(),
    Verbs.Handover(),
    Verbs.Split(),
    Verbs.Freeze(),
    Verbs.Restore(),
    Verbs.Plugins(),
    Verbs.Rest(),
};

// Ctrl-C ends the waits; taking the networks down may need more than the default 2 s.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
