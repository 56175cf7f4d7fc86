using HotStandby.Authoring;
using HotStandby.EndToEndTests.SystemTests;

namespace HotStandby.EndToEndTests.Lab;

/// <summary>The third command of docs/plugins.md, "From nothing", and the template's own test with a lab: a plugin that was made a moment ago.</summary>
public sealed class NewPluginTests(AuthorsFolder author) : IClassFixture<AuthorsFolder>
{
    [Fact]
    public void A_check_from_the_template_is_taken_and_serves_in_the_lab()
    {
        string folder = author.Make("DiskSpace", "check");

        string listed = AuthorsFolder.Expect(0, author.Run(AgentBinary.FilePath, "plugins", "list", "--plugins", $"{folder}/plugins"));
        Assert.Matches(@"DiskSpace +usable +1\.0\.0\.0 +\S+ +check ", listed);
        AuthorsFolder.Expect(0, author.Run(AgentBinary.FilePath, "check", "--strict", $"{folder}/plugins.json"));

        author.UseProgram(AgentBinary.FilePath);
        string tested = author.Dotnet("run", "--no-build", "--project", "DiskSpace/tests", "--", "-noColor", "-class", "*LabTests");
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0,", tested, StringComparison.Ordinal);

        string table = AuthorsFolder.Expect(0, author.Run(AgentBinary.FilePath, "lab", $"{folder}/plugins.json"));
        Assert.Contains("normal start                     - -> web1", table, StringComparison.Ordinal);
        Assert.DoesNotContain("FAILED", table, StringComparison.Ordinal);

        // The words are the plugin's own.
        string answer = AuthorsFolder.Expect(0, author.Run(AgentBinary.FilePath, "probe", "diskspace", $"{folder}/plugins.json"));
        Assert.Contains("/etc/os-release is there", answer, StringComparison.Ordinal);
    }
}
