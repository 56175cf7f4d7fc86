using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Importing;

namespace HotStandby.UnitTests.Keepalived;

/// <summary>What keepalived's users stumble over: each is found with its line, and with what to do.</summary>
public class TrapTests
{
    private const string Instance = """
        vrrp_instance VI_1 {
            state BACKUP
            interface eth0
            virtual_router_id 51
            priority 100
            virtual_ipaddress {
                10.0.0.100/24
            }
        """;

    private static IReadOnlyList<ConfFinding> Lint(string web1, string? web2 = null, params (string, string)[] more)
    {
        List<ConfSource> sources = [new("web1", "/etc/keepalived/keepalived.conf")];
        if (web2 is not null)
        {
            sources.Add(new("web2", "/2/keepalived.conf"));
        }

        return Import.Run(
            sources,
            new Dictionary<string, string> { ["web1"] = "10.0.0.1", ["web2"] = "10.0.0.2" },
            new TableFiles([("/etc/keepalived/keepalived.conf", web1), ("/2/keepalived.conf", web2 ?? ""), .. more])).Findings;
    }

    private static ConfFinding Finds(string code, int line, IReadOnlyList<ConfFinding> findings)
    {
        ConfFinding[] found = [.. findings.Where(one => one.Code == code)];
        Assert.True(found.Length > 0, $"{code} was not found; there are: {string.Join(' ', findings.Select(one => one.Code))}");
        Assert.Contains(found, one => one.At.Line == line);
        ConfFinding one = found.First(one => one.At.Line == line);
        Assert.True(one.Weight == Weight.Note || one.Remedy is not null || code is "KA2007", $"{code} has no remedy");
        return one;
    }

    /// <summary>The code, the line and the text; the instance's head is lines 1 to 8.</summary>
    public static TheoryData<string, int, string> Traps { get; } = new()
    {
        { "KA3001", 2, "global_defs {\n vrrp_strict\n}" },
        { "KA3002", 2, "global_defs {\n vrrp_garp_interval 0\n}" },
        { "KA3002", 2, "global_defs {\n vrrp_gna_interval 0.0\n}" },
        { "KA3009", 2, "global_defs {\n vrrp_skip_check_adv_addr false\n}" },
        { "KA2006", 2, "global_defs {\n state_file_location /tmp/x\n}" },
        { "KA2001", 2, "global_defs {\n vrrp_versoin 3\n}" },
        { "KA2001", 1, "vrrp_instanze VI_1 {\n}" },
        { "KA1003", 1, "global_defs {\n router_id x\n" },
        { "KA1002", 1, "include /etc/keepalived/none.conf" },
        { "KA3027", 2, "interface_up_down_delays {\n eth0 2\n}" },
        { "KA3003", 11, Instance + "\n    authentication {\n auth_type PASS\n auth_pass 123456789\n }\n}" },
        { "KA3015", 9, Instance + "\n    authentication { auth_type AH }\n}" },
        { "KA3010", 9, Instance + "\n    advert_int 0.5\n}" },
        { "KA3006", 9, Instance + "\n    track_script { chk_undefined }\n}" },
        { "KA3004", 9, Instance.Replace("BACKUP", "MASTER", StringComparison.Ordinal) + "\n    nopreempt\n}" },
        { "KA3004", 9, Instance.Replace("BACKUP", "MASTER", StringComparison.Ordinal) + "\n    preempt_delay 5\n}" },
        { "KA2003", 2, Instance.Replace("BACKUP", "SLAVE", StringComparison.Ordinal) + "\n}" },
        { "KA2003", 5, Instance.Replace("priority 100", "priority 300", StringComparison.Ordinal) + "\n}" },
        { "KA3018", 2, Instance.Replace("BACKUP", "MASTER", StringComparison.Ordinal).Replace("priority 100", "advert_int 1", StringComparison.Ordinal) + "\n}" },
        { "KA2007", 1, Instance.Replace("virtual_router_id 51", "advert_int 1", StringComparison.Ordinal) + "\n}" },
        { "KA2007", 1, Instance.Replace("interface eth0", "advert_int 1", StringComparison.Ordinal) + "\n}" },
        { "KA3022", 9, Instance + "\n    unicast_peer { 10.0.0.2 }\n}" },
        { "KA3028", 7, Instance.Replace("10.0.0.100/24", "fe80::1/64 label eth0:1", StringComparison.Ordinal) + "\n}" },
        { "KA3025", 10, Instance + "\n}\n" + Instance.Replace("VI_1", "VI_2", StringComparison.Ordinal) + "\n}" },
        { "KA2003", 7, Instance.Replace("10.0.0.100/24", "10.0.0.1000", StringComparison.Ordinal) + "\n}" },
        { "KA3026", 2, "track_file drain {\n file /run/drain\n weight -1\n}" },
        { "KA2007", 1, "vrrp_script empty {\n interval 1\n}" },
    };

    [Theory]
    [MemberData(nameof(Traps))]
    public void A_trap_is_found_with_its_line_and_a_remedy(string code, int line, string text) => Finds(code, line, Lint(text));

    [Fact]
    public void A_file_without_a_trap_has_no_warning() =>
        Assert.DoesNotContain(Lint(Instance + "\n    version 3\n}"), one => one.Weight != Weight.Note);

    [Fact]
    public void The_tutorial_s_check_script_is_seen_through()
    {
        const string Script = """
            #!/bin/bash
            A=`ps -C nginx --no-header |wc -l`
            if [ $A -eq 0 ];then
                /usr/local/nginx/sbin/nginx
                sleep 2
                if [ `ps -C nginx --no-header |wc -l` -eq 0 ];then
                    killall keepalived
                fi
            fi
            """;
        IReadOnlyList<ConfFinding> findings = Lint(
            "vrrp_script chk {\n script \"/etc/keepalived/nginx_check.sh\"\n interval 2\n}\n" + Instance + "\n track_script { chk }\n}",
            null,
            ("/etc/keepalived/nginx_check.sh", Script));
        Finds("KA3007", 2, findings);
        Finds("KA3012", 2, findings);
        Finds("KA2008", 2, findings);
    }

    [Theory]
    [InlineData("\"killall -0 haproxy\"", "haproxy")]
    [InlineData("\"/usr/bin/pgrep -x haproxy\"", "haproxy")]
    [InlineData("\"pidof haproxy\"", "haproxy")]
    public void Asking_for_a_process_by_a_program_becomes_a_tracked_process(string script, string process)
    {
        ImportResult result = Import.Run(
            [new("web1", "/k")],
            new Dictionary<string, string>(),
            new TableFiles(("/k", $"vrrp_script chk {{\n script {script}\n}}\n{Instance}\n track_script {{ chk }}\n}}")));
        Finds("KA3008", 2, result.Findings);
        Assert.Equal($$"""[{"process":"{{process}}","onFail":"fault"}]""", result.File["virtualRouters"]![0]!["track"]!.ToJsonString());
    }

    [Theory]
    [InlineData(-2, 100, 90, true)]
    [InlineData(2, 100, 90, true)]
    [InlineData(-20, 100, 90, false)]
    [InlineData(20, 100, 90, false)]
    [InlineData(-11, 100, 90, false)]
    // A tie moves nothing.
    [InlineData(-10, 100, 90, true)]
    public void A_weight_that_can_never_move_the_address_is_found_and_imported_as_a_fault(int weight, int priority1, int priority2, bool isTrap)
    {
        string Text(int priority) => $"vrrp_script chk {{\n script \"/x\"\n weight {weight}\n}}\n{Instance.Replace("priority 100", $"priority {priority}", StringComparison.Ordinal)}\n track_script {{\n  chk\n }}\n}}";
        ImportResult result = Import.Run(
            [new("web1", "/1"), new("web2", "/2")],
            new Dictionary<string, string> { ["web1"] = "10.0.0.1", ["web2"] = "10.0.0.2" },
            new TableFiles(("/1", Text(priority1)), ("/2", Text(priority2))));
        Assert.Equal(isTrap, result.Findings.Any(one => one.Code == "KA3005" && one.At.Line == 14));
        Assert.Equal(isTrap, result.File["virtualRouters"]![0]!["track"]![0]!["onFail"] is not null);
    }

    [Fact]
    public void Nodes_that_differ_are_told_beside_each_other()
    {
        string web1 = Instance + "\n advert_int 1\n version 3\n}";
        string web2 = Instance.Replace("51", "52", StringComparison.Ordinal) + "\n advert_int 2\n version 3\n}";
        IReadOnlyList<ConfFinding> findings = Lint(web1, web2);
        Assert.Equal(
            ["vrrp_instance VI_1: virtual_router_id is 51 on web1 and 52 on web2", "vrrp_instance VI_1: advertInterval is \"1s\" on web1 and \"2s\" on web2"],
            findings.Where(one => one.Code == "KA4001").Select(one => one.Text));
        Finds("KA4002", 1, findings);
    }

    [Fact]
    public void Nopreempt_with_a_weighted_check_and_weights_in_a_group_are_told()
    {
        IReadOnlyList<ConfFinding> findings = Lint($$"""
            vrrp_script chk {
             script "/x"
             weight -60
            }
            {{Instance}}
             nopreempt
             track_script {
              chk
             }
            }
            {{Instance.Replace("VI_1", "VI_2", StringComparison.Ordinal).Replace("51", "52", StringComparison.Ordinal)}}
            }
            vrrp_sync_group G { group { VI_1 VI_2 } }
            """);
        Finds("KA3014", 15, findings);
        Finds("KA3023", 15, findings);
        Finds("KA3011", 1, findings);
    }

    [Fact]
    public void Scripts_without_a_user_are_told_that_script_security_drops()
    {
        IReadOnlyList<ConfFinding> findings = Lint($$"""
            vrrp_script chk {
             script "/x"
            }
            vrrp_script own {
             script "/y"
             user app
            }
            {{Instance}}
             track_script {
              chk
              own
             }
             notify_master "/z"
             notify_backup "/z" app
            }
            global_defs { enable_script_security }
            """);
        ConfFinding check = Finds("KA3030", 2, findings);
        Assert.Equal(Weight.Warning, check.Weight);
        Assert.StartsWith("vrrp_script chk has no user: ", check.Text, StringComparison.Ordinal);
        Assert.Contains("the node counts as well for ever", check.Text, StringComparison.Ordinal);
        Assert.Contains("script_user", check.Remedy, StringComparison.Ordinal);
        Assert.StartsWith("notify_master of VI_1 has no user: ", Finds("KA3030", 20, findings).Text, StringComparison.Ordinal);
        Assert.Equal(2, findings.Count(one => one.Code == "KA3030"));
    }

    [Theory]
    [InlineData("root", "", true)]
    [InlineData("app", "", false)]
    [InlineData("app", " user root", true)]
    [InlineData("root", " user app", false)]
    public void A_script_of_root_s_that_others_may_write_is_told_that_script_security_drops(string globalUser, string user, bool isTrap)
    {
        ConfFinding[] Found(string security) =>
        [
            .. Import.Run(
                [new("web1", "/k")],
                new Dictionary<string, string>(),
                new TableFiles(("/k", $"vrrp_script chk {{\n script \"/x -a\"\n{user}\n}}\n{Instance}\n track_script {{ chk }}\n}}\nglobal_defs {{\n{security}\nscript_user {globalUser}\n}}"))
                {
                    Loose = "/x can be changed; chmod go-w /x",
                }).Findings.Where(one => one.Code == "KA3030"),
        ];
        ConfFinding? told = Found("enable_script_security").SingleOrDefault();
        Assert.Equal(isTrap, told is not null);
        if (told is not null)
        {
            Assert.Equal(2, told.At.Line);
            Assert.Equal("chmod go-w /x.", told.Remedy);
            Assert.Contains("/x can be changed: ", told.Text, StringComparison.Ordinal);
        }

        Assert.Empty(Found("vrrp_no_swap"));
    }

    [Theory]
    [InlineData("track_process", "vrrp_track_process own {\n process a\n weight 254\n}", "own", "KA2008", 3)]
    [InlineData("track_process", "vrrp_track_process own {\n process a\n}", "own weight -254", "KA2008", 13)]
    [InlineData("track_file", "track_file own {\n file /a\n}", "own weight 254", "KA2008", 13)]
    [InlineData("track_script", "vrrp_script own {\n script \"/x\"\n}", "own weight 254", "KA3031", 13)]
    [InlineData("track_interface", "\n\n", "eth1 weight -254", "KA3031", 13)]
    public void A_weight_of_254_is_told_to_be_253(string block, string definition, string use, string code, int line)
    {
        // Nodes far apart, so that the weight can move the address.
        string text = $"{definition}\n{Instance}\n {block} {{\n{use}\n }}\n}}";
        ConfFinding told = Finds(code, line, [.. Lint(text).Where(one => one.Text.StartsWith("weight ", StringComparison.Ordinal))]);
        Assert.Matches("254 .*253", told.Text);
        Assert.DoesNotContain(Lint(text.Replace("254", "253", StringComparison.Ordinal)), one => one.Text.StartsWith("weight ", StringComparison.Ordinal));
    }
}
