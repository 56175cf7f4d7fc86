using HotStandby.Abstractions;
using HotStandby.TestKit;
using Xunit;

namespace Plugin_Name.Tests;

/// <summary>What this notifier does, told through the host's own code.</summary>
public sealed class NotifierTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("Plugin-Name-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_transition_is_a_line()
    {
        using FakeHost host = Load("transitions");

        Assert.True(host.Notify(Samples.Transition(RouterState.Master), TestContext.Current.CancellationToken).Succeeded);
        Assert.True(host.Notify(Samples.Transition(RouterState.Fault), TestContext.Current.CancellationToken).Succeeded);

        string[] lines = File.ReadAllLines(Path.Combine(_folder.FullName, "transitions"));
        Assert.Equal(2, lines.Length);
        Assert.Contains("VI_1 Backup -> Master: ", lines[0]);
        Assert.Contains("VI_1 Master -> Fault: ", lines[1]);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told()
    {
        using FakeHost host = Load("no/such/folder/transitions");

        HostAnswer answer = host.Notify(Samples.Transition(RouterState.Master), TestContext.Current.CancellationToken);

        Assert.False(answer.Succeeded);
        Assert.StartsWith("nothing was written: ", answer.Words);
    }

    private FakeHost Load(string file) => FakeHost.Load(
        new Plugin(), $$"""{ "file": "{{file}}" }""", new EntrySettings { BaseDirectory = _folder.FullName });
}
