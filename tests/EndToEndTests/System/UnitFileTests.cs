using System.Text.RegularExpressions;
using HotStandby.Agent.Control;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>packaging/hotstandby.service does what it says: its commands are run, with the agent itself.</summary>
public sealed partial class UnitFileTests
{
    private static readonly Variant V3 = Variant.Named("v3");
    private static readonly PluginsJson Sound = PluginsJson.Pair(V3.RouterEntry) with { Agent = "{}" };

    [Fact]
    public async Task Its_commands_start_reload_and_clean_up_and_systemd_is_told_the_state()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        string configFile = Write(node, Sound.Text());
        using UnitFile unit = new(node, configFile);

        using LabProcess agent = unit.Run("ExecStart");
        cluster.Until(() => unit.Heard.Any(message => message.StartsWith("READY=1", StringComparison.Ordinal)), "systemd to be told that it is ready");
        cluster.Until(() => unit.Status.Contains("VI_1 MASTER", StringComparison.Ordinal), "systemd to be told that it is master");
        cluster.Until(() => cluster.Holds("web1", V3.Vip), "web1 to have the address");

        File.WriteAllText(configFile, (Sound with { Nodes = [new(1, 120), new(2, 100)] }).Text());
        (int? code, string output) = unit.RunToEnd("ExecReload");
        Assert.True(code == 0, output);
        StatusReport status = await ControlClient.ReadStatusAsync(node.ControlSocketPath, ControlClient.DefaultTimeout, TestContext.Current.CancellationToken);
        Assert.Equal(120, status.VirtualRouters[0].Priority.Base);
        cluster.Until(() => unit.Heard.Any(message => message.StartsWith("RELOADING=1", StringComparison.Ordinal)), "systemd to be told of the reload");

        // What is added moves before the reload is answered, and listens for a minute then.
        File.WriteAllText(configFile, (Sound with { Routers = [V3.RouterEntry, new("VI_2", 52, "10.77.0.102/24") { AdvertInterval = "20s" }] }).Text());
        (code, output) = unit.RunToEnd("ExecReload");
        Assert.True(code == 0, output);
        cluster.Until(() => unit.Status.Contains("VI_2 BACKUP", StringComparison.Ordinal), "systemd to be told of what was added");

        // A file that is refused: systemctl reload fails, and the service goes on and says so.
        File.WriteAllText(configFile, Sound.Text().Replace("\"vrid\"", "\"vridd\"", StringComparison.Ordinal));
        (code, output) = unit.RunToEnd("ExecReload");
        Assert.True(code is > 0, output);
        Assert.Contains("vridd", output, StringComparison.Ordinal);
        cluster.Until(() => unit.Status.Contains("vridd", StringComparison.Ordinal), "the status to say that the reload was refused");
        Assert.True(cluster.Holds("web1", V3.Vip));

        int beats = unit.Heard.Count(message => message == "WATCHDOG=1");
        cluster.Until(() => unit.Heard.Count(message => message == "WATCHDOG=1") > beats, "the watchdog to be fed");

        agent.Kill(LinuxSignal.Kill);
        agent.WaitForExit(TimeSpan.FromSeconds(15));
        (code, output) = unit.RunToEnd("ExecStopPost");
        Assert.True(code == 0, output);
        Assert.Contains("leftover", output, StringComparison.Ordinal);
        Assert.Empty(cluster.Holders(V3.Vip));
    }

    [Fact]
    public void Every_command_of_the_unit_is_run_by_a_test() => Assert.Equal(
        ["ExecReload", "ExecStart", "ExecStopPost"],
        UnitFile.Settings.Select(setting => setting.Key).Where(key => key.StartsWith("Exec", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Systemd_does_not_try_again_what_only_a_hand_can_mend()
    {
        using var cluster = Cluster.Of(1);
        LabNode node = cluster["web1"];
        string configFile = Write(node, Sound.Text().Replace("\"vrid\"", "\"vridd\"", StringComparison.Ordinal));
        using UnitFile unit = new(node, configFile);
        int[] final = [.. UnitFile.Setting("RestartPreventExitStatus").Split(' ').Select(int.Parse)];

        (int? code, string output) = unit.RunToEnd("ExecStart");
        Assert.Contains("vridd", output, StringComparison.Ordinal);
        Assert.Contains(code ?? -1, final);
        Assert.Contains("vridd", unit.Status, StringComparison.Ordinal);

        File.WriteAllText(configFile, Sound.Text());
        (code, output) = unit.RunToEnd("ExecStart", capabilities: "CAP_NET_RAW");
        Assert.Contains("CAP_NET_ADMIN", output, StringComparison.Ordinal);
        Assert.Contains(code ?? -1, final);

        // What may pass by itself is tried again: a host name or an address that comes later in the boot, another agent that is still there.
        File.WriteAllText(configFile, (Sound with { Nodes = [new(7, 150), new(8, 100)] }).Text());
        (code, output) = unit.RunToEnd("ExecStart");
        Assert.Contains("web7", output, StringComparison.Ordinal);
        Assert.DoesNotContain(code ?? 0, final.Append(0));

        File.WriteAllText(configFile, Sound.Text());
        using LabProcess first = unit.Run("ExecStart");
        cluster.Until(() => cluster.Holds("web1", V3.Vip), "web1 to be master");
        (code, output) = unit.RunToEnd("ExecStart");
        Assert.Contains("another agent", output, StringComparison.Ordinal);
        Assert.DoesNotContain(code ?? 0, final.Append(0));
    }

    /// <summary>"agent.realtimePriority" in a comment is a key that the file has.</summary>
    [Fact]
    public void Its_comments_name_keys_as_they_are_called()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Packaging", "hotstandby.service"));
        string[] keys = [.. KeyName().Matches(text).Select(match => match.Groups[1].Value).Distinct()];
        Assert.NotEmpty(keys);
        string schema = AgentBinary.Run("schema").Output;
        Assert.All(keys, key => Assert.Contains($"\"{key}\": {{", schema, StringComparison.Ordinal));
        Assert.DoesNotMatch("\"[a-zA-Z]+\"( and \"[a-zA-Z]+\")? in plugins.json", text);
    }

    private static string Write(LabNode node, string text)
    {
        string file = Path.Combine(node.Directory, "plugins.json");
        File.WriteAllText(file, text);
        return file;
    }

    [GeneratedRegex(@"\bagent\.([a-zA-Z]+)")]
    private static partial Regex KeyName();
}
