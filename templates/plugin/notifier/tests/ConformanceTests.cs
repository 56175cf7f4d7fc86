using HotStandby.TestKit.Conformance;

namespace Plugin_Name.Tests;

/// <summary>What the host asks of every notifier; the tests come with the base class.</summary>
public sealed class ConformanceTests : NotifierConformance<Plugin>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("Plugin-Name-");

    protected override string ValidOptions => $$"""{ "file": "{{_folder.FullName}}/transitions" }""";

    // Nothing here can hang. A notifier that calls a server names one that never answers: HotStandby.TestKit.SilentServer.
    protected override string HangingOptions => ValidOptions;

    protected override IReadOnlyList<string> RequiredOptions => ["file"];

    public void Dispose() => _folder.Delete(recursive: true);
}
