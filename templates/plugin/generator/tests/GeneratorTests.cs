using HotStandby.Abstractions;
using HotStandby.TestKit;
using Xunit;

namespace Plugin_Name.Tests;

/// <summary>What this generator writes, asked through the host's own code.</summary>
public sealed class GeneratorTests
{
    [Fact]
    public void Each_address_is_a_line()
    {
        HostAnswer answer = Render("""{ "separator": ";" }""");

        Assert.Equal("# web1\nVI_1;51;eth0;192.0.2.100/24\n", answer.Words);
        Assert.True(answer.Succeeded);
    }

    [Fact]
    public void What_the_table_cannot_say_is_refused()
    {
        HostAnswer answer = Render("""{ "separator": "_" }""");

        Assert.False(answer.Succeeded);
        Assert.Contains("VI_1 contains the separator", answer.Words);
    }

    private static HostAnswer Render(string options)
    {
        using FakeHost host = FakeHost.Load(new Plugin(), options);
        return host.Generate(new GenerationRequest(Samples.Pair, "web1"), TestContext.Current.CancellationToken);
    }
}
