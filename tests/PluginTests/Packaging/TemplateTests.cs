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
        Assert.Matches($@"Total: 1\d, Errors: 0, Failed: 0, Skipped: {(kind == "check" ? 1 : 0)},", tested);

        // As a build leaves it, and as it is shipped.
        author.Dotnet("publish", $"{name}/src", "--no-build", "-c", "Debug", "-o", $"shipped/{name}", "-nodeReuse:false");
        Assert.Equal(kind, await TakenAs(name, Path.Combine(folder, "plugins")));
        Assert.Equal(kind, await TakenAs(name, Path.Combine(author.Root, "shipped")));
    }

    /// <summary>The check's tests have one that needs a lab: why there is none is said, and on a build server that is a failure.</summary>
    [Fact]
    public void A_lab_that_can_t_be_had_is_a_skipped_test_with_the_reason_or_a_failed_one()
    {
        author.Make("NoLab", "check");
        string[] test = ["run", "--no-build", "--project", "NoLab/tests", "--", "-noColor", "-class", "*LabTests"];

        string skipped = author.Dotnet(test);
        author.RequireLab(true);
        string failed;
        try
        {
            failed = AuthorsFolder.Expect(1, author.Run("dotnet", test));
        }
        finally
        {
            author.RequireLab(false);
        }

        string why = HotStandby.TestKit.Lab.WhyNotHere(AuthorsFolder.NoProgram)!.Replace("LabOptions.Program", "HOTSTANDBY", StringComparison.Ordinal);
        Assert.Contains("[SKIP]", skipped, StringComparison.Ordinal);
        Assert.Contains(why, skipped, StringComparison.Ordinal);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 1,", skipped, StringComparison.Ordinal);
        Assert.Contains($"There is no lab here: {why}.", failed, StringComparison.Ordinal);
        Assert.Contains("Total: 1, Errors: 0, Failed: 1, Skipped: 0,", failed, StringComparison.Ordinal);
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
