using HotStandby.HostProtocol;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Hosting;

/// <summary>Plugins that bring libraries that other plugins, or the host, have in another version: each sees its own, and nobody is in another's way.</summary>
public sealed class ConflictTests : IDisposable
{
    /// <summary>Shared with the host, since its types are in the contract.</summary>
    private const string Container = "Microsoft.Extensions.DependencyInjection.Abstractions";

    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public ConflictTests() => _layout.Add("Misbehaving");

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    [Fact]
    public async Task Two_plugins_with_two_versions_of_a_library_each_see_their_own()
    {
        _layout.Add("BringsOne");
        _layout.Add("BringsTwo");
        _host.Configure(_layout, HostProcess.Entry("one", use: "BringsOne"), HostProcess.Entry("two", use: "BringsTwo"), HostProcess.Doing("good", "nothing"));
        await _host.ExpectCheckAsync("one", healthy: true, "it is so, says HotStandby.HostilePlugins.Dispute 1.0.0.0");
        await _host.ExpectCheckAsync("two", healthy: true, "it is not so, says HotStandby.HostilePlugins.Dispute 2.0.0.0");
        await _host.ExpectGoingOnAsync("one");
        await _host.ExpectGoingOnAsync("good");
    }

    [Fact]
    public async Task A_plugin_with_another_version_of_a_library_that_the_host_uses_sees_its_own_and_the_host_its_own()
    {
        _layout.Add("BringsDependencyOfHost");
        _host.Configure(_layout, HostProcess.Entry("own", use: "BringsDependencyOfHost"));
        await _host.ExpectCheckAsync("own", healthy: true, "no loader here, says McMaster.NETCore.Plugins 1.0.0.0");

        // The host needs its own again, for the next plugin's load context.
        _host.Configure(_layout, HostProcess.Entry("own", use: "BringsDependencyOfHost"), HostProcess.Doing("good", "nothing"));
        await _host.ExpectCheckAsync("good", healthy: true);
        await _host.ExpectGoingOnAsync("own");
    }

    [Theory]
    [InlineData("5.0.0.0")]
    [InlineData("99.0.0.0")]
    public async Task A_private_copy_of_the_container_in_another_version_is_not_used(string version)
    {
        BringContainer(_layout.Add("Misbehaving", "Brings"), version);
        _host.Configure(_layout, HostProcess.Entry("brings", use: "Brings"), HostProcess.Doing("good", "nothing"));
        await _host.ExpectCheckAsync("brings", healthy: true);
        await _host.ExpectCheckAsync("good", healthy: true);
    }

    [Fact]
    public async Task A_plugin_built_against_an_older_container_runs()
    {
        string folder = _layout.Add("Misbehaving", "Older");
        AssemblyVersions.SetReference(Path.Combine(folder, "Older.dll"), Container, new Version(5, 0, 0, 0));
        BringContainer(folder, "5.0.0.0");
        _host.Configure(_layout, HostProcess.Entry("older", use: "Older"));
        await _host.ExpectCheckAsync("older", healthy: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_plugin_built_against_a_newer_container_is_refused_naming_both_versions(bool bringsIt)
    {
        string folder = _layout.Add("Misbehaving", "Newer");
        AssemblyVersions.SetReference(Path.Combine(folder, "Newer.dll"), Container, new Version(99, 0, 0, 0));
        if (bringsIt)
        {
            BringContainer(folder, "99.0.0.0");
        }

        _host.Configure(_layout, HostProcess.Entry("newer", use: "Newer"), HostProcess.Doing("good", "nothing"));
        PluginChanged refused = await _host.ExpectPluginAsync("newer", PluginState.Refused);
        Assert.Equal(
            $"it was built against {Container} 99.0, this host has 10.0: reference the host's version in the plugin's project, or upgrade HotStandby",
            refused.Why);
        await _host.ExpectCheckAsync("good", healthy: true);
        await _host.ExpectGoingOnAsync("good");
    }

    private static void BringContainer(string folder, string version)
    {
        string copy = Path.Combine(folder, Container + ".dll");
        File.Copy(Path.Combine(Path.GetDirectoryName(Layout.HostBinary)!, Container + ".dll"), copy);
        AssemblyVersions.SetOwn(copy, Version.Parse(version));
    }
}
