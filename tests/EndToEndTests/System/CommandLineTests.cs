using System.Net.Sockets;

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
    [InlineData("hotstandby", "chekc")]
    [InlineData("hotstandby check", "check", "--no-such-option")]
    [InlineData("hotstandby render", "render", "keepalived")]
    [InlineData("hotstandby run", "run", "--config")]
    [InlineData("hotstandby run", "run", "a.json", "--config", "b.json")]
    [InlineData("hotstandby plugins show", "plugins", "show")]
    [InlineData("hotstandby status", "status", "--control", "")]
    [InlineData("hotstandby status", "status", "--control", "/run/long/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789")]
    [InlineData("hotstandby simulate", "simulate", "--scenario", "/dev/zero")]
    [InlineData("hotstandby import", "import", "a.conf", "b.conf", "--node", "web1", "--node", "web2", "--node", "web3")]
    public void Wrong_usage_is_2_and_names_the_verb(string verb, params string[] arguments)
    {
        if (arguments[0] == "simulate")
        {
            arguments = [.. arguments, Write(Good())];
        }

        (int code, _, string errors) = Run(arguments);

        Assert.Equal(2, code);
        Assert.StartsWith($"{verb}: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_others_can_change_is_refused_by_check_and_run_with_the_command_that_mends_it()
    {
        string file = Write(Good());
        File.SetUnixFileMode(file, (UnixFileMode)0x1B6);
        foreach (string[] verb in new string[][] { ["check", file], ["run", file], ["run", "--config", file] })
        {
            (int code, _, string errors) = Run([.. verb, .. verb[0] == "run" ? ["--control", Path.Combine(_folder.FullName, "control.sock")] : Array.Empty<string>()]);
            Assert.Equal(5, code);
            Assert.Contains("HS1005", errors, StringComparison.Ordinal);
            Assert.Contains($"chmod go-w {file}", errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_permission_is_4()
    {
        (int code, _, string errors) = RunWithoutCapabilities("release");
        Assert.Equal(4, code);
        Assert.Contains("CAP_NET_ADMIN", errors, StringComparison.Ordinal);

        // Root without CAP_DAC_OVERRIDE may not use a socket that nobody may.
        string path = Path.Combine(_folder.FullName, "control.sock");
        using Socket agent = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        agent.Bind(new UnixDomainSocketEndPoint(path));
        agent.Listen();
        File.SetUnixFileMode(path, UnixFileMode.None);
        (code, _, errors) = RunWithoutCapabilities("status", "--control", path);
        Assert.Equal(4, code);
        Assert.Contains("No right", errors, StringComparison.Ordinal);

        DirectoryInfo closed = _folder.CreateSubdirectory("closed");
        File.SetUnixFileMode(closed.FullName, UnixFileMode.UserExecute);
        string conf = Path.Combine(_folder.FullName, "keepalived.conf");
        File.WriteAllText(conf, Conf(""));
        (code, _, errors) = RunWithoutCapabilities("import", conf, "--node", "web1", "--address", "web1=10.0.0.1", "--out", Path.Combine(closed.FullName, "plugins.json"));
        Assert.Equal(4, code);
        Assert.Contains("denied", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Release_leaves_an_agent_alone_that_does_not_answer()
    {
        string path = Path.Combine(_folder.FullName, "control.sock");
        using Socket frozen = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        frozen.Bind(new UnixDomainSocketEndPoint(path));
        frozen.Listen();
        (int code, _, string errors) = Run("release", "--control", path);
        Assert.Equal(1, code);
        Assert.Contains("an agent is running here", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_overwrites_nothing_unless_it_is_told_and_keeps_a_password_to_its_owner()
    {
        string conf = Path.Combine(_folder.FullName, "keepalived.conf");
        string file = Path.Combine(_folder.FullName, "plugins.json");
        string aside = Path.Combine(_folder.FullName, "keepalived-ipvs.conf");
        string[] import = ["import", conf, "--node", "web1", "--address", "web1=10.0.0.1", "--out", file];

        // What is kept aside would be overwritten too: then nothing is written.
        File.WriteAllText(conf, Conf("") + "virtual_server 10.0.0.9 80 {\n  real_server 10.0.0.10 80 {\n  }\n}\n");
        File.WriteAllText(aside, "precious");
        (int code, _, string errors) = Run(import);
        Assert.Equal(1, code);
        Assert.Contains($"{aside} exists", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        File.Delete(aside);
        Run(import);
        Assert.Contains("VI_1", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Contains("virtual_server", File.ReadAllText(aside), StringComparison.Ordinal);
        Assert.Equal((UnixFileMode)0x1A4, File.GetUnixFileMode(file));

        File.WriteAllText(file, "precious");
        File.WriteAllText(conf, Conf("authentication {\n auth_type PASS\n auth_pass s3cr3t\n }"));
        (code, _, errors) = Run(import);
        Assert.Equal(1, code);
        Assert.Contains($"{file} exists", errors, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(file));

        Run([.. import, "--force"]);
        Assert.Contains("s3cr3t", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void Import_judges_its_file_as_check_does_with_the_plugins_own_word()
    {
        string conf = Path.Combine(_folder.FullName, "keepalived.conf");
        string file = Path.Combine(_folder.FullName, "plugins.json");
        string[] import = ["import", conf, "--node", "web1", "--address", "web1=10.0.0.1", "--out", file, "--force"];
        foreach ((string script, int expected) in new[] { ("/bin/true", 0), ("check.sh", 5) })
        {
            File.WriteAllText(conf, $"vrrp_script chk {{\n script \"{script}\"\n}}\n" + Conf("track_script {\n chk\n }"));
            (int code, _, string errors) = Run(import);
            Assert.True(code == expected, errors);
            (code, _, string check) = Run("check", file);
            Assert.True(code == expected, check);
            Assert.Equal(expected == 5, errors.Contains("plugins[0].options.command", StringComparison.Ordinal));
        }
    }

    private static string Conf(string more) =>
        $"vrrp_instance VI_1 {{\n interface eth0\n virtual_router_id 51\n priority 150\n {more}\n virtual_ipaddress {{\n 10.0.0.100/24\n }}\n}}\n";

    [Fact]
    public void Status_without_an_agent_is_3()
    {
        (int code, string output, string errors) = Run("status", "--control", Path.Combine(_folder.FullName, "none.sock"));

        Assert.Equal(3, code);
        Assert.Equal("", output);
        Assert.Contains("none.sock", errors, StringComparison.Ordinal);
    }

    /// <summary>Root without CAP_DAC_OVERRIDE may not read what nobody may.</summary>
    [Fact]
    public void Lint_says_which_folder_of_an_include_may_not_be_read_and_goes_on()
    {
        DirectoryInfo closed = _folder.CreateSubdirectory("closed");
        File.WriteAllText(Path.Combine(closed.FullName, "a.conf"), "");
        File.SetUnixFileMode(closed.FullName, UnixFileMode.None);
        string conf = Path.Combine(_folder.FullName, "keepalived.conf");
        File.WriteAllText(conf, "include closed/*.conf\nvrrp_instanse VI_1 {\n}\n");

        (int code, string output, _) = RunWithoutCapabilities("lint", conf);

        Assert.Equal(5, code);
        Assert.Contains($"KA1001: include closed/*.conf: the folder {closed.FullName} may not be read", output, StringComparison.Ordinal);
        Assert.Contains("vrrp_instanse", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Lint_of_a_file_in_the_working_directory_finds_what_it_includes()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "keepalived.conf"), "include conf*/[a]*.conf\ninclude a.*\n");
        File.WriteAllText(Path.Combine(_folder.CreateSubdirectory("conf.d").FullName, "a.conf"), "first_fault\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "a.conf"), "second_fault\n");

        (_, string output, _) = AgentBinary.RunProgram("env", ["-C", _folder.FullName, AgentBinary.FilePath, "lint", "keepalived.conf"]);

        Assert.Contains("conf.d/a.conf:1:1: ", output, StringComparison.Ordinal);
        Assert.Contains("\na.conf:1:1: ", "\n" + output, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Errors) RunWithoutCapabilities(params string[] arguments) =>
        AgentBinary.RunProgram("setpriv", ["--bounding-set", "-all", AgentBinary.FilePath, .. arguments]);

    private static string Good() => PluginsJson.Pair(new RouterEntry("VI_1", 51, "10.77.0.100/24")).Text();

    private string Write(string text)
    {
        string file = Path.Combine(_folder.FullName, "plugins.json");
        File.WriteAllText(file, text);
        return file;
    }

    private static (int Code, string Output, string Errors) Run(params IReadOnlyList<string> arguments) => AgentBinary.Run(arguments);
}
