using HotStandby.TestKit.Conformance;

namespace Plugin_Name.Tests;

/// <summary>What the host asks of every generator; the tests come with the base class.</summary>
public sealed class ConformanceTests : GeneratorConformance<Plugin>
{
    protected override string ValidOptions => "{}";
}
