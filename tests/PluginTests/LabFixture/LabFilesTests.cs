using System.Text.Json.Nodes;
using HotStandby.TestKit;

namespace HotStandby.PluginTests.LabFixture;

/// <summary>Which plugins.json a lab runs, and with which plugins.</summary>
public sealed class LabFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotstandby-files-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_alone_is_run_where_it_lies_and_is_found_above_the_test_program()
    {
        string file = Write("plugins.json", "{}");
        string program = _folder.CreateSubdirectory("tests/bin/Debug").FullName;

        using LabFiles files = LabFiles.Prepare(new LabOptions { Configuration = "plugins.json" }, program);

        Assert.Equal(file, files.Configuration);
        files.Dispose();
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void Plugins_are_copied_beside_a_copy_of_the_file_that_finds_them_first()
    {
        string file = Write("etc/plugins.json", """{ "agent": { "pluginPaths": ["more", "/usr/lib/x"], "hostGrace": "5s" }, /* nodes */ "nodes": {}, }""");
        string dll = Write("build/Disk/Disk.dll", "dll");
        Write("build/Disk/native/lib.so", "so");
        File.SetUnixFileMode(dll, File.GetUnixFileMode(dll) | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);

        string copied;
        using (LabFiles files = LabFiles.Prepare(new LabOptions { Configuration = file, Plugins = ["build/Disk"] }, _folder.FullName))
        {
            copied = Path.GetDirectoryName(files.Configuration)!;
            JsonNode read = JsonNode.Parse(File.ReadAllText(files.Configuration))!;
            Assert.Equal(
                ["plugins", Path.Combine(_folder.FullName, "etc/more"), "/usr/lib/x"],
                read["agent"]!["pluginPaths"]!.AsArray().Select(path => path!.GetValue<string>()));
            Assert.Equal("5s", read["agent"]!["hostGrace"]!.GetValue<string>());
            Assert.Equal("so", File.ReadAllText(Path.Combine(copied, "plugins/Disk/native/lib.so")));

            // An agent loads no plugin that others can write.
            Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(Path.Combine(copied, "plugins/Disk/Disk.dll")) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        }

        Assert.False(Directory.Exists(copied));
        Assert.True(File.Exists(file));
    }

    /// <summary>The program's own words for it have line and column.</summary>
    [Theory]
    [InlineData("""{ "agent": { """)]
    [InlineData("[]")]
    [InlineData("""{ "agent": 5 }""")]
    [InlineData("""{ "agent": { "pluginPaths": "plugins" } }""")]
    public void A_text_that_is_no_plugins_json_stays_as_it_is(string text) => Assert.Equal(text, LabFiles.WithPluginPath(text, "/"));

    [Fact]
    public void A_text_without_agent_gets_one() =>
        Assert.Equal("plugins", JsonNode.Parse(LabFiles.WithPluginPath("{}", "/"))!["agent"]!["pluginPaths"]!.AsArray().Single()!.GetValue<string>());

    [Fact]
    public void Options_that_can_t_be_meant_are_refused()
    {
        Write("build/Disk/Other.dll", "dll");

        Assert.Contains("either Configuration", Refused<ArgumentException>(new LabOptions()), StringComparison.Ordinal);
        Assert.Contains("either Configuration", Refused<ArgumentException>(new LabOptions { Configuration = "a", Text = "{}" }), StringComparison.Ordinal);
        Assert.Contains("no 'none.json'", Refused<FileNotFoundException>(new LabOptions { Configuration = "none.json" }), StringComparison.Ordinal);
        Assert.Contains("there is no " + Path.Combine(_folder.FullName, "build/Disk/Disk.dll"), Refused<ArgumentException>(new LabOptions { Text = "{}", Plugins = ["build/Disk"] }), StringComparison.Ordinal);
    }

    private string Refused<T>(LabOptions options)
        where T : Exception => Assert.Throws<T>(() => LabFiles.Prepare(options, _folder.FullName)).Message;

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }
}
