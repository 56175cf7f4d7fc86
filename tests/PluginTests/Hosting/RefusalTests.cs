using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>Plugins that are not loaded: each with a sentence that says why, and none in the others' way.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public RefusalTests() => _layout.Add("Misbehaving");

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    private async Task<string> RefusedAsync(HostedPlugin entry)
    {
        _host.Configure(_layout, entry, HostProcess.Doing("good", "nothing"));
        PluginChanged refused = await _host.ExpectPluginAsync(entry.Id, PluginState.Refused);
        await _host.ExpectCheckAsync("good", healthy: true);
        Assert.DoesNotContain(_host.Events.OfType<CheckChanged>(), check => check.Id == entry.Id);
        return refused.Why;
    }

    [Fact]
    public async Task A_plugin_built_against_a_later_contract_is_refused_naming_both_versions()
    {
        _layout.Add("FutureContract");
        string why = await RefusedAsync(HostProcess.Entry("bad", use: "FutureContract"));
        Assert.Contains("1.7", why, StringComparison.Ordinal);
        Assert.Contains("this host has 1.0", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_copy_of_another_contract_is_refused()
    {
        string folder = _layout.Add("Misbehaving", "Shadowed");
        File.Copy(Path.Combine(Layout.Output("FutureAbstractions"), "HotStandby.Abstractions.dll"), Path.Combine(folder, "HotStandby.Abstractions.dll"));
        string why = await RefusedAsync(HostProcess.Entry("bad", use: "Shadowed"));
        Assert.Contains("private HotStandby.Abstractions.dll 1.7", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_copy_of_the_same_contract_is_shared_and_fine()
    {
        string folder = _layout.Add("Misbehaving");
        File.Copy(Path.Combine(Layout.Output("HotStandby.Abstractions"), "HotStandby.Abstractions.dll"), Path.Combine(folder, "HotStandby.Abstractions.dll"));
        _host.Configure(_layout, HostProcess.Doing("good", "nothing"));
        await _host.ExpectCheckAsync("good", healthy: true);
    }

    [Fact]
    public async Task A_plugin_that_is_not_there_is_refused_naming_where_it_was_looked_for()
    {
        string why = await RefusedAsync(HostProcess.Entry("bad", use: "Nowhere"));
        Assert.Contains(Path.Combine(_layout.PluginPath, "Nowhere", "Nowhere.dll"), why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_name_that_leaves_the_plugins_path_is_refused()
    {
        Assert.Contains("not a plugin's name", await RefusedAsync(HostProcess.Entry("bad", use: "../plugins/Misbehaving")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_assembly_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_layout.PluginPath, "Text"));
        File.WriteAllText(Path.Combine(_layout.PluginPath, "Text", "Text.dll"), "not a DLL");
        Assert.Contains(".NET assembly", await RefusedAsync(HostProcess.Entry("bad", use: "Text")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_that_knows_no_contract_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(_layout.PluginPath, "Library"));
        File.Copy(
            Path.Combine(Path.GetDirectoryName(Layout.HostBinary)!, "McMaster.NETCore.Plugins.dll"),
            Path.Combine(_layout.PluginPath, "Library", "Library.dll"));
        Assert.Contains("does not reference HotStandby.Abstractions", await RefusedAsync(HostProcess.Entry("bad", use: "Library")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_ways_in_are_refused()
    {
        _layout.Add("TwoPlugins");
        string why = await RefusedAsync(HostProcess.Entry("bad", use: "TwoPlugins"));
        Assert.Contains("FirstPlugin", why, StringComparison.Ordinal);
        Assert.Contains("SecondPlugin", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throwInConstructor", "no constructing today")]
    [InlineData("throwInRegister", "no registering today")]
    [InlineData("nothingAtAll", "registers no health check")]
    [InlineData("checkAndPush", "one entry is one check")]
    public async Task A_plugin_that_fails_to_set_up_is_refused(string deed, string why)
    {
        Assert.Contains(why, await RefusedAsync(HostProcess.Doing("bad", deed)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_options_are_refused_naming_the_key_and_what_was_expected()
    {
        string why = await RefusedAsync(HostProcess.Entry("bad", """{ "dead": "nothing", "after": 1 }"""));
        Assert.StartsWith("options.dead: unknown key; known keys: deed, after, ", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_plugin_is_tried_again_by_a_reload()
    {
        _host.Configure(_layout, HostProcess.Entry("late", use: "Late"));
        await _host.ExpectPluginAsync("late", PluginState.Refused);
        _layout.Add("Misbehaving", "Late");
        File.Move(Path.Combine(_layout.PluginPath, "Late", "Late.dll"), Path.Combine(_layout.PluginPath, "Late", "Misbehaving.dll"));
        File.Copy(Path.Combine(_layout.PluginPath, "Late", "Misbehaving.dll"), Path.Combine(_layout.PluginPath, "Late", "Late.dll"));
        _host.Configure(_layout, HostProcess.Entry("late", use: "Late"));
        await _host.ExpectCheckAsync("late", healthy: true);
    }

    [Fact]
    public async Task Another_protocol_version_ends_the_host_with_a_sentence()
    {
        _host.Send(new Configure(99, "web1", _layout.Root, [_layout.PluginPath], []));
        Assert.Equal(2, await _host.ExitCodeAsync());
        Assert.Contains("version 99", _host.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_no_message_ends_the_host_with_a_sentence()
    {
        _host.SendRaw("""{"say":"dance"}""");
        Assert.Equal(2, await _host.ExitCodeAsync());
        Assert.Contains("unreadable message", _host.Errors, StringComparison.Ordinal);
    }
}
