using HotStandby.TestKit;
using Xunit;

namespace Plugin_Name.Tests;

/// <summary>What this check says, asked through the host's own code.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("Plugin-Name-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_that_is_there_is_up()
    {
        string file = Path.Combine(_folder.FullName, "flag");
        File.WriteAllText(file, "");

        HostAnswer answer = Ask("flag");

        Assert.True(answer.Succeeded);
        Assert.Equal($"{file} is there", answer.Words);
    }

    [Fact]
    public void A_file_that_is_missing_is_down()
    {
        HostAnswer answer = Ask("flag");

        Assert.False(answer.Succeeded);
        Assert.Equal($"{Path.Combine(_folder.FullName, "flag")} is not there", answer.Words);
    }

    private HostAnswer Ask(string path)
    {
        using FakeHost host = FakeHost.Load(
            new Plugin(), $$"""{ "path": "{{path}}" }""", new EntrySettings { BaseDirectory = _folder.FullName });
        return host.Check(TestContext.Current.CancellationToken);
    }
}
