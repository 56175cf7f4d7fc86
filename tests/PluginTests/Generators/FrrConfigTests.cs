using System.Diagnostics;
using HotStandby.Abstractions;
using HotStandby.Plugins.FrrConfig;
using static HotStandby.PluginTests.Generators.KeyCase;

namespace HotStandby.PluginTests.Generators;

/// <summary>
/// render frr: each key of plugins.json is in the file, or an error, leniently a comment, that names it; and the real vtysh of FRR accepts every
/// file.
/// </summary>
public sealed class FrrConfigTests : IDisposable
{
    private const string Router = "virtualRouters[0]";
    private const string Track = "virtualRouters[0].track[0]";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotstandby-frr-");

    private static readonly KeyCase[] Decisions =
    [
        Line("$schema", "", """{ "$schema": "./plugins.schema.json" }""", ""),

        // Over multicast only an explicit sourceAddress matters, and plugins belong to tracks and notifiers: there is nothing to say.
        Line("nodes.*.address", "nodes.web1", """{ "address": "192.168.56.141" }""", ""),
        Line("plugins[].id", "plugins[0]", """{ "id": "other" }""", ""),
        Line("plugins[].use", "plugins[0]", """{ "use": "Nginx" }""", ""),
        Line("plugins[].interval", "plugins[0]", """{ "interval": "3s" }""", ""),
        Line("plugins[].timeout", "plugins[0]", """{ "timeout": "2s" }""", ""),
        Line("plugins[].rise", "plugins[0]", """{ "rise": 2 }""", ""),
        Line("plugins[].fall", "plugins[0]", """{ "fall": 2 }""", ""),
        Line("plugins[].start", "plugins[0]", """{ "start": "failed" }""", ""),
        Line("plugins[].options", "plugins[0]", """{ "options": { "port": 1 } }""", ""),
        Line("nodes.*.priority", "nodes.web1", """{ "priority": 151 }""", "! nodes.web1.priority\n vrrp 51 priority 151\n"),
        Line("nodes.*.virtualRouters.*.priority", "nodes.web1", """{ "virtualRouters": { "VI_1": { "priority": 152 } } }""", "! nodes.web1.virtualRouters.VI_1.priority\n vrrp 51 priority 152\n"),
        Gap("nodes.*.priority", "", """{ "nodes": { "web1": { "address": "192.168.56.188", "priority": 255 } } }""", "nodes.web1.priority"),
        Line("nodes.*.virtualRouters.*.interface", "nodes.web1", """{ "virtualRouters": { "VI_1": { "interface": "ens3" } } }""", "! nodes.web1.virtualRouters.VI_1.interface\ninterface ens3\n"),
        Gap("nodes.*.virtualRouters.*.sourceAddress", "nodes.web1", """{ "virtualRouters": { "VI_1": { "sourceAddress": "192.168.56.7" } } }""", "nodes.web1.virtualRouters.VI_1.sourceAddress"),
        Gap("nodes.*.virtualRouters.*.devices.*", "", """{ "nodes": { "web1": { "virtualRouters": { "VI_1": { "devices": { "eth1": "ens4" } } } } }, "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.168.56.188/24", { "address": "10.9.0.1/24", "device": "eth1" }] }] }""", "virtualRouters[0].addresses"),
        Line("virtualRouters[].name", Router, """{ "name": "VI_new" }""", "! virtualRouters[0], VI_new. "),
        Line("virtualRouters[].vrid", Router, """{ "vrid": 77 }""", " address 00:00:5e:00:01:4d "),
        Line("virtualRouters[].interface", Router, """{ "interface": "ens4" }""", "! virtualRouters[0].interface\ninterface ens4\n"),
        Line("virtualRouters[].version", Router, """{ "version": 2 }""", " vrrp 51 version 2\n"),
        Line("virtualRouters[].advertInterval", Router, """{ "advertInterval": "250ms" }""", " vrrp 51 advertisement-interval 250\n"),
        Line("virtualRouters[].addresses[].address", Router, """{ "addresses": ["192.168.56.188/24", { "address": "192.168.56.190/24" }] }""", "! virtualRouters[0].addresses[1]\n vrrp 51 ip 192.168.56.190\n"),
        Line("virtualRouters[].addresses[].address", Router, """{ "addresses": ["fe80::1/64", "fd00::1/64"] }""", " vrrp 51 ipv6 fd00::1\n"),
        Gap("virtualRouters[].addresses[].device", Router, """{ "addresses": ["192.168.56.188/24", { "address": "10.9.0.1/24", "device": "eth1" }] }""", "virtualRouters[0].addresses"),
        Line("virtualRouters[].addresses[].label", Router, """{ "addresses": [{ "address": "192.168.56.188/24", "label": "eth0:9" }] }""", "!   ip address add 192.168.56.188/24 label eth0:9 dev vrrp4-1-51\n"),
        Line("virtualRouters[].addresses[].scope", Router, """{ "addresses": [{ "address": "192.168.56.188/24", "scope": "link" }] }""", " scope link dev"),
        Line("virtualRouters[].addresses[].peer", Router, """{ "addresses": [{ "address": "192.168.56.188/32", "peer": "10.9.9.9" }] }""", " 192.168.56.188 peer 10.9.9.9/32 dev"),
        Line("virtualRouters[].addresses[].broadcast", Router, """{ "addresses": [{ "address": "192.168.56.188/24", "broadcast": "192.168.56.255" }] }""", " broadcast 192.168.56.255 dev"),
        Line("virtualRouters[].addresses[].noPrefixRoute", Router, """{ "addresses": [{ "address": "192.168.56.188/24", "noPrefixRoute": true }] }""", " noprefixroute dev"),
        Line("virtualRouters[].addresses[].preferredSource", Router, """{ "addresses": ["fe80::1/64", { "address": "fd00::1/64", "preferredSource": true }] }""", " preferred_lft forever nodad dev"),
        Line("virtualRouters[].excludedAddresses", Router, """{ "excludedAddresses": ["192.168.56.191/24"] }""", "!   ip address add 192.168.56.191/24 dev vrrp4-1-51\n"),
        Gap("virtualRouters[].excludedAddresses", Router, """{ "excludedAddresses": ["fd00::1/64"] }""", "virtualRouters[0].excludedAddresses"),
        Line("virtualRouters[].preempt", Router, """{ "preempt": false }""", "! virtualRouters[0].preempt\n no vrrp 51 preempt\n"),
        Gap("virtualRouters[].preemptDelay", Router, """{ "preemptDelay": "3s" }""", "virtualRouters[0].preemptDelay"),

        // Only weights make it matter, and they are not rendered.
        Line("virtualRouters[].preemptUnhealthy", Router, """{ "preemptUnhealthy": false }""", ""),
        Gap("virtualRouters[].sticky", Router, """{ "sticky": true }""", "virtualRouters[0].sticky"),
        Gap("virtualRouters[].downTimerAdverts", Router, """{ "downTimerAdverts": 5 }""", "virtualRouters[0].downTimerAdverts"),
        Gap("virtualRouters[].checksum", Router, """{ "checksum": "messageOnly" }""", "virtualRouters[0].checksum"),
        Gap("virtualRouters[].announceRepeat", Router, """{ "announceRepeat": 2 }""", "virtualRouters[0].announceRepeat"),
        Gap("virtualRouters[].announceDelay", Router, """{ "announceDelay": "0s" }""", "virtualRouters[0].announceDelay"),
        Gap("virtualRouters[].announceRefresh", Router, """{ "announceRefresh": "60s" }""", "virtualRouters[0].announceRefresh"),
        Gap("virtualRouters[].multicastGroup", Router, """{ "multicastGroup": "224.0.0.77" }""", "virtualRouters[0].multicastGroup"),
        Gap("virtualRouters[].unicast.peers", Router, """{ "unicast": { "peers": ["192.168.56.131", "192.168.56.140"] } }""", "virtualRouters[0].unicast"),
        Gap("virtualRouters[].unicast.minTtl", Router, """{ "unicast": { "minTtl": 250 } }""", "virtualRouters[0].unicast"),
        Gap("virtualRouters[].unicast.checkSource", Router, """{ "unicast": { "checkSource": true } }""", "virtualRouters[0].unicast"),

        // FRR always has the virtual MAC address, which a comment in every file says.
        Line("virtualRouters[].useVmac", Router, """{ "useVmac": true }""", ""),
        Line("virtualRouters[].releaseBudget", Router, """{ "releaseBudget": "9s" }""", "! virtualRouters[0].releaseBudget means nothing here"),
        Gap("virtualRouters[].acceptMode", Router, """{ "acceptMode": false }""", "virtualRouters[0].acceptMode"),
        Gap("virtualRouters[].routes[].to", Router, """{ "routes": [{ "to": "default", "via": "192.168.56.1" }] }""", "virtualRouters[0].routes"),
        Gap("virtualRouters[].rules[].to", Router, """{ "rules": [{ "to": "10.6.0.0/16", "table": 100, "priority": 1000 }] }""", "virtualRouters[0].rules"),
        Gap("virtualRouters[].track[].check", Router, """{ "track": [{ "check": "app", "onFail": "fault" }] }""", Track),
        Gap("virtualRouters[].track[].anyOf", Router, """{ "track": [{ "anyOf": ["app", { "process": "x" }], "onFail": "fault" }] }""", Track),
        Gap("virtualRouters[].track[].allOf", Router, """{ "track": [{ "allOf": ["app", { "process": "x" }], "onFail": "fault" }] }""", Track),
        Gap("virtualRouters[].track[].interface", Router, """{ "track": [{ "interface": "eth1", "onFail": "fault" }] }""", Track),
        Gap("virtualRouters[].track[].file", Router, """{ "track": [{ "file": "/run/x/drain", "missing": 0, "weight": -1 }] }""", Track),
        Gap("virtualRouters[].track[].process", Router, """{ "track": [{ "process": "worker", "onFail": "fault" }] }""", Track),
        Gap("virtualRouters[].notify", Router, """{ "notify": ["tell"] }""", "virtualRouters[0].notify"),
        Gap("virtualRouters[].authentication.type", Router, """{ "version": 2, "authentication": { "type": "pass", "password": "s3cr3t" } }""", "virtualRouters[0].authentication"),
        Gap("syncGroups[].name", "", """
            { "virtualRouters": [
              { "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.168.56.188/24"] },
              { "name": "VI_2", "vrid": 52, "interface": "eth0", "addresses": ["192.168.56.189/24"] }
            ], "syncGroups": [{ "name": "VG_1", "virtualRouters": ["VI_1", "VI_2"] }] }
            """, "syncGroups[0]"),
        Line("agent.pluginPaths", "agent", """{ "pluginPaths": ["/opt/plugins"] }""", "! agent.pluginPaths and agent.hostGrace mean nothing here"),
        Line("agent.strayAddresses", "agent", """{ "strayAddresses": "remove" }""", "! agent.strayAddresses"),
        Line("agent.hostUser", "agent", """{ "hostUser": "nobody" }""", "! agent.hostUser and agent.hostCapabilities mean nothing here"),
        Line("agent.hostCapabilities", "agent", """{ "hostCapabilities": ["NET_ADMIN"] }""", "! agent.hostUser and agent.hostCapabilities mean nothing here"),
        Line("agent.hostGrace", "agent", """{ "hostGrace": "20s" }""", "! agent.pluginPaths and agent.hostGrace mean nothing here"),
        Gap("agent.realtimePriority", "agent", """{ "realtimePriority": 30 }""", "agent.realtimePriority"),
        Gap("agent.lockMemory", "agent", """{ "lockMemory": true }""", "agent.lockMemory"),
        Gap("agent.startupDelay", "agent", """{ "startupDelay": "2500ms" }""", "agent.startupDelay"),
        Gap("agent.delayAfterBoot", "agent", """{ "delayAfterBoot": "30s" }""", "agent.delayAfterBoot"),
    ];

    /// <summary>Refused as a whole, by what they are in.</summary>
    private static readonly string[] RefusedAsAWhole =
        ["virtualRouters[].routes[].", "virtualRouters[].rules[].", "virtualRouters[].track[].", "virtualRouters[].authentication.", "syncGroups[]."];

    public static TheoryData<KeyCase> Cases => [.. Decisions];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_key_of_the_schema_is_decided()
    {
        HashSet<string> decided = [.. Decisions.Select(one => one.Key)];
        string[] undecided = [.. SchemaPaths.All.Where(key => !decided.Contains(key) && !RefusedAsAWhole.Any(whole => key.StartsWith(whole, StringComparison.Ordinal)))];
        Assert.Empty(undecided);
        Assert.Empty(decided.Except(SchemaPaths.All));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_key_is_rendered_or_named_and_vtysh_accepts_the_file(KeyCase decision)
    {
        string without = await Render(decision.Model(_folder.FullName, changed: false));
        ClusterModel model = decision.Model(_folder.FullName);
        string with = await Render(model, lenient: true);
        if (decision.IsGap)
        {
            GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => Render(model));
            Assert.StartsWith(decision.Expected + ": ", error.Message, StringComparison.Ordinal);
            Assert.Contains($"\n! NOT RENDERED: {decision.Expected}: ", with, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(with, await Render(model));
            Assert.Contains(decision.Expected, with, StringComparison.Ordinal);
            Assert.True(decision.Expected.Length == 0 || !without.Contains(decision.Expected, StringComparison.Ordinal), "the line is there without the key");
        }

        Assert.Equal((0, ""), await Vtysh(with));
    }

    /// <summary>Else the test above would prove nothing.</summary>
    [Fact]
    public async Task Vtysh_refuses_what_it_does_not_know()
    {
        string rendered = await Render(Line("", "", "{}", "").Model(_folder.FullName));
        (int status, string output) = await Vtysh(rendered.Replace("priority", "priorit7", StringComparison.Ordinal));
        Assert.NotEqual(0, status);
        Assert.Contains("priorit7", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_checksum_of_RFC_9568_needs_a_younger_FRR()
    {
        ClusterModel model = Line("", Router, """{ "checksum": "messageOnly" }""", "").Model(_folder.FullName);
        Assert.Contains("\n no vrrp 51 checksum-with-ipv4-pseudoheader\n", await Render(model, target: "8.5"), StringComparison.Ordinal);
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => Render(model, target: "8.4.4"));
        Assert.Contains("since 8.5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_families_of_one_vrid_have_to_agree()
    {
        const string Families = """
            { "virtualRouters": [
              { "name": "VI_4", "vrid": 51, "interface": "eth0", "addresses": ["192.168.56.188/24"] },
              { "name": "VI_6", "vrid": 51, "interface": "eth0", "addresses": ["fe80::1/64"], "advertInterval": "1s" }
            ] }
            """;
        string rendered = await Render(Line("", "", Families, "").Model(_folder.FullName));
        Assert.Contains(" vrrp 51 ip 192.168.56.188\n", rendered, StringComparison.Ordinal);
        Assert.Contains(" vrrp 51 ipv6 fe80::1\n", rendered, StringComparison.Ordinal);
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(
            () => Render(Line("", "", Families.Replace("\"1s\"", "\"2s\"", StringComparison.Ordinal), "").Model(_folder.FullName)));
        Assert.StartsWith("virtualRouters[1]: VI_6 and VI_4 ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7.5", "8.4")]
    [InlineData("8", "\"8.4.4\"")]
    public async Task A_target_that_is_none_is_refused(string target, string expected)
    {
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => Render(Line("", "", "{}", "").Model(_folder.FullName), target: target));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static Task<string> Render(ClusterModel model, bool lenient = false, string target = "") => new FrrConfigGenerator(new FrrConfigOptions())
        .GenerateAsync(new GenerationRequest(model, "web1") { Lenient = lenient, TargetVersion = target }, TestContext.Current.CancellationToken);

    private async Task<(int Status, string Output)> Vtysh(string text)
    {
        string file = Path.Combine(_folder.FullName, "frr.conf");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        IReadOnlyList<string> command = [.. new FrrConfigGenerator(new FrrConfigOptions()).CheckCommand.Select(word => word == "{file}" ? file : word)];
        using Process vtysh = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using StreamReader outputReader = vtysh.StandardOutput;
        using StreamReader errorReader = vtysh.StandardError;
        Task<string> output = outputReader.ReadToEndAsync(limit.Token);
        Task<string> errors = errorReader.ReadToEndAsync(limit.Token);
        await vtysh.WaitForExitAsync(limit.Token);
        return (vtysh.ExitCode, await output + await errors);
    }
}
