using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Importing;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.UnitTests.Keepalived;

/// <summary>Files that stand for more than they are, and paths that are no files: reading ends, with a finding, and the rest is read.</summary>
public sealed class BoundsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hs-bounds-");
    private readonly ConfFindings _findings = new();

    public void Dispose() => _folder.Delete(recursive: true);

    private IReadOnlyList<ConfFinding> Found => _findings.InOrder();

    [Theory]
    [InlineData("include /dev/zero", "/dev/zero can't be read: it is a device")]
    [InlineData("include fifo", "can't be read: it is a named pipe")]
    [InlineData("include fif*", "can't be read: it is a named pipe")]
    [InlineData("include large", "it is larger than 4 MiB")]
    [InlineData("include dangling*", "can't be read: there is no such file")]
    public void What_is_no_file_is_said_and_what_follows_is_read(string line, string words)
    {
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(_folder.FullName, "fifo")]))
        {
            mkfifo.WaitForExit();
        }

        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "dangling"), "/nonexistent/file");
        File.WriteAllBytes(Path.Combine(_folder.FullName, "large"), new byte[(4 * 1024 * 1024) + 1]);
        Statement[] read = [.. Read($"{line}\nlast")];
        Assert.Equal("last", Assert.Single(read).Keyword);
        ConfFinding found = Assert.Single(Found);
        Assert.Equal((ConfCodes.Unreadable, 1), (found.Code, found.At.Line));
        Assert.Contains(words, found.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_that_the_operator_names_may_be_a_pipe_but_not_without_an_end()
    {
        _ = new ConfReader(new DiskFiles("/dev/zero"), null, _findings).Read("/dev/zero");
        Assert.Contains("larger than 4 MiB", Assert.Single(Found).Text, StringComparison.Ordinal);
    }

    /// <summary>Files that include each other by a pattern: each is read once along a path, not as often as there are paths.</summary>
    [Fact]
    public void A_folder_whose_files_include_the_folder_ends()
    {
        for (int i = 0; i < 12; i++)
        {
            File.WriteAllText(Path.Combine(_folder.FullName, $"{i:00}.conf"), $"line{i}\ninclude *.conf\n");
        }

        _ = Read("include *.conf");
        Assert.Contains(Found, found => found.Code == ConfCodes.TooDeep && found.Text.Contains("includes itself", StringComparison.Ordinal));
        Assert.Contains(Found, found => found.Code == ConfCodes.TooMuch);
    }

    [Theory]
    [InlineData("{a,b}")]
    [InlineData("{a,b,c,d,e,f,g,h}")]
    public void Braces_that_multiply_are_an_error(string braces)
    {
        _ = Read($"include {string.Concat(Enumerable.Repeat(braces, 20))}\nlast");
        Assert.Contains("its braces stand for more than", Assert.Single(Found).Text, StringComparison.Ordinal);
    }

    /// <summary>Each set is matched, not multiplied out.</summary>
    [Fact]
    public void Sets_that_multiply_find_what_they_name()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "abcdefghij"), "found");
        string sets = string.Concat(Enumerable.Repeat("[a-j]", 10));
        Assert.Equal("found", Assert.Single(Read($"include {sets}")).Keyword);
        Assert.Empty(Found);
        _ = Read($"include {sets}[a-j]");
        Assert.Equal(ConfCodes.IncludeOfNothing, Assert.Single(Found).Code);
    }

    [Theory]
    [InlineData("$A{0}=$A{1} $A{1}", ConfCodes.TooDeep)]
    [InlineData("$A{0}=\\\n$A{1} \\\n$A{1}", ConfCodes.TooMuch)]
    public void Definitions_that_multiply_end(string form, string code)
    {
        IEnumerable<string> definitions = Enumerable.Range(1, 30)
            .Select(i => form.Replace("{0}", $"{i}", StringComparison.Ordinal).Replace("{1}", $"{i - 1}", StringComparison.Ordinal));
        _ = Read(string.Join('\n', definitions.Prepend("$A0=xx")) + "\nword $A30");
        Assert.Equal(code, Assert.Single(Found).Code);
    }

    [Fact]
    public void A_line_may_name_many_definitions()
    {
        Assert.Single(Read("$A=x\n" + string.Join(' ', Enumerable.Repeat("$A", 100))));
        Assert.Empty(Found);
    }

    [Fact]
    public void Repetitions_that_multiply_end()
    {
        _ = Read(string.Join('\n', Enumerable.Repeat($"~SEQ(n, 1, 60000) {new string('x', 200)} $n", 100)));
        Assert.Equal(ConfCodes.TooMuch, Assert.Single(Found).Code);
    }

    [Fact]
    public void A_repetition_with_200_000_arguments_ends()
    {
        _ = Read($"~LST(n, {string.Join(", ", Enumerable.Repeat("1", 200_000))}) word");
        Assert.Equal(ConfCodes.BadRepeat, Assert.Single(Found).Code);
    }

    [Fact]
    public void A_hundred_thousand_faults_are_not_all_listed()
    {
        _ = Read(string.Concat(Enumerable.Repeat("}\n", 100_000)));
        Assert.InRange(Found.Count, 100, 5000);
        Assert.Equal(ConfCodes.TooMuch, Found[^1].Code);
    }

    [Fact]
    public void Words_of_the_file_are_not_obeyed_by_a_terminal_and_forge_no_line()
    {
        string conf = Path.Combine(_folder.FullName, "k.conf");
        File.WriteAllText(conf, "\e[2Jkeyword\e]0;owned\a \"x\\n/etc/k.conf:1:1: error KA1001: forged\"\nvrrp_instance \e[31m {\n}\n");
        ImportResult result = Import.Run([new("web1", conf)], new Dictionary<string, string>(), new DiskFiles(conf));
        Assert.NotEmpty(result.Findings);
        Assert.All(result.Findings, finding =>
        {
            Assert.DoesNotContain('\e', finding.ToString());
            Assert.DoesNotContain(finding.ToString().Split('\n'), line => line.StartsWith("/etc/k.conf:1:1", StringComparison.Ordinal));
        });
        Assert.Contains(result.Findings, finding => finding.ToString().Contains(@"\x1b[2Jkeyword", StringComparison.Ordinal));
    }

    private IReadOnlyList<Statement> Read(string text)
    {
        string path = Path.Combine(_folder.FullName, "keepalived");
        File.WriteAllText(path, text);
        return new ConfReader(new DiskFiles(path), null, _findings).Read(path);
    }
}
