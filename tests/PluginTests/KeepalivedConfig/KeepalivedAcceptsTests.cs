using System.Diagnostics;
using System.Text.Json;
using HotStandby.Abstractions;
using HotStandby.PluginTests.Generators;

namespace HotStandby.PluginTests.KeepalivedConfig;

/// <summary>The real keepalived reads what we render, in a network namespace of its own that has the interface.</summary>
public sealed class KeepalivedAcceptsTests
{
    private static readonly string[] Interfaces = ["eth1", "eth7", "ens3", "ens4", "wan0", "e"];

    [Theory]
    [MemberData(nameof(GoldenTests.Cases), MemberType = typeof(GoldenTests))]
    public async Task Accepts_every_node_of_every_pair_without_a_word(string pair, string node)
    {
        (int status, string output) = await Test(await Rendering.Render(GoldenTests.Model(pair), node, GoldenTests.Options(pair)));
        Assert.Equal("", output);
        Assert.Equal(0, status);
    }

    /// <summary>Each key once, also leniently where keepalived can't say it.</summary>
    [Theory]
    [MemberData(nameof(EveryKeyTests.Cases), MemberType = typeof(EveryKeyTests))]
    public async Task Accepts_every_key(KeyCase decision)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hs-render-");
        try
        {
            EveryKeyTests.WriteSecrets(folder.FullName);
            string rendered = await Rendering.Render(decision.Model(folder.FullName), "web1", lenient: true);
            Assert.Equal((0, ""), await Test(rendered));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Accepts_unicast_peers_and_source_addresses()
    {
        ClusterModel unicast = Rendering.NginxPair with
        {
            VirtualRouters =
            [
                Rendering.NginxPair.VirtualRouters[0] with
                {
                    Unicast = new(new Dictionary<string, IReadOnlyList<string>> { ["web1"] = ["192.168.56.132", "10.0.0.9"] }, 255, true),
                    SourceAddresses = new Dictionary<string, string> { ["web1"] = "192.168.56.131" },
                },
            ],
        };
        string rendered = await Rendering.Render(unicast, "web1");
        Assert.Contains("    unicast_src_ip 192.168.56.131\n    check_unicast_src\n    unicast_peer {\n        192.168.56.132 min_ttl 255\n        10.0.0.9 min_ttl 255\n    }\n", rendered, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Test(rendered));

        rendered = await Rendering.Render(unicast with { VirtualRouters = [unicast.VirtualRouters[0] with { Unicast = null }] }, "web1");
        Assert.Contains("    mcast_src_ip 192.168.56.131\n", rendered, StringComparison.Ordinal);
        Assert.DoesNotContain("unicast", rendered, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Test(rendered));
    }

    [Fact]
    public async Task Accepts_addresses_that_are_not_in_the_adverts()
    {
        string rendered = await Rendering.Render(
            Rendering.NginxPair.With(router => router with { ExcludedAddresses = ["192.168.56.189/24", "fd00::188/64"] }), "web1");
        Assert.Contains("    virtual_ipaddress_excluded {\n        192.168.56.189/24\n        fd00::188/64 preferred_lft 0\n    }\n", rendered, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Test(rendered));
    }

    [Fact]
    public async Task Accepts_the_attributes_of_addresses()
    {
        string rendered = await Rendering.Render(
            Rendering.NginxPair.With(router => router with
            {
                ExcludedAddresses = ["fd00::188/64", "10.9.0.1/32"],
                AddressAttributes = new Dictionary<string, AddressModel>
                {
                    ["192.168.56.188/24"] = new("eth0:1", "link", "", "192.168.56.255", true, false),
                    ["fd00::188/64"] = new("", "", "", "", false, true),
                    ["10.9.0.1/32"] = new("", "", "10.9.5.2", "", false, false),
                },
            }),
            "web1");
        Assert.Contains("        192.168.56.188/24 brd 192.168.56.255 scope link label eth0:1 noprefixroute\n", rendered, StringComparison.Ordinal);
        Assert.Contains("        fd00::188/64 preferred_lft forever\n        10.9.0.1/32 peer 10.9.5.2\n", rendered, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Test(rendered));
    }

    [Fact]
    public async Task Accepts_addresses_on_another_interface()
    {
        string rendered = await Rendering.Render(
            Rendering.NginxPair.With(router => router with
            {
                ExcludedAddresses = ["10.9.0.1/24"],
                AddressInterfaces = new Dictionary<string, IReadOnlyDictionary<string, string>>
                {
                    ["web1"] = new Dictionary<string, string> { ["10.9.0.1/24"] = "lo" },
                },
            }),
            "web1");
        Assert.Contains("        10.9.0.1/24 dev lo\n", rendered, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Test(rendered));
    }

    [Fact]
    public async Task Accepts_routes_and_rules()
    {
        string rendered = await Rendering.Render(
            Rendering.NginxPair.With(router => router with
            {
                Routes =
                [
                    new("0.0.0.0/0", "192.168.56.1", "", "192.168.56.188", 5, 254, ""),
                    new("10.0.0.0/8", "", "eth0", "", 0, 100, "link"),
                    new("::/0", "fe80::1", "eth0", "", 0, 254, ""),
                ],
                Rules = [new("192.168.56.188/32", "10.0.0.0/8", 100, 1000), new("", "fd00::/8", 100, 1001)],
            }),
            "web1");
        Assert.Contains(
            "        src 192.168.56.188 to 0.0.0.0/0 via 192.168.56.1 dev eth0 metric 5\n        10.0.0.0/8 dev eth0 table 100 scope link\n        ::/0 via fe80::1 dev eth0\n",
            rendered,
            StringComparison.Ordinal);
        Assert.Contains(
            "        from 192.168.56.188/32 to 10.0.0.0/8 table 100 priority 1000\n        to fd00::/8 table 100 priority 1001\n", rendered, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Test(rendered));
    }

    [Fact]
    public async Task Accepts_a_sync_group()
    {
        VirtualRouterModel first = Rendering.NginxPair.VirtualRouters[0];
        ClusterModel group = Rendering.NginxPair with
        {
            VirtualRouters = [first, first with { Name = "VI_2", Vrid = 52, Addresses = ["192.168.56.189/24"] }],
            SyncGroups = [new("VG_1", ["VI_1", "VI_2"])],
        };
        string rendered = await Rendering.Render(group, "web1");
        Assert.Contains("vrrp_sync_group VG_1 {\n    group {\n        VI_1\n        VI_2\n    }\n}\n", rendered, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Test(rendered));

        rendered = await Rendering.Render(
            group with { VirtualRouters = [.. group.VirtualRouters.Select(one => one with { Tracks = [new TrackModel("nginx", -60)] })] }, "web1");
        Assert.Contains("    sync_group_tracking_weight\n}\n", rendered, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Test(rendered));

        using JsonDocument options = JsonDocument.Parse("""{ "onMaster": ["/bin/echo", "up"], "notify": ["/bin/echo"] }""");
        PluginModel told = new("told", "Script", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 1, 1, options.RootElement.Clone());
        string withNotify = await Rendering.Render(
            group with { Plugins = [.. group.Plugins, told], SyncGroups = [new("VG_1", ["VI_1", "VI_2"]) { Notify = ["told"] }] }, "web1");
        Assert.Contains(
            "    }\n    # As HotStandby's Script notifier starts them, without a time limit.\n    notify_master \"/bin/echo up GROUP VG_1 MASTER 0\"\n    notify \"/bin/echo\"\n}\n",
            withNotify,
            StringComparison.Ordinal);
        Assert.Equal((0, ""), await Test(withNotify));

        // This keepalived does look: a member that is not there is said.
        (_, string output) = await Test(rendered.Replace("        VI_2\n", "        VI_9\n", StringComparison.Ordinal));
        Assert.Contains("VI_9", output, StringComparison.Ordinal);
    }

    /// <summary>Else the test above would prove nothing: this keepalived does speak up.</summary>
    [Fact]
    public async Task Warns_of_what_it_does_not_know()
    {
        string rendered = await Rendering.Render(Rendering.NginxPair, "web1");
        (int status, string output) = await Test(rendered.Replace("    version 3\n", "    versio 3\n", StringComparison.Ordinal));
        Assert.Contains("versio", output, StringComparison.Ordinal);
        Assert.NotEqual(0, status);
    }

    /// <summary>What keepalived says it will run: a quote that it eats would let the shell cut the address at its first &amp;.</summary>
    [Fact]
    public async Task Reads_the_command_lines_as_meant()
    {
        List<string> expected =
        [
            "'-c' '/bin/pidof -s nginx >/dev/null && /usr/bin/curl --silent --globoff --max-time 1 --output /dev/null --write-out %{http_code}"
            + " \"https://127.0.0.1/health?a=1&b=2\" | /bin/grep -qx -e \"[1-4][0-9][0-9]\"'",
            "'-c' 'exec 3<>/dev/tcp/127.0.0.1/8080'",
            "'/usr/bin/echo' 'is master' 'a=1' 'INSTANCE' 'VI_1' 'MASTER' '100'",
        ];
        string text = await Rendering.Render(Rendering.Full, "web2");
        await InNamespace(text, async (space, file) =>
        {
            // Only a running keepalived shows what it read.
            using Process keepalived = Start(
                "ip", "netns", "exec", space, "keepalived", "--vrrp", "--dont-fork", "--log-console", "--dump-conf",
                "--use-file", file, "--pid", file + ".pid", "--vrrp_pid", file + ".vrrp.pid");
            using StreamReader errors = keepalived.StandardError;
            using CancellationTokenSource limit = Limit();
            try
            {
                while (expected.Count > 0 && await errors.ReadLineAsync(limit.Token) is { } line)
                {
                    expected.RemoveAll(part => line.Contains(part, StringComparison.Ordinal));
                }
            }
            finally
            {
                keepalived.Kill(entireProcessTree: true);
                await keepalived.WaitForExitAsync(CancellationToken.None);
            }

            return 0;
        });
        Assert.Empty(expected);
    }

    /// <summary>There is no hotstandby under /usr/bin here, and keepalived looks.</summary>
    internal static Task<(int Status, string Output)> Test(string text) => InNamespace(
        text.Replace("/usr/bin/hotstandby", "/usr/bin/true", StringComparison.Ordinal), (space, file) => Run("ip", "netns", "exec", space, "keepalived", "--config-test", "--use-file", file));

    /// <summary>A file where it stands, read by the node of that name.</summary>
    internal static Task<(int Status, string Output)> Test(string file, string node) => InNamespace(
        "", (space, _) => Run("ip", "netns", "exec", space, "keepalived", "--config-test", "--config-id", node, "--use-file", file));

    /// <summary>Runs the body with the text in a file, and a new network namespace with the interface eth0.</summary>
    internal static async Task<T> InNamespace<T>(string text, Func<string, string, Task<T>> body)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hs-render-");
        string file = Path.Combine(folder.FullName, "keepalived.conf");
        string space = $"hs-render-{Guid.NewGuid():N}"[..20];
        try
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            await Must("ip", "netns", "add", space);
            await Must("ip", "-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", "peer0");
            string others = Path.Combine(folder.FullName, "links");
            await File.WriteAllLinesAsync(others, Interfaces.Select(name => $"link add {name} type veth peer name {name}-peer"), TestContext.Current.CancellationToken);
            await Must("ip", "-n", space, "-batch", others);
            return await body(space, file);
        }
        finally
        {
            // Removing the namespace takes the veth pair with it.
            await Run("ip", "netns", "delete", space);
            folder.Delete(recursive: true);
        }
    }

    private static async Task Must(string program, params string[] arguments)
    {
        (int status, string output) = await Run(program, arguments);
        Assert.True(status == 0, $"{program} {string.Join(' ', arguments)}: {output}");
    }

    private static async Task<(int Status, string Output)> Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        using CancellationTokenSource limit = Limit();
        try
        {
            using StreamReader outputReader = process.StandardOutput;
            using StreamReader errorReader = process.StandardError;
            Task<string> output = outputReader.ReadToEndAsync(limit.Token);
            Task<string> error = errorReader.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["LC_ALL"] = "C" },
    }) ?? throw new InvalidOperationException($"{program} did not start");

    private static CancellationTokenSource Limit()
    {
        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        return limit;
    }
}
