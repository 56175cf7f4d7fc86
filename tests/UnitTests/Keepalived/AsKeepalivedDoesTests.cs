using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Importing;

namespace HotStandby.UnitTests.Keepalived;

/// <summary>What keepalived 2.2.7 makes of a line (as its dump shows) import makes of it too, or says what it makes instead.</summary>
public class AsKeepalivedDoesTests
{
    private const string Script = "vrrp_script chk {\n script \"/usr/bin/test -e /run/x\"\n interval 3\n weight 60 reverse\n}\n";

    /// <summary>Before the instance, within it, the key of the virtual router, its JSON, and the code of the finding; empty for none.</summary>
    public static TheoryData<string, string, string, string, string> Lines { get; } = new()
    {
        { Script, "track_script { chk }", "track", """[{"check":"chk","weight":60,"reverse":true}]""", "" },
        { Script, "track_script { chk weight 70 }", "track", """[{"check":"chk","weight":70,"reverse":true}]""", "" },
        { Script, "track_script { chk weight 70 noreverse }", "track", """[{"check":"chk","weight":70}]""", "" },
        { Script, "track_script { chk weight 0 }", "track", "", "KA2002" },
        { "", "authentication {\n auth_pass 'p#s'\n }", "authentication", """{"type":"pass","password":"\u0027p"}""", "KA2003" },
        { "", "authentication {\n auth_pass \"p#s\"\n }", "authentication", """{"type":"pass","password":"p#s"}""", "KA3021" },
        { "", "track_interface { eth1 weight 0 reverse }", "track", "", "KA2002" },
        { "", "advert_int 1.2", "advertInterval", "\"1s\"", "KA3010" },
        { "", "advert_int 1.5", "advertInterval", "\"2s\"", "KA3010" },
        { "", "advert_int 0.4", "advertInterval", "\"1s\"", "KA3010" },
        { "", "version 3\n advert_int 0.015", "advertInterval", "\"20ms\"", "KA2008" },
        { "", "garp_master_delay 2.5", "announceDelay", "\"2s\"", "KA2008" },
        { "global_defs {\n vrrp_garp_master_delay 3.5\n}\n", "", "announceDelay", "\"3s\"", "KA2008" },
        { "", "garp_master_refresh 30", "announceRefresh", "\"30s\"", "" },
        { "global_defs {\n vrrp_garp_master_refresh 60\n}\n", "", "announceRefresh", "\"1m\"", "" },
        { "global_defs {\n vrrp_garp_master_refresh 60\n}\n", "garp_master_refresh 0", "announceRefresh", "", "" },
        { "", "garp_master_refresh 90000", "announceRefresh", "\"24h\"", "KA2008" },
        { "", "garp_master_repeat 0", "announceRepeat", "1", "KA2008" },
        { "", "garp_master_repeat 30", "announceRepeat", "20", "KA2008" },
        { "", "virtual_rules {\n from 10.1.0.0/16 table 5\n from 10.2.0.0/16 table 5 priority 9\n from 10.3.0.0/16 table 5\n }", "rules", """[{"from":"10.1.0.0/16","table":5,"priority":16384},{"from":"10.2.0.0/16","table":5,"priority":9},{"from":"10.3.0.0/16","table":5,"priority":16383}]""", "KA2008" },
        { "", "virtual_routes {\n 10.1.0.0/16 via 10.0.0.1\n }", "routes", """[{"to":"10.1.0.0/16","via":"10.0.0.1"}]""", "KA2008" },
        { "", "unicast_peer {\n 10.0.0.2 min_ttl 250\n 10.0.0.3 min_ttl 254\n }", "unicast", """{"peers":["10.0.0.2","10.0.0.3"],"minTtl":250}""", "" },
        { "", "unicast_peer {\n 10.0.0.2 min_ttl 250\n 10.0.0.3\n }", "unicast", """{"peers":["10.0.0.2","10.0.0.3"],"minTtl":1}""", "" },
        { "", "unicast_peer {\n 10.0.0.2 max_ttl 254\n }", "unicast", """{"peers":["10.0.0.2"],"minTtl":1}""", "KA2002" },
    };

    public static TheoryData<string, string> Addresses { get; } = new()
    {
        { "10.0.0.9/24 brd +", """{"address":"10.0.0.9/24","broadcast":"10.0.0.255"}""" },
        { "10.0.0.9/24 brd -", """{"address":"10.0.0.9/24","broadcast":"10.0.0.0"}""" },
        { "10.0.0.9/32 brd +", "\"10.0.0.9/32\"" },
        { "10.0.0.9/24 peer 10.9.9.9", """{"address":"10.0.0.9/32","peer":"10.9.9.9"}""" },
        { "10.0.0.9/24 peer 10.9.9.9/24", "\"10.0.0.9/24\"" },
        { "fd00::9/64", """{"address":"fd00::9/64","preferredSource":true}""" },
        { "fd00::9/64 preferred_lft 0", "\"fd00::9/64\"" },
        { "fd00::9", "\"fd00::9/128\"" },
        { "fd00::9/128 preferred_lft forever", """{"address":"fd00::9/128","preferredSource":true}""" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_of_an_instance(string before, string line, string key, string json, string code)
    {
        ImportResult result = One($"{before}{Instance(line)}");
        Assert.Equal(json, Router(result)[key]?.ToJsonString() ?? "");
        Assert.True(code.Length == 0 || result.Findings.Any(one => one.Code == code), string.Join('\n', result.Findings));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public void An_address(string line, string json) =>
        Assert.Equal(json, Router(One(Instance($"virtual_ipaddress_excluded {{\n {line}\n }}")))["excludedAddresses"]![0]!.ToJsonString());

    [Fact]
    public void A_script_has_its_interval_for_a_time_limit()
    {
        ImportResult result = One(Script + Instance("track_script { chk }"));
        Assert.Equal("3s", (string?)result.File["plugins"]![0]!["timeout"]);
    }

    [Fact]
    public void What_a_master_runs_that_hears_a_weaker_one_is_carried_over()
    {
        ImportResult result = One(Instance("notify_master_rx_lower_pri \"/usr/bin/route here\""));
        Assert.Equal("""["/usr/bin/route","here"]""", result.File["plugins"]![0]!["options"]!["onReassert"]!.ToJsonString());
        Assert.DoesNotContain(result.Findings, one => one.Code is "KA2002" or "KA2004");
    }

    [Fact]
    public void Of_a_script_without_quotes_the_first_word_is_run()
    {
        ImportResult result = One($"vrrp_script chk {{\n script /usr/bin/test -e /run/x\n}}\n{Instance("track_script { chk }")}");
        Assert.Equal("""["/usr/bin/test"]""", result.File["plugins"]![0]!["options"]!["command"]!.ToJsonString());
        Assert.Contains(result.Findings, one => one.Code == "KA2003" && one.At.Line == 2);
    }

    [Fact]
    public void Parameters_of_a_process_are_told()
    {
        ImportResult result = One($"vrrp_track_process p {{\n process \"app --one\"\n}}\n{Instance("track_process { p }")}");
        Assert.Contains(result.Findings, one => one.Code == "KA2002" && one.At.Line == 2);
    }

    [Theory]
    [InlineData("mcast_src_ip 10.0.0.1", "10.0.0.1")]
    [InlineData("unicast_src_ip 10.0.0.1\n unicast_peer { 10.0.0.2 }", null)]
    [InlineData("", null)]
    public void The_source_of_multicast_adverts_stays_when_it_is_the_nodes_own_address(string line, string? source) =>
        Assert.Equal(source, (string?)One(Instance(line)).File["nodes"]!["web1"]!["virtualRouters"]?["VI_1"]?["sourceAddress"]);

    /// <summary>The node's address is on that interface: a source in the other subnet would be on none.</summary>
    [Fact]
    public void An_address_of_another_subnet_makes_up_no_source()
    {
        ImportResult result = One(Instance("").Replace("10.0.0.100", "10.7.0.100", StringComparison.Ordinal));
        Assert.Null(result.File["nodes"]!["web1"]!["virtualRouters"]);
        Assert.DoesNotContain(result.Findings, one => one.Code == "KA4003");
    }

    [Fact]
    public void A_global_IPv6_source_is_told_and_left_out()
    {
        ImportResult result = One(Instance("unicast_src_ip fd00::1\n unicast_peer { fd00::2 }").Replace("10.0.0.100/24", "fe80::9", StringComparison.Ordinal));
        Assert.Contains(result.Findings, one => one.Code == "KA2002" && one.Weight == Weight.Error);
        Assert.Null(result.File["nodes"]!["web1"]!["virtualRouters"]);
    }

    /// <summary>keepalived ignores them, and check refuses them.</summary>
    [Fact]
    public void Weights_beside_an_owner_are_left_out()
    {
        string web1 = (Script + Instance("track_script { chk }")).Replace("priority 100", "priority 255", StringComparison.Ordinal).Replace("10.0.0.100", "10.0.0.1", StringComparison.Ordinal);
        ImportResult result = Two(web1, web1.Replace("255", "90", StringComparison.Ordinal));
        Assert.Null(Router(result)["track"]);
        Assert.Contains(result.Findings, one => one.Code == "KA3019" && one.Text.Contains("left out", StringComparison.Ordinal));
    }

    /// <summary>An owner always accepts: no_accept of the others must not be lost by that.</summary>
    [Theory]
    [InlineData("no_accept", "no_accept", "false")]
    [InlineData("", "no_accept", "false")]
    [InlineData("no_accept", "", null)]
    public void Beside_an_owner_the_others_say_whether_they_accept(string web1, string web2, string? acceptMode)
    {
        string owner = Instance(web1).Replace("priority 100", "priority 255", StringComparison.Ordinal).Replace("10.0.0.100", "10.0.0.1", StringComparison.Ordinal);
        ImportResult result = Two(owner, Instance(web2).Replace("10.0.0.100", "10.0.0.1", StringComparison.Ordinal));
        Assert.Equal(acceptMode, Router(result)["acceptMode"]?.ToJsonString());
        Assert.DoesNotContain(result.Findings, one => one.Text.Contains("acceptMode", StringComparison.Ordinal));
    }

    [Fact]
    public void In_a_sync_group_a_check_has_one_weight()
    {
        string text = $"{Script}{Instance("track_script { chk weight -60 }")}\n{Instance("track_script { chk weight 0 noreverse }").Replace("VI_1", "VI_2", StringComparison.Ordinal).Replace("51", "52", StringComparison.Ordinal)}\nvrrp_sync_group G {{ group {{ VI_1 VI_2 }} }}";
        ImportResult result = One(text);
        Assert.All(result.File["virtualRouters"]!.AsArray(), router => Assert.Equal("""[{"check":"chk","onFail":"fault"}]""", router!["track"]!.ToJsonString()));
        Assert.Contains(result.Findings, one => one.Code == "KA3023" && one.Text.Contains("0 counts for the group", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("track_script { chk }", "", "vrrp_instance VI_1: chk is tracked on web1 and not on web2")]
    [InlineData("", "track_script { chk }", "vrrp_instance VI_1: chk is tracked on web2 and not on web1")]
    [InlineData("track_script { chk weight -60 noreverse }", "track_script { chk weight -70 }", "vrrp_instance VI_1: the weight of chk is -60 on web1 and -70 reverse on web2")]
    [InlineData("notify_master \"/a\"", "notify_master \"/b\"", "vrrp_instance VI_1: onMaster is [\"/a\"] on web1 and [\"/b\"] on web2")]
    [InlineData("authentication {\n auth_pass one\n }", "authentication {\n auth_pass two\n }", "vrrp_instance VI_1: authentication is not the same on web1 and web2")]
    public void What_only_one_node_says_is_told(string web1, string web2, string text)
    {
        ImportResult result = Two(Script + Instance(web1), Script + Instance(web2).Replace("priority 100", "priority 40", StringComparison.Ordinal));
        Assert.Contains(text, result.Findings.Where(one => one.Code == "KA4001").Select(one => one.Text));
    }

    [Theory]
    [InlineData("global_defs {\n vrrp_startup_delay 5\n}\n", "agent: startupDelay is \"5s\" on web1 and not set on web2")]
    [InlineData("vrrp_sync_group G { group { VI_1 VI_2 } }\n", "vrrp_sync_group G is on web1 and not on web2")]
    public void So_is_what_is_of_no_instance(string web1, string text) =>
        Assert.Contains(text, Two(web1 + Instance(""), Instance("")).Findings.Where(one => one.Code == "KA4001").Select(one => one.Text));

    private static string Instance(string line) =>
        $"vrrp_instance VI_1 {{\n interface eth0\n virtual_router_id 51\n priority 100\n virtual_ipaddress {{\n 10.0.0.100/24\n }}\n {line}\n}}\n";

    private static JsonNode Router(ImportResult result) => result.File["virtualRouters"]![0]!;

    private static ImportResult One(string text) => Import.Run([new("web1", "/1")], new Dictionary<string, string> { ["web1"] = "10.0.0.1" }, new TableFiles(("/1", text)));

    private static ImportResult Two(string web1, string web2) => Import.Run(
        [new("web1", "/1"), new("web2", "/2")],
        new Dictionary<string, string> { ["web1"] = "10.0.0.1", ["web2"] = "10.0.0.2" },
        new TableFiles(("/1", web1), ("/2", web2)));
}
