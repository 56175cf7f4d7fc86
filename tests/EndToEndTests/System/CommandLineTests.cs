namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Exit codes and words of the verbs that touch no network.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotstandby-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Check_of_a_good_file_is_0()
    {
        (int code, string output, string errors) = Run("check", Write(Good()));

        Assert.Equal(0, code);
        Assert.Contains("0 errors, 0 warnings", output, StringComparison.Ordinal);
        Assert.Equal("", errors);
    }

    [Fact]
    public void Check_of_a_bad_file_is_5_and_says_line_and_column()
    {
        string file = Write(Good().Replace("\"vrid\"", "\"vridd\"", StringComparison.Ordinal));

        (int code, string output, string errors) = Run("check", file);

        Assert.Equal(5, code);
        Assert.Matches(@"plugins\.json:\d+:\d+: error HS1\d\d\d: .*vridd", errors);
        Assert.DoesNotContain(" 0 errors", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_knows_the_options_of_the_plugins()
    {
        PluginsJson file = PluginsJson.Pair(new RouterEntry("VI_1", 51, "10.77.0.100/24") { FaultOn = ["nginx"] })
            .With(new PluginEntry("nginx", "Nginx", """{ "pidFiel": "/run/nginx.pid" }"""));

        (int code, _, string errors) = Run("check", Write(file.Text()));

        Assert.Equal(5, code);
        Assert.Contains("pidFiel", errors, StringComparison.Ordinal);
        Assert.Contains("pidFile", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6, "--strict")]
    public void Warnings_are_6_with_strict_only(int expected, params string[] options)
    {
        // One node only: nobody can take over, which is allowed but hardly meant.
        PluginsJson file = new() { Nodes = [new(1, 150)], Routers = [new("VI_1", 51, "10.77.0.100/24")] };

        (int code, string output, string errors) = Run(["check", .. options, Write(file.Text())]);

        Assert.Equal(expected, code);
        Assert.Contains("warning HS2", errors, StringComparison.Ordinal);
        Assert.Contains("1 warning", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_with_require_lock_wants_a_lock_and_what_it_pins()
    {
        string file = Write(PluginsJson.Pair(new RouterEntry("VI_1", 51, "10.77.0.100/24") { FaultOn = ["nginx"] })
            .With(new PluginEntry("nginx", "Nginx", """{ "pidFile": "/run/nginx.pid" }""")).Text());

        (int code, _, string errors) = Run("check", "--require-lock", file);
        Assert.Equal(5, code);
        Assert.Contains("--require-lock was given", errors, StringComparison.Ordinal);
        Assert.Equal(0, Run("check", file).Code);

        Assert.Equal(0, Run("plugins", "lock", file).Code);
        Assert.Equal(0, Run("check", "--require-lock", file).Code);
    }

    [Theory]
    [InlineData("chekc")]
    [InlineData("check", "--no-such-option")]
    [InlineData("render", "keepalived")]
    [InlineData("run", "--config")]
    public void Wrong_usage_is_2(params string[] arguments)
    {
        (int code, _, string errors) = Run(arguments);

        Assert.Equal(2, code);
        Assert.NotEqual("", errors);
    }

    [Fact]
    public void Status_without_an_agent_is_3()
    {
        (int code, string output, string errors) = Run("status", "--control", Path.Combine(_folder.FullName, "none.sock"));

        Assert.Equal(3, code);
        Assert.Equal("", output);
        Assert.Contains("none.sock", errors, StringComparison.Ordinal);
    }

    private static string Good() => PluginsJson.Pair(new RouterEntry("VI_1", 51, "10.77.0.100/24")).Text();

    private string Write(string text)
    {
        string file = Path.Combine(_folder.FullName, "plugins.json");
        File.WriteAllText(file, text);
        return file;
    }

    private static (int Code, string Output, string Errors) Run(params IReadOnlyList<string> arguments) => AgentBinary.Run(arguments);
}
