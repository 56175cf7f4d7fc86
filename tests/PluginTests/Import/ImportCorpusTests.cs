using HotStandby.Agent.Keepalived.Importing;
using HotStandby.PluginTests.KeepalivedConfig;

namespace HotStandby.PluginTests.Import;

/// <summary>tests/ImportCorpus: every configuration is imported, checked, rendered and given to the real keepalived.</summary>
public sealed class ImportCorpusTests
{
    /// <summary>keepalived says so of every file without enable_script_security; it reads the file all the same.</summary>
    private const string ScriptSecurity = "SECURITY VIOLATION - scripts are being executed but script_security not enabled.";

    public static TheoryData<string> Names => [.. CorpusMember.Names];

    [Fact]
    public void There_are_thirty_or_more() => Assert.True(CorpusMember.Names.Length >= 30);

    /// <summary>Else the corpus would prove nothing of keepalived.conf.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_real_keepalived_accepts_the_original(string name)
    {
        using CorpusMember member = new(name);
        foreach (ConfSource source in member.Sources)
        {
            (_, string output) = await KeepalivedAcceptsTests.Test(source.Path, source.Node);
            Assert.Equal("", output.Replace(ScriptSecurity, "", StringComparison.Ordinal).Trim());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Imported_checked_and_rendered_the_real_keepalived_accepts_it(string name)
    {
        using CorpusMember member = new(name);
        Assert.DoesNotContain(member.Check().Diagnostics, one => one.Severity == Agent.Configuration.Severity.Error);
        foreach (ConfSource source in member.Sources)
        {
            string rendered = await member.Render(source.Node, lenient: true);
            Assert.Equal((0, ""), await KeepalivedAcceptsTests.Test(rendered));
        }
    }

    /// <summary>docs/import-corpus.md is what is found now; HOTSTANDBY_UPDATE=1 writes it.</summary>
    [Fact]
    public async Task The_table_is_current()
    {
        string text = await CorpusTable.Write();
        string path = Path.Combine(CorpusTable.Repository(), "docs", "import-corpus.md");
        if (Environment.GetEnvironmentVariable("HOTSTANDBY_UPDATE") == "1")
        {
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), text);
    }
}
