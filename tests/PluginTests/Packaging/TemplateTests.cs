using HotStandby.Authoring;
using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Packaging;

/// <summary>The way of docs/plugins.md, "From nothing", with the packages as they are shipped.</summary>
[Collection<SharedPackages>]
public sealed class TemplateTests(AuthorsFolder author)
{
    [Theory]
    [InlineData("check", "DiskSpace")]
    [InlineData("notifier", "tell-the-switch")]
    [InlineData("generator", "Acme.Hosts")]
    public async Task A_new_plugin_builds_without_a_warning_passes_its_tests_and_is_taken_by_the_host(string kind, string name)
    {
        string folder = author.Make(name, kind);

        string tested = author.Dotnet("run", "--no-build", "--project", $"{name}/tests", "--", "-noColor");
        Assert.Matches(@"Total: 1\d, Errors: 0, Failed: 0, Skipped: 0", tested);

        // As a build leaves it, and as it is shipped.
        author.Dotnet("publish", $"{name}/src", "--no-build", "-c", "Debug", "-o", $"shipped/{name}", "-nodeReuse:false");
        Assert.Equal(kind, await TakenAs(name, Path.Combine(folder, "plugins")));
        Assert.Equal(kind, await TakenAs(name, Path.Combine(author.Root, "shipped")));
    }

    /// <returns>What the real host says the plugin offers.</returns>
    private static async Task<string> TakenAs(string name, string path)
    {
        using var host = new HostProcess();
        host.Send(new Describe(ToHost.ProtocolVersion, [path]));
        host.CloseInput();
        await host.ExpectAsync<Done>(_ => true, "done");
        PluginDescribed plugin = host.Events.OfType<PluginDescribed>().Single(one => one.Name == name);
        Assert.True(plugin.Usable, plugin.Why);
        return string.Join(",", plugin.Kinds);
    }
}
