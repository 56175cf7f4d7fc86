using System.Text.Json;
using HotStandby.Abstractions;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;
using HotStandby.PluginTests.KeepalivedConfig;
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

    /// <summary>A plugin's code runs when it is asked what it renders: one that the core refuses must not be asked.</summary>
    [Fact]
    public async Task A_generator_that_the_core_refuses_renders_nothing_and_is_not_loaded()
    {
        _layout.Add("KeepalivedConfig");
        _host.Send(new Render(ToHost.ProtocolVersion, "keepalived", "web1", _layout.Root, [_layout.PluginPath], Rendering.NginxPair)
        {
            Refusals = new Dictionary<string, string> { ["KeepalivedConfig"] = "others may change it" },
        });
        Rendered rendered = await _host.ExpectAsync<Rendered>(_ => true, "an answer");
        Assert.Null(rendered.Text);
        Assert.Equal("no plugin renders \"keepalived\"; no usable plugin renders anything (refused: KeepalivedConfig: others may change it)", rendered.Error);
    }

    [Fact]
    public async Task One_generator_renders_by_its_name_and_says_for_what()
    {
        _layout.Add("KeepalivedConfig");
        _layout.Add("Nginx");
        Rendered rendered = await RenderAsync("KeepalivedConfig");
        Assert.Equal("keepalived", rendered.Target);
        Assert.Equal(await Rendering.Render(Rendering.NginxPair, "web1"), rendered.Text);
        Assert.Equal("Nginx is no generator: it renders nothing", (await RenderAsync("Nginx")).Error);
        Assert.Contains("there is no plugin \"Nowhere\"", (await RenderAsync("Nowhere")).Error, StringComparison.Ordinal);
        rendered = await RenderAsync("KeepalivedConfig", new() { ["KeepalivedConfig"] = "others may change it" });
        Assert.Equal((null, "others may change it"), (rendered.Text, rendered.Error));
    }

    [Fact]
    public async Task A_notifier_is_told_once_what_it_is_to_be_told()
    {
        _layout.Add("Misbehaving");
        Probed told = await ProbeAsync(HostProcess.Doing("tell", "notify"), TestNotification.Of("master", DateTimeOffset.UnixEpoch));
        Assert.Equal((true, "told (test) Master", null), (told.Healthy, told.Reason, told.Refused));
        told = await ProbeAsync(HostProcess.Doing("tell", "notifyNeverReturn", timeout: 200), TestNotification.Of("master", DateTimeOffset.UnixEpoch));
        Assert.Equal((false, "no answer within 200 ms", null), (told.Healthy, told.Reason, told.Refused));
    }

    [Fact]
    public async Task A_notifier_is_not_told_anything_unless_it_is_to_be()
    {
        _layout.Add("Misbehaving");
        Assert.Contains("--notify STATE", (await ProbeAsync(HostProcess.Doing("tell", "notify"), null)).Refused, StringComparison.Ordinal);
        Assert.Equal(
            "Misbehaving is no notifier: it is told of nothing",
            (await ProbeAsync(HostProcess.Doing("check", "nothing"), TestNotification.Of("master", DateTimeOffset.UnixEpoch))).Refused);
    }

    /// <summary>What it throws then is told; the entry is good.</summary>
    [Theory]
    [InlineData("disposeAsync", "disposed of")]
    [InlineData("throwInDispose", "it threw while it was disposed of: InvalidOperationException: no disposing today")]
    public async Task An_entry_is_not_refused_for_how_it_is_disposed_of(string deed, string said)
    {
        _layout.Add("Misbehaving");
        _host.Send(new Judge(ToHost.ProtocolVersion, "web1", _layout.Root, [_layout.PluginPath], [HostProcess.Doing("check", deed)]));
        Assert.Empty((await _host.ExpectAsync<EntryJudged>(_ => true, "an answer")).Faults);
        Assert.StartsWith(said, (await _host.ExpectAsync<Logged>(line => line.Id == "check", "what it did")).Text, StringComparison.Ordinal);
    }

    private async Task<Rendered> RenderAsync(string plugin, Dictionary<string, string>? refusals = null)
    {
        int before = _host.Events.Count;
        _host.Send(new Render(ToHost.ProtocolVersion, "", "web1", _layout.Root, [_layout.PluginPath], Rendering.NginxPair)
        {
            Plugin = plugin,
            Refusals = refusals ?? [],
        });
        return await _host.ExpectAsync<Rendered>(_ => true, "an answer", before);
    }

    private async Task<Probed> ProbeAsync(HostedPlugin entry, Transition? notification)
    {
        int before = _host.Events.Count;
        _host.Send(new Probe(ToHost.ProtocolVersion, "web1", _layout.Root, [_layout.PluginPath], entry) { Notification = notification });
        return await _host.ExpectAsync<Probed>(_ => true, "an answer", before);
    }
}
