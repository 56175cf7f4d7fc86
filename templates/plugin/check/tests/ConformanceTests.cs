using HotStandby.TestKit.Conformance;

namespace Plugin_Name.Tests;

/// <summary>What the host asks of every check; the tests come with the base class.</summary>
public sealed class ConformanceTests : CheckConformance<Plugin>
{
    protected override string ValidOptions => """{ "path": "/etc/os-release" }""";

    // Nothing here can hang. A check that asks a server names one that never answers: HotStandby.TestKit.SilentServer.
    protected override string HangingOptions => ValidOptions;

    protected override IReadOnlyList<string> RequiredOptions => ["path"];
}
