using System.Text.Json;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>Describe and Render.</summary>
public sealed class VerbTests : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    [Fact]
    public async Task Describe_says_what_every_folder_is()
    {
        foreach (string name in new[] { "Nginx", "Tomcat", "TcpPort", "Script", "Command", "FutureContract", "TwoPlugins" })
        {
            _layout.Add(name);
        }

        _host.Send(new Describe(ToHost.ProtocolVersion, [_layout.PluginPath]));
        _host.CloseInput();
        await _host.ExpectAsync<Done>(_ => true, "done");
        PluginDescribed[] all = [.. _host.Events.OfType<PluginDescribed>()];
        Assert.Equal(["Command", "FutureContract", "Nginx", "Script", "TcpPort", "Tomcat", "TwoPlugins"], all.Select(plugin => plugin.Name));
        Assert.Equal([true, false, true, true, true, true, false], all.Select(plugin => plugin.Usable));
        Assert.Equal(["check", "", "check", "notifier", "check", "check", ""], all.Select(plugin => string.Join(",", plugin.Kinds)));
        Assert.Equal("1.7.0.0", all[1].Contract);
        Assert.All(all, plugin => Assert.Equal(plugin.Usable, plugin.Why.Length == 0));
        Assert.All(all.Where(plugin => plugin.Usable), plugin => Assert.NotEmpty(plugin.Description));

        JsonElement tcp = all.Single(plugin => plugin.Name == "TcpPort").OptionsSchema!.Value;
        Assert.False(tcp.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal("port", Assert.Single(tcp.GetProperty("required").EnumerateArray()).GetString());
        JsonElement port = tcp.GetProperty("properties").GetProperty("port");
        Assert.Equal(1, port.GetProperty("minimum").GetInt32());
        Assert.Equal(65535, port.GetProperty("maximum").GetInt32());
        Assert.StartsWith("The port", port.GetProperty("description").GetString(), StringComparison.Ordinal);
        JsonElement grace = all.Single(plugin => plugin.Name == "Tomcat").OptionsSchema!.Value.GetProperty("properties").GetProperty("startGrace");
        Assert.Equal("string", grace.GetProperty("type").GetString());
        Assert.Equal("0s", grace.GetProperty("default").GetString());
    }

    [Fact]
    public async Task An_unknown_target_is_an_error_that_names_the_refused()
    {
        _layout.Add("Nginx");
        _layout.Add("FutureContract");
        _host.Send(new Render(ToHost.ProtocolVersion, "haproxy", "web1", _layout.Root, [_layout.PluginPath], new ClusterModel([], [], [])));
        Rendered rendered = await _host.ExpectAsync<Rendered>(_ => true, "an answer");
        await _host.ExpectAsync<Done>(_ => true, "done");
        Assert.Null(rendered.Text);
        Assert.StartsWith("no plugin renders \"haproxy\"; no usable plugin renders anything (refused: FutureContract: ", rendered.Error, StringComparison.Ordinal);
    }
}
