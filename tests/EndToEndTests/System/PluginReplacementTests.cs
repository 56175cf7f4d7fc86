using System.Globalization;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Plugins that come and change while the agent serves: in force after a reload, or the old ones go on; adverts never notice.</summary>
public sealed class PluginReplacementTests
{
    private static readonly Variant V3 = Variant.Named("v3");

    [Fact]
    public void A_plugin_that_is_copied_in_is_live_after_a_reload()
    {
        using var cluster = Cluster.Of(2);
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        Directory.CreateDirectory(plugins);
        PluginsJson without = With(plugins, "nothing") with { Plugins = [] };
        AgentInNode web1 = Serve(cluster, without, without);

        HostilePlugin.Copy("Misbehaving", plugins);
        MonotonicTime reload = LabClock.Now;
        web1.Reload(With(plugins, "nothing"));

        cluster.Until(() => web1.TryStatus()?.Checks.FirstOrDefault(one => one.Id == "mine")?.State == "up", "the new check to be up");
        AssertNothingMoved(cluster, web1, reload);
    }

    [Fact]
    public void A_DLL_that_is_written_over_goes_on_until_a_reload_and_then_a_second_host_takes_over()
    {
        using var cluster = Cluster.Of(2);
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        string library = HostilePlugin.Copy("Misbehaving", plugins);
        PluginsJson file = With(plugins, "nothing");
        (AgentInNode web1, HostStatus before) = ServeChecked(cluster, file);

        MonotonicTime reload = LabClock.Now;
        HostilePlugin.Renew(library);
        cluster.WaitForMoreAdverts("web1", 5);
        Assert.Equal(before, web1.Status().Host);

        web1.Reload(file);
        cluster.Until(() => web1.Status().Host is { State: "running", Pid: int pid } && pid != before.Pid, "a second host to take over");
        cluster.Until(() => Hosts(web1, before.Pid).Length == 0, "the first host to end");
        cluster.Until(() => Check(web1) is { State: "up", AgeSeconds: < 2 }, "the new check to speak");

        Assert.Equal(before.Restarts, web1.Status().Host.Restarts);
        Assert.Equal("active", Mine(web1).State);
        cluster.UntilLogged(web1, "new files of Misbehaving have answered");
        AssertNothingMoved(cluster, web1, reload);
    }

    [Fact]
    public void New_files_that_do_not_work_are_refused_and_the_old_go_on()
    {
        using var cluster = Cluster.Of(2);
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        string library = HostilePlugin.Copy("Misbehaving", plugins);
        PluginsJson file = With(plugins, "nothing");
        (AgentInNode web1, HostStatus before) = ServeChecked(cluster, file);

        MonotonicTime reload = LabClock.Now;
        HostilePlugin.Renew(library);
        web1.Reload(With(plugins, "throwInConstructor"));
        cluster.Until(() => web1.Status().Config.LastReload.Contains("no constructing today", StringComparison.Ordinal), "the reload to be refused");
        cluster.WaitForMoreAdverts("web1", 5);
        cluster.Until(() => Check(web1) is { State: "up", AgeSeconds: < 2 }, "the old check to go on");
        Assert.Equal(before.Pid, web1.Status().Host.Pid);
        Assert.Equal("active", Mine(web1).State);

        // A DLL that can't even be loaded is refused with the reload.
        File.WriteAllText(library, "no assembly");
        web1.Reload(file);
        cluster.Until(() => web1.Status().Config.LastReload.Contains("HS1503", StringComparison.Ordinal), "the reload to be refused");
        cluster.Until(() => Check(web1) is { State: "up", AgeSeconds: < 2 }, "the old check to go on");
        AssertNothingMoved(cluster, web1, reload);
    }

    [Fact]
    public void An_agent_does_not_start_with_a_plugin_whose_files_others_may_change()
    {
        using var cluster = Cluster.Of(2);
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        string library = HostilePlugin.Copy("Misbehaving", plugins);
        File.SetUnixFileMode(library, (UnixFileMode)0b110_100_110);
        AgentInNode web1 = cluster.Start("web1", With(plugins, "nothing"));

        Assert.Equal(5, web1.Process.WaitForExit(TimeSpan.FromSeconds(30)));
        cluster.UntilLogged(web1, library);
        cluster.UntilLogged(web1, "chmod go-w");
    }

    [Fact]
    public void A_plugin_that_differs_from_plugins_lock_is_refused()
    {
        using var cluster = Cluster.Of(2);
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        string library = HostilePlugin.Copy("Misbehaving", plugins);
        AgentInNode web1 = cluster.Start("web1", With(plugins, "nothing"));
        cluster.Until(() => web1.TryStatus() is not null && Check(web1).State == "up", "the check to be up");

        Assert.Contains("pins Misbehaving", AgentBinary.Run("plugins", "lock", web1.ConfigFile).Output, StringComparison.Ordinal);
        HostilePlugin.Renew(library);
        web1.Reload(With(plugins, "nothing"));

        cluster.Until(() => !web1.Status().Config.LastReloadSucceeded, "the reload to be refused");
        Assert.Contains("Misbehaving.dll differs", web1.Status().Config.LastReload, StringComparison.Ordinal);
        cluster.Until(() => Check(web1) is { State: "up", AgeSeconds: < 2 }, "the old check to go on");
    }

    [Fact]
    public void An_agent_that_requires_a_lock_does_not_start_without_one()
    {
        using var cluster = Cluster.Of(2);
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        HostilePlugin.Copy("Misbehaving", plugins);
        AgentInNode web1 = cluster.Start("web1", With(plugins, "nothing"), "--require-lock");

        Assert.Equal(5, web1.Process.WaitForExit(TimeSpan.FromSeconds(30)));
        cluster.UntilLogged(web1, "--require-lock was given");

        string pins = Path.Combine(Path.GetDirectoryName(web1.ConfigFile)!, "plugins.lock");
        Assert.Equal(0, AgentBinary.Run("plugins", "lock", web1.ConfigFile).Code);
        web1 = cluster.Start("web1", With(plugins, "nothing"), "--require-lock");
        cluster.Until(() => web1.TryStatus() is not null && Check(web1).State == "up", "the check that is pinned to be up");
        File.Delete(pins);
        web1.Reload(With(plugins, "nothing"));
        cluster.Until(() => !web1.Status().Config.LastReloadSucceeded, "the reload to be refused");
        Assert.Contains("--require-lock was given", web1.Status().Config.LastReload, StringComparison.Ordinal);

        Assert.Equal(0, AgentBinary.Run("plugins", "lock", web1.ConfigFile).Code);
        web1.Reload(With(plugins, "nothing"));
        cluster.Until(() => Check(web1).State == "up", "the check that is pinned to be up");
    }

    [Theory]
    [InlineData("", 0, "0000000000000000")]
    [InlineData(""", "hostUser": "nobody" """, 65534, "0000000000000000")]
    [InlineData(""", "hostUser": "nobody", "hostCapabilities": ["NET_ADMIN"] """, 65534, "0000000000001000")]
    public void The_plugin_host_has_no_power_but_what_the_file_says(string keys, int user, string capabilities)
    {
        if (user != 0)
        {
            SkipUnlessNobodyCanRunTheHost();
        }

        using var cluster = Cluster.Of(2);
        string plugins = Path.Combine(cluster.Network.Directory, "plugins");
        HostilePlugin.Copy("Misbehaving", plugins);
        PluginsJson file = With(plugins, "nothing");
        AgentInNode web1 = cluster.Start("web1", file with { Agent = file.Agent.TrimEnd().TrimEnd('}') + keys + "}" });
        cluster.Until(() => web1.TryStatus() is not null && Check(web1).State == "up", "the check to be up");

        string[] status = File.ReadAllLines($"/proc/{Assert.Single(Hosts(web1, web1.Status().Host.Pid))}/status");
        foreach (string set in new[] { "CapPrm", "CapEff", "CapAmb" })
        {
            Assert.Contains($"{set}:\t{capabilities}", status);
        }

        Assert.Contains("NoNewPrivs:\t1", status);
        Assert.Contains($"Uid:\t{user}\t{user}\t{user}\t{user}", status);

        // "nobody" is in no group but its own; root's own groups are none of a plugin's.
        string group = user == 0 ? "0" : File.ReadLines("/etc/passwd").Single(line => line.StartsWith("nobody:", StringComparison.Ordinal)).Split(':')[3];
        Assert.Contains($"Gid:\t{group}\t{group}\t{group}\t{group}", status);
        if (user != 0)
        {
            Assert.Equal(group, status.Single(line => line.StartsWith("Groups:", StringComparison.Ordinal))["Groups:".Length..].Trim());
        }
    }

    private static void SkipUnlessNobodyCanRunTheHost()
    {
        for (DirectoryInfo? folder = new(Path.GetDirectoryName(AgentBinary.FilePath)!); folder is not null; folder = folder.Parent)
        {
            Assert.SkipUnless(folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute), $"nobody can't run what lies below {folder.FullName}");
        }
    }

    private static PluginsJson With(string plugins, string deed) =>
        PluginsJson.Pair(V3.RouterEntry with { FaultOn = ["mine"] }) with
        {
            Agent = $$"""{ "realtimePriority": 20, "pluginPaths": ["{{plugins}}"] }""",
            Plugins = [new("mine", "Misbehaving", $$"""{ "deed": "{{deed}}" }""") { Interval = "500ms", Timeout = "500ms" }],
        };

    /// <summary>web1 has the role with the first file; web2 needs no check.</summary>
    private static AgentInNode Serve(Cluster cluster, PluginsJson first, PluginsJson second)
    {
        AgentInNode web1 = cluster.Start("web1", Tracked(first));
        cluster.WaitForMaster("web1", Variant.Router, V3.Vip);
        cluster.Start("web2", Tracked(second));
        return web1;
    }

    /// <summary>The same, with the check up.</summary>
    private static (AgentInNode Agent, HostStatus Host) ServeChecked(Cluster cluster, PluginsJson file)
    {
        AgentInNode web1 = Serve(cluster, file, file with { Plugins = [] });
        cluster.Until(() => Check(web1).State == "up", "the check to be up");
        return (web1, web1.Status().Host);
    }

    /// <summary>A file without the check can't track it.</summary>
    private static PluginsJson Tracked(PluginsJson file) => file.Plugins.Count > 0 ? file : file with { Routers = [V3.RouterEntry] };

    /// <summary>The plugin hosts that have this process id in their node, by their id out here.</summary>
    private static string[] Hosts(AgentInNode agent, int? inside) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => Path.GetFileName(folder))
            .Where(process => int.TryParse(process, out _) && IsHost(process, $"\t{inside}", NetworkOf(agent.Process.Pid))),
    ];

    private static string? NetworkOf(int process) => new FileInfo($"/proc/{process}/ns/net").LinkTarget;

    private static bool IsHost(string process, string inside, string? network)
    {
        try
        {
            return NetworkOf(int.Parse(process, CultureInfo.InvariantCulture)) == network
                && File.ReadAllText($"/proc/{process}/cmdline").Contains("hotstandby-plugin-host", StringComparison.Ordinal)
                && File.ReadLines($"/proc/{process}/status").Any(line => line.StartsWith("NSpid:", StringComparison.Ordinal) && line.EndsWith(inside, StringComparison.Ordinal));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return false;
        }
    }

    private static PluginStatus Mine(AgentInNode agent) => agent.Status().Plugins.Single(plugin => plugin.Id == "mine");

    private static CheckStatus Check(AgentInNode agent) => agent.Status().Checks.Single(check => check.Id == "mine");

    private static void AssertNothingMoved(Cluster cluster, AgentInNode web1, MonotonicTime since)
    {
        cluster.WaitForMoreAdverts("web1", 3);
        cluster.AssertSilent("web2", since);
        Assert.Equal(["web1"], cluster.Holders(V3.Vip));
        Assert.Single(web1.Status().Transitions, transition => transition.To == "MASTER");
        Assert.All(cluster.Adverts("web1", since), advert => Assert.Equal(150, advert.Priority));
    }
}
