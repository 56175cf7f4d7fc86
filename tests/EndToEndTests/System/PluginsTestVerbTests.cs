namespace HotStandby.EndToEndTests.SystemTests;

/// <summary><c>hotstandby plugins test</c> of what is no check: a notifier acts only when a state is named, and a generator writes nothing.</summary>
public sealed class PluginsTestVerbTests : IDisposable
{
    private const string Router = "VI_1";

    /// <summary>Not below /tmp: a script there could be anybody's, and is not run.</summary>
    private readonly DirectoryInfo _folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "temp", Guid.NewGuid().ToString("N")));

    private string Told => Path.Combine(_folder.FullName, "told");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_notifier_is_told_nothing_unless_a_state_is_named()
    {
        (int code, string output, _) = AgentBinary.Run("plugins", "test", "tell", File());

        Assert.Equal(5, code);
        Assert.Contains("--notify STATE", output, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Told));
    }

    [Fact]
    public void A_notifier_is_told_of_the_state_that_is_named_marked_as_a_test()
    {
        (int code, string output, string errors) = AgentBinary.Run("plugins", "test", "tell", File(), "--notify", "backup");

        Assert.True(code == 0, output + errors);
        Assert.Contains("tell (Script) was told backup after", output, StringComparison.Ordinal);
        string[] told = System.IO.File.ReadAllLines(Told);
        Assert.Equal("INSTANCE (test) BACKUP 1", told[0]);
        Assert.Contains("HOTSTANDBY_REPLAY=1", told);
        Assert.Contains("HOTSTANDBY_VIPS=", told);
        Assert.Contains(told, line => line.StartsWith("HOTSTANDBY_REASON=a test by ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_notifier_that_fails_is_1_and_says_why()
    {
        (int code, string output, _) = AgentBinary.Run("plugins", "test", "tell", File(), "--notify", "fault");

        Assert.Equal(1, code);
        Assert.Contains("tell (Script) FAILED, told fault, after", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--notify", "initialize")]
    [InlineData("--notify", "backup", "--node", "web1")]
    [InlineData("--node", "web9")]
    public void Wrong_usage_is_2(params string[] options)
    {
        (int code, _, string errors) = AgentBinary.Run(["plugins", "test", "tell", File(), .. options]);

        Assert.Equal(2, code);
        Assert.NotEqual("", errors);
        Assert.False(System.IO.File.Exists(Told));
    }

    [Fact]
    public void A_generator_renders_what_render_does_and_says_how_it_is_put_in_place()
    {
        string file = File();
        (int code, string output, string errors) = AgentBinary.Run("plugins", "test", "KeepalivedConfig", file, "--node", "web1");

        Assert.True(code == 0, output + errors);
        Assert.Equal(AgentBinary.Run("render", "keepalived", file, "--node", "web1").Output, output);
        Assert.Contains($"'hotstandby render keepalived {file} --node web1 --out PATH' writes it", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_generator_renders_nothing()
    {
        (int code, string output, string errors) = AgentBinary.Run("plugins", "test", "tell", File(), "--node", "web1");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("Script is no generator", errors, StringComparison.Ordinal);
    }

    private string File()
    {
        string script = Path.Combine(_folder.FullName, "tell.sh");
        System.IO.File.WriteAllText(script, $"#!/bin/sh\necho \"$*\" > {Told}\nenv >> {Told}\n");
        System.IO.File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        string file = Path.Combine(_folder.FullName, "plugins.json");
        PluginsJson config = PluginsJson.Pair(new RouterEntry(Router, 51, "10.77.0.100/24"))
            .With(new PluginEntry("tell", "Script", $$"""{ "onBackup": ["{{script}}"], "onFault": ["/nowhere/to/be/found"] }"""));
        System.IO.File.WriteAllText(file, config.Text());
        return file;
    }
}
