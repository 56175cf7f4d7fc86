using HotStandby.Abstractions;
using Xunit;

namespace HotStandby.TestKit.Conformance;

/// <summary>What the host asks of a plugin with an <see cref="IConfigGenerator"/>.</summary>
/// <typeparam name="TPlugin">The plugin's public class.</typeparam>
public abstract class GeneratorConformance<TPlugin> : PluginConformance<TPlugin>
    where TPlugin : IPlugin, new()
{
    /// <summary>A model that the target can say.</summary>
    protected virtual ClusterModel Model => Samples.Pair;

    /// <summary>The word after <c>hotstandby render</c> is a plain word.</summary>
    [Fact]
    public void The_target_is_a_plain_word()
    {
        using FakeHost host = Load(ValidOptions);
        Assert.True(host.Generator is not null, "the plugin registers no generator");
        Assert.Matches("^[a-z][a-z0-9-]*$", host.Generator.Target);
    }

    /// <summary>Each node gets its file.</summary>
    [Fact]
    public void Every_node_gets_a_file()
    {
        using FakeHost host = Load(ValidOptions);
        Assert.All(Model.Nodes, node => Assert.False(string.IsNullOrWhiteSpace(Generate(host, node.Name))));
    }

    /// <summary>The same model gives the same bytes, from another instance too: the file is compared and kept under version control.</summary>
    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        string node = Model.Nodes[0].Name;
        using FakeHost one = Load(ValidOptions);
        using FakeHost other = Load(ValidOptions);
        string first = Generate(one, node);
        Assert.Equal(first, Generate(one, node));
        Assert.Equal(first, Generate(other, node));
    }

    /// <summary>When the host stops, a rendering ends or has ended.</summary>
    [Fact]
    public void Cancellation_is_honoured()
    {
        HostAnswer answer = CutOff(
            ValidOptions, (host, stop) => host.Generate(new GenerationRequest(Model, Model.Nodes[0].Name), stop), TimeSpan.FromMinutes(10), TimeSpan.FromMilliseconds(1));
        Assert.True(answer.CameBack, "a call that was cancelled because the host stops never came back");
    }

    /// <summary>What calls opened is closed when the entry stops.</summary>
    [Fact]
    public void It_ends_cleanly() => RequireCleanEnd(host => host.Generate(new GenerationRequest(Model, Model.Nodes[0].Name), TestContext.Current.CancellationToken));

    private string Generate(FakeHost host, string node)
    {
        HostAnswer answer = host.Generate(new GenerationRequest(Model, node), TestContext.Current.CancellationToken);
        Assert.True(answer.Succeeded, $"{node}: {answer.Words}");
        return answer.Words;
    }
}
