using HotStandby.Abstractions;
using HotStandby.PluginTests.Generators;
using static HotStandby.PluginTests.Generators.KeyCase;

namespace HotStandby.PluginTests.KeepalivedConfig;

/// <summary>
/// Nothing of plugins.json is passed over: each key of its schema is in the rendered file, or an error, leniently a comment, that names it. A key
/// without a decision fails here.
/// </summary>
public sealed class EveryKeyTests : IDisposable
{
    private const string Router = "virtualRouters[0]";
    private const string TwoRouters = """
        { "virtualRouters": [
          { "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.168.56.188/24"] },
          { "name": "VI_2", "vrid": 52, "interface": "eth0", "addresses": ["192.168.56.189/24"] }
        ], "syncGroups": [{ "name": "VG_1", "virtualRouters": ["VI_1", "VI_2"], "track": [{ "check": "app", "onFail": "fault" }] }] }
        """;

    private static string Notifying(string options) =>
        $$"""{ "plugins": [{ "id": "tell", "use": "Script", "options": {{options}} }], "virtualRouters": [{ "name": "V", "vrid": 1, "interface": "e", "addresses": ["192.168.56.9/24"], "notify": ["tell"] }] }""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotstandby-keys-");

    private static readonly KeyCase[] Decisions =
    [
        // For editors only.
        Line("$schema", "", """{ "$schema": "./plugins.schema.json" }""", ""),
        Line("nodes.*.address", "", """{ "nodes": { "web1": { "address": "192.168.56.141" } }, "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.168.56.188/24"], "unicast": true }] }""", "unicast_src_ip 192.168.56.141  # nodes.web1.address"),
        Line("nodes.*.priority", "nodes.web1", """{ "priority": 151 }""", "    priority 151  # nodes.web1.priority"),
        Line("nodes.*.virtualRouters.*.priority", "nodes.web1", """{ "virtualRouters": { "VI_1": { "priority": 152 } } }""", "    priority 152  # nodes.web1.virtualRouters.VI_1.priority"),
        Line("nodes.*.virtualRouters.*.interface", "nodes.web1", """{ "virtualRouters": { "VI_1": { "interface": "ens3" } } }""", "    interface ens3  # nodes.web1.virtualRouters.VI_1.interface"),
        Line("nodes.*.virtualRouters.*.sourceAddress", "nodes.web1", """{ "virtualRouters": { "VI_1": { "sourceAddress": "192.168.56.7" } } }""", "    mcast_src_ip 192.168.56.7  # nodes.web1.virtualRouters.VI_1.sourceAddress"),
        Line("nodes.*.virtualRouters.*.devices.*", "", """{ "nodes": { "web1": { "virtualRouters": { "VI_1": { "devices": { "eth1": "ens4" } } } } }, "virtualRouters": [{ "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.168.56.188/24", { "address": "10.9.0.1/24", "device": "eth1" }] }] }""", "        10.9.0.1/24 dev ens4  # virtualRouters[0].addresses[1]"),
        Line("virtualRouters[].name", Router, """{ "name": "VI_new" }""", "vrrp_instance VI_new {  # virtualRouters[0]"),
        Line("virtualRouters[].vrid", Router, """{ "vrid": 77 }""", "    virtual_router_id 77  # virtualRouters[0].vrid"),
        Line("virtualRouters[].interface", Router, """{ "interface": "ens4" }""", "    interface ens4  # virtualRouters[0].interface"),
        Line("virtualRouters[].version", Router, """{ "version": 2 }""", "    version 2  # virtualRouters[0].version"),
        Line("virtualRouters[].advertInterval", Router, """{ "advertInterval": "250ms" }""", "    advert_int 0.25  # virtualRouters[0].advertInterval"),
        Line("virtualRouters[].addresses[].address", Router, """{ "addresses": ["192.168.56.188/24", { "address": "192.168.56.190/24" }] }""", "        192.168.56.190/24  # virtualRouters[0].addresses[1]"),
        Line("virtualRouters[].addresses[].device", Router, """{ "addresses": ["192.168.56.188/24", { "address": "10.9.0.1/24", "device": "eth1" }] }""", "        10.9.0.1/24 dev eth1  # virtualRouters[0].addresses[1]"),
        Line("virtualRouters[].addresses[].label", Router, """{ "addresses": [{ "address": "192.168.56.188/24", "label": "eth0:9" }] }""", " label eth0:9"),
        Line("virtualRouters[].addresses[].scope", Router, """{ "addresses": [{ "address": "192.168.56.188/24", "scope": "link" }] }""", " scope link"),
        Line("virtualRouters[].addresses[].peer", Router, """{ "addresses": [{ "address": "192.168.56.188/32", "peer": "10.9.9.9" }] }""", " peer 10.9.9.9"),
        Line("virtualRouters[].addresses[].broadcast", Router, """{ "addresses": [{ "address": "192.168.56.188/24", "broadcast": "192.168.56.255" }] }""", " brd 192.168.56.255"),
        Line("virtualRouters[].addresses[].noPrefixRoute", Router, """{ "addresses": [{ "address": "192.168.56.188/24", "noPrefixRoute": true }] }""", " noprefixroute"),
        Line("virtualRouters[].addresses[].preferredSource", Router, """{ "excludedAddresses": [{ "address": "fd00::1/128", "preferredSource": true }] }""", " preferred_lft forever"),
        Line("virtualRouters[].excludedAddresses", Router, """{ "excludedAddresses": ["192.168.56.191/24"] }""", "        192.168.56.191/24  # virtualRouters[0].excludedAddresses[0]"),
        Line("virtualRouters[].preempt", Router, """{ "preempt": false }""", "    nopreempt  # virtualRouters[0].preempt"),
        Line("virtualRouters[].preemptDelay", Router, """{ "preemptDelay": "3s" }""", "    preempt_delay 3  # virtualRouters[0].preemptDelay"),
        Gap("virtualRouters[].preemptUnhealthy", Router, """{ "preempt": false, "preemptUnhealthy": true, "track": [{ "check": "app", "weight": -60 }] }""", "virtualRouters[0].preemptUnhealthy"),
        Gap("virtualRouters[].sticky", Router, """{ "sticky": true }""", "virtualRouters[0].sticky"),
        Line("virtualRouters[].downTimerAdverts", Router, """{ "downTimerAdverts": 5 }""", "    down_timer_adverts 5  # virtualRouters[0].downTimerAdverts"),
        Line("virtualRouters[].checksum", Router, """{ "checksum": "messageOnly" }""", "    v3_checksum_as_v2 true  # virtualRouters[0].checksum"),
        Line("virtualRouters[].announceRepeat", Router, """{ "announceRepeat": 2 }""", "    garp_master_repeat 2  # virtualRouters[0].announceRepeat"),
        Line("virtualRouters[].announceDelay", Router, """{ "announceDelay": "0s" }""", "    garp_master_delay 0  # virtualRouters[0].announceDelay"),
        Line("virtualRouters[].announceRefresh", Router, """{ "announceRefresh": "60s" }""", "    garp_master_refresh 60  # virtualRouters[0].announceRefresh"),
        Line("virtualRouters[].multicastGroup", Router, """{ "multicastGroup": "224.0.0.77" }""", "    mcast_dst_ip 224.0.0.77  # virtualRouters[0].multicastGroup"),
        Line("virtualRouters[].unicast.peers", Router, """{ "unicast": { "peers": ["192.168.56.131", "192.168.56.140"] } }""", "        192.168.56.140 min_ttl 255  # virtualRouters[0].unicast.minTtl"),
        Line("virtualRouters[].unicast.minTtl", Router, """{ "unicast": { "minTtl": 250 } }""", "        192.168.56.132 min_ttl 250  # virtualRouters[0].unicast.minTtl"),
        Line("virtualRouters[].unicast.checkSource", Router, """{ "unicast": { "checkSource": true } }""", "    check_unicast_src  # virtualRouters[0].unicast.checkSource"),
        Gap("virtualRouters[].unicast.checkSource", Router, """{ "unicast": { "checkSource": false } }""", "virtualRouters[0].unicast.checkSource"),
        Line("virtualRouters[].releaseBudget", Router, """{ "releaseBudget": "9s" }""", "# releaseBudget (9 s) means nothing here"),
        Gap("plugins[].options", "", """{ "plugins": [{ "id": "tell", "use": "Script", "options": { "onMaster": ["/bin/echo"], "onRelease": ["/bin/echo"] } }], "virtualRouters": [{ "name": "V", "vrid": 1, "interface": "e", "addresses": ["192.168.56.9/24"], "notify": ["tell"] }] }""", "plugins[0].options.onRelease"),
        Line("plugins[].options", "", Notifying("""{ "onReassert": ["/bin/echo"] }"""), "    notify_master_rx_lower_pri \"/bin/echo INSTANCE V MASTER 150\""),
        Line("plugins[].options", "", Notifying("""{ "onMaster": ["/bin/true"], "reassert": true }"""), "    notify_master_rx_lower_pri \"/bin/true INSTANCE V MASTER 150\""),
        Line("virtualRouters[].useVmac", Router, """{ "useVmac": true }""", "    use_vmac  # virtualRouters[0].useVmac"),
        Line("virtualRouters[].acceptMode", Router, """{ "acceptMode": false }""", "    no_accept  # virtualRouters[0].acceptMode"),
        Line("virtualRouters[].routes[].to", Router, """{ "routes": [{ "to": "10.5.0.0/16", "via": "192.168.56.1" }] }""", "        10.5.0.0/16 via 192.168.56.1 dev eth0  # virtualRouters[0].routes[0]"),
        Line("virtualRouters[].routes[].via", Router, """{ "routes": [{ "to": "default", "via": "192.168.56.2" }] }""", " via 192.168.56.2"),
        Line("virtualRouters[].routes[].device", Router, """{ "routes": [{ "to": "default", "via": "192.168.56.2", "device": "wan0" }] }""", " dev wan0"),
        Line("virtualRouters[].routes[].source", Router, """{ "routes": [{ "to": "default", "via": "192.168.56.2", "source": "192.168.56.188" }] }""", "src 192.168.56.188 "),
        Line("virtualRouters[].routes[].metric", Router, """{ "routes": [{ "to": "default", "via": "192.168.56.2", "metric": 7 }] }""", " metric 7"),
        Line("virtualRouters[].routes[].table", Router, """{ "routes": [{ "to": "default", "via": "192.168.56.2", "table": 100 }] }""", " table 100"),
        Line("virtualRouters[].routes[].scope", Router, """{ "routes": [{ "to": "10.5.0.0/16", "scope": "link" }] }""", " scope link"),
        Line("virtualRouters[].rules[].from", Router, """{ "rules": [{ "from": "10.6.0.0/16", "table": 100, "priority": 1000 }] }""", "        from 10.6.0.0/16 table 100 priority 1000  # virtualRouters[0].rules[0]"),
        Line("virtualRouters[].rules[].to", Router, """{ "rules": [{ "to": "10.6.0.0/16", "table": 100, "priority": 1000 }] }""", " to 10.6.0.0/16 "),
        Line("virtualRouters[].rules[].table", Router, """{ "rules": [{ "to": "10.6.0.0/16", "table": 101, "priority": 1000 }] }""", " table 101"),
        Line("virtualRouters[].rules[].priority", Router, """{ "rules": [{ "to": "10.6.0.0/16", "table": 101, "priority": 1001 }] }""", " priority 1001"),
        Line("virtualRouters[].track[].check", Router, """{ "track": [{ "check": "app", "onFail": "fault" }] }""", "        app weight 0  # virtualRouters[0].track[0]"),
        Gap("virtualRouters[].track[].anyOf", Router, """{ "track": [{ "anyOf": ["app", { "process": "x" }], "onFail": "fault" }] }""", "virtualRouters[0].track[0]"),
        Gap("virtualRouters[].track[].allOf", Router, """{ "track": [{ "check": "app", "weight": -60 }, { "allOf": ["app", { "process": "x" }], "onFail": "fault" }] }""", "virtualRouters[0].track[1]"),
        Line("virtualRouters[].track[].interface", Router, """{ "track": [{ "interface": "eth1", "onFail": "fault" }] }""", "        eth1 weight 0  # virtualRouters[0].track[0]"),
        Line("virtualRouters[].track[].file", Router, """{ "track": [{ "file": "/run/x/drain", "missing": 0, "weight": -1 }] }""", "    file \"/run/x/drain\""),
        Line("virtualRouters[].track[].process", Router, """{ "track": [{ "process": "worker", "onFail": "fault" }] }""", "    process worker"),
        Line("virtualRouters[].track[].onFail", Router, """{ "track": [{ "process": "worker", "onFail": "fault" }] }""", "        process_worker weight 0  # virtualRouters[0].track[0]"),
        Line("virtualRouters[].track[].weight", Router, """{ "track": [{ "process": "worker", "weight": -70 }] }""", "        process_worker weight -70  # virtualRouters[0].track[0]"),
        Line("virtualRouters[].track[].reverse", Router, """{ "track": [{ "process": "worker", "weight": 70, "reverse": true }] }""", " weight 70 reverse"),
        Gap("virtualRouters[].track[].needsAddress", Router, """{ "track": [{ "interface": "eth1", "needsAddress": true, "onFail": "fault" }] }""", "virtualRouters[0].track[0].needsAddress"),
        Gap("virtualRouters[].track[].missing", Router, """{ "track": [{ "file": "/run/x/drain", "missing": 1, "weight": -60 }] }""", "virtualRouters[0].track[0].missing"),
        Line("virtualRouters[].track[].quorum", Router, """{ "track": [{ "process": "worker", "quorum": 3, "onFail": "fault" }] }""", "    quorum 3"),
        Line("virtualRouters[].track[].upDelay", Router, """{ "track": [{ "interface": "eth1", "upDelay": "2s", "onFail": "fault" }] }""", "    eth1 0 2  # virtualRouters[0].track[0]"),
        Line("virtualRouters[].track[].downDelay", Router, """{ "track": [{ "process": "worker", "downDelay": "2s", "onFail": "fault" }] }""", "    terminate_delay 2"),
        Line("virtualRouters[].notify", Router, """{ "notify": ["tell"] }""", "    notify_master \"/bin/echo INSTANCE VI_1 MASTER 150\"  # plugins[1].options.onMaster"),
        Line("virtualRouters[].authentication.type", Router, """{ "version": 2, "authentication": { "type": "pass", "password": "s3cr3t" } }""", "        auth_type PASS"),
        Line("virtualRouters[].authentication.password", Router, """{ "version": 2, "authentication": { "type": "pass", "password": "s3cr3t" } }""", "        auth_pass s3cr3t"),
        Line("virtualRouters[].authentication.passwordFile", Router, """{ "version": 2, "authentication": { "type": "pass", "passwordFile": "vrrp.password" } }""", "        auth_pass fromfile"),
        Line("virtualRouters[].authentication.keys[].id", Router, """{ "authentication": { "type": "hmac", "keys": [{ "id": 7, "file": "vrrp.key" }] } }""", "        key 7 hex:"),
        Line("virtualRouters[].authentication.keys[].file", Router, """{ "authentication": { "type": "hmac", "keys": [{ "id": 7, "file": "vrrp.key" }] } }""", "hex:abababab"),
        Line("virtualRouters[].authentication.activeKey", Router, """{ "authentication": { "type": "hmac", "activeKey": 8, "keys": [{ "id": 7, "file": "vrrp.key" }, { "id": 8, "file": "vrrp.key" }] } }""", "        active_key 8"),
        Line("virtualRouters[].authentication.mode", Router, """{ "authentication": { "type": "hmac", "mode": "permissive", "keys": [{ "id": 7, "file": "vrrp.key" }] } }""", "        mode permissive"),
        Line("virtualRouters[].authentication.antiReplay", Router, """{ "authentication": { "type": "hmac", "antiReplay": "monotonic", "keys": [{ "id": 7, "file": "vrrp.key" }] } }""", "        anti_replay monotonic"),
        Line("virtualRouters[].authentication.timeWindow", Router, """{ "authentication": { "type": "hmac", "timeWindow": "9s", "keys": [{ "id": 7, "file": "vrrp.key" }] } }""", "        time_window 9"),
        Line("syncGroups[].name", "", TwoRouters, "vrrp_sync_group VG_1 {  # syncGroups[0]"),
        Line("syncGroups[].virtualRouters", "", TwoRouters, "    group {  # syncGroups[0].virtualRouters\n        VI_1\n        VI_2\n"),
        Line("syncGroups[].track", "", TwoRouters, "        app weight 0  # syncGroups[0].track[0]"),
        Line("syncGroups[].notify", "", TwoRouters.Replace("\"track\": [", "\"notify\": [\"tell\"], \"track\": [", StringComparison.Ordinal), "    notify_master \"/bin/echo GROUP VG_1 MASTER 0\"  # plugins[1].options.onMaster"),
        Line("plugins[].id", Router, """{ "track": [{ "check": "app", "onFail": "fault" }] }""", "vrrp_script app {  # plugins[0]"),
        Line("plugins[].use", Router, """{ "track": [{ "check": "app", "onFail": "fault" }] }""", "# HotStandby's check TcpPort"),
        Line("plugins[].interval", Router, """{ "track": [{ "check": "app", "onFail": "fault" }] }""", "    interval 2  # plugins[0].interval"),
        Line("plugins[].timeout", Router, """{ "track": [{ "check": "app", "onFail": "fault" }] }""", "    timeout 1  # plugins[0].timeout"),
        Line("plugins[].rise", "", """{ "plugins": [{ "id": "app", "use": "TcpPort", "rise": 4, "options": { "port": 1 } }], "virtualRouters": [{ "name": "V", "vrid": 1, "interface": "e", "addresses": ["192.168.56.9/24"], "track": [{ "check": "app", "onFail": "fault" }] }] }""", "    rise 4  # plugins[0].rise"),
        Line("plugins[].fall", "", """{ "plugins": [{ "id": "app", "use": "TcpPort", "fall": 4, "options": { "port": 1 } }], "virtualRouters": [{ "name": "V", "vrid": 1, "interface": "e", "addresses": ["192.168.56.9/24"], "track": [{ "check": "app", "onFail": "fault" }] }] }""", "    fall 4  # plugins[0].fall"),
        Line("plugins[].start", "", """{ "plugins": [{ "id": "app", "use": "TcpPort", "start": "failed", "options": { "port": 1 } }], "virtualRouters": [{ "name": "V", "vrid": 1, "interface": "e", "addresses": ["192.168.56.9/24"], "track": [{ "check": "app", "onFail": "fault" }] }] }""", "    init_fail  # plugins[0].start"),
        Gap("plugins[].start", "", """{ "plugins": [{ "id": "app", "use": "TcpPort", "start": "healthy", "options": { "port": 1 } }], "virtualRouters": [{ "name": "V", "vrid": 1, "interface": "e", "addresses": ["192.168.56.9/24"], "track": [{ "check": "app", "onFail": "fault" }] }] }""", "plugins[0].start"),
        Line("plugins[].options", Router, """{ "track": [{ "check": "app", "onFail": "fault" }] }""", "/dev/tcp/127.0.0.1/8080"),
        Line("agent.pluginPaths", "agent", """{ "pluginPaths": ["/opt/plugins"] }""", "# agent.pluginPaths means nothing to keepalived"),
        Line("agent.strayAddresses", "agent", """{ "strayAddresses": "remove" }""", "# agent.strayAddresses"),
        Line("agent.hostUser", "agent", """{ "hostUser": "nobody" }""", "# agent.hostUser and agent.hostCapabilities mean nothing here"),
        Line("agent.hostCapabilities", "agent", """{ "hostCapabilities": ["NET_ADMIN"] }""", "# agent.hostUser and agent.hostCapabilities mean nothing here"),
        Line("agent.hostGrace", "agent", """{ "hostGrace": "20s" }""", "# agent.hostGrace (20 s) means nothing here"),
        Line("agent.realtimePriority", "agent", """{ "realtimePriority": 30 }""", "    vrrp_rt_priority 30  # agent.realtimePriority"),
        Line("agent.lockMemory", "agent", """{ "lockMemory": true }""", "    vrrp_no_swap  # agent.lockMemory"),
        Line("agent.startupDelay", "agent", """{ "startupDelay": "2500ms" }""", "    vrrp_startup_delay 2.5  # agent.startupDelay"),
        Line("agent.delayAfterBoot", "agent", """{ "delayAfterBoot": "30s" }""", "    vrrp_delay_after_boot 30  # agent.delayAfterBoot"),
    ];

    /// <summary>As passwordFile and file; only a running service manager has them.</summary>
    private static readonly string[] Credentials = ["virtualRouters[].authentication.credential", "virtualRouters[].authentication.keys[].credential"];

    public static TheoryData<KeyCase> Cases => [.. Decisions];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_key_of_the_schema_is_decided()
    {
        HashSet<string> decided = [.. Decisions.Select(one => one.Key), .. Credentials];
        Assert.Empty(SchemaPaths.All.Except(decided));
        Assert.Empty(decided.Except(SchemaPaths.All));
        Assert.True(SchemaPaths.All.Count > 70, "the schema is walked");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_key_is_rendered_or_named(KeyCase decision)
    {
        WriteSecrets(_folder.FullName);
        string without = await Render(decision.Model(_folder.FullName, changed: false), lenient: false);
        ClusterModel model = decision.Model(_folder.FullName);
        if (!decision.IsGap)
        {
            string with = await Render(model, lenient: false);
            Assert.Contains(decision.Expected, with, StringComparison.Ordinal);
            Assert.True(decision.Expected.Length == 0 || !without.Contains(decision.Expected, StringComparison.Ordinal), "the line is there without the key");
            Assert.DoesNotContain("NOT RENDERED", with, StringComparison.Ordinal);
            return;
        }

        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => Render(model, lenient: false));
        Assert.StartsWith(decision.Expected + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"\n# NOT RENDERED: {decision.Expected}: ", await Render(model, lenient: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.2.2", "downTimerAdverts", """{ "downTimerAdverts": 5 }""", "down_timer_adverts since 2.2.3")]
    [InlineData("2.2.2", "track[0].upDelay, downDelay", """{ "track": [{ "interface": "eth1", "upDelay": "2s", "onFail": "fault" }] }""", "interface_up_down_delays since 2.2.3")]
    [InlineData("2.2.6", "multicastGroup", """{ "multicastGroup": "224.0.0.77" }""", "mcast_dst_ip since 2.2.7")]
    [InlineData("2.2.6", "unicast.minTtl", """{ "unicast": true }""", "min_ttl since 2.2.7")]
    [InlineData("2.2.7", "checksum", """{ "checksum": "messageOnly" }""", "v3_checksum_as_v2 since 2.2.8")]
    [InlineData("2.4.1", "authentication", """{ "authentication": { "type": "hmac", "keys": [{ "id": 7, "file": "vrrp.key" }] } }""", "since 2.4.2")]
    public async Task A_keyword_that_is_younger_than_the_target_is_named(string target, string path, string change, string expected)
    {
        WriteSecrets(_folder.FullName);
        ClusterModel model = Line("", Router, change, "").Model(_folder.FullName);
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => Rendering.Render(model, "web1", target: target));
        Assert.StartsWith($"virtualRouters[0].{path}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(target, error.Message, StringComparison.Ordinal);
        await Rendering.Render(model, "web1", target: expected[^5..]);
    }

    [Fact]
    public async Task Scripts_have_fractions_of_a_second_since_2_3_2()
    {
        ClusterModel model = Rendering.TomcatPair;
        Assert.Contains("    timeout 1\n", await Rendering.Render(model, "app1", target: "2.3.1"), StringComparison.Ordinal);
        Assert.Contains("    timeout 0.8\n", await Rendering.Render(model, "app1", target: "2.3.2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Command_check_is_its_own_script_and_every_other_one_a_probe_wherever_the_site_has_hotstandby()
    {
        ClusterModel model = Rendering.NginxPair with
        {
            Plugins =
            [
                Rendering.Plugin("cmd", "Command", """{ "command": ["/usr/bin/test", "-e", "/run/a b"] }"""),
                Rendering.Plugin("disk", "DiskSpace", """{ "least": 5 }"""),
            ],
            VirtualRouters = [Rendering.NginxPair.VirtualRouters[0] with { Tracks = [new TrackModel("cmd", null), new TrackModel("disk", null)] }],
        };
        string rendered = await Rendering.Render(model, "web2", new() { Hotstandby = "/opt/hs/hotstandby", PluginsJson = "/opt/hs/plugins.json" });
        Assert.Contains("    script \"/usr/bin/test -e '/run/a b'\"\n", rendered, StringComparison.Ordinal);
        Assert.Contains("    script \"/opt/hs/hotstandby probe disk /opt/hs/plugins.json --node web2\"\n", rendered, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.0.18", "2.0.19")]
    [InlineData("2.2", "\"2.2.7\"")]
    [InlineData("young", "\"2.2.7\"")]
    public async Task A_target_that_is_none_is_refused(string target, string expected)
    {
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => Rendering.Render(Rendering.NginxPair, "web1", target: target));
        Assert.Contains($"--target \"{target}\"", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_gaps_are_told_at_once_and_lenient_leaves_out_only_them()
    {
        ClusterModel model = Rendering.Placed(Rendering.NginxPair with
        {
            Plugins = [.. Rendering.NginxPair.Plugins, Rendering.Plugin("disk", "DiskSpace", "{}")],
            VirtualRouters =
            [
                Rendering.NginxPair.VirtualRouters[0] with
                {
                    Tracks = [new TrackModel("nginx", null), new TrackModel("disk", null)],
                    ChecksumWithPseudoHeader = false,
                },
            ],
        });
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => Rendering.Render(model, "web1"));
        Assert.Equal(
            ["plugins[1]", "virtualRouters[0].track[1]", "virtualRouters[0].checksum"], error.Message.Split('\n').Select(line => line.Split(": ")[0]));

        string lenient = await Rendering.Render(model, "web1", lenient: true);
        Assert.Equal(3, lenient.Split("# NOT RENDERED: ").Length - 1);
        Assert.Contains("        nginx weight 0  # virtualRouters[0].track[0]\n", lenient, StringComparison.Ordinal);
        Assert.DoesNotContain("        disk", lenient, StringComparison.Ordinal);
    }

    private static Task<string> Render(ClusterModel model, bool lenient) => Rendering.Render(model, "web1", target: "2.4.2", lenient: lenient);

    /// <summary>The files that the cases name.</summary>
    internal static void WriteSecrets(string folder)
    {
        Secret("vrrp.password", "fromfile");
        Secret("vrrp.key", "hex:" + string.Concat(Enumerable.Repeat("ab", 32)));

        void Secret(string name, string text)
        {
            string path = Path.Combine(folder, name);
            File.WriteAllText(path, text);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
