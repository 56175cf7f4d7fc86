using System.Diagnostics;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Lab;

public sealed class LabNetworkTests
{
    private static readonly Address Vip = Address.Parse("10.77.0.100");

    private static readonly LabTopology Pair = LabTopology.OneWire("eth0", 24, [("web1", "10.77.0.1"), ("web2", "10.77.0.2")]);

    [Fact]
    public void Each_node_has_its_own_run_processes_host_name_and_wire()
    {
        using LabNetwork network = LabNetwork.Create(Pair);
        LabNode web1 = network["web1"];
        LabNode web2 = network["web2"];

        web1.RunToEnd("sh", "-c", "echo 1 > /run/mark");
        using LabProcess sleeper = network.RunIn(web1, "sleep", "1000");

        Assert.True(File.Exists(web1.PathInside("/run/mark")));
        Assert.False(File.Exists(web2.PathInside("/run/mark")));
        Assert.Equal("web1\n", web1.RunToEnd("hostname"));
        Assert.Contains("sleep 1000", web1.RunToEnd("sh", "-c", "cat /proc/*/cmdline | tr '\\0' ' '"), StringComparison.Ordinal);
        Assert.DoesNotContain("sleep 1000", web2.RunToEnd("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"), StringComparison.Ordinal);
        Assert.Contains(Address.Parse("10.77.0.1"), network.AddressesOf(web1));
        Assert.DoesNotContain(Address.Parse("10.77.0.1"), network.AddressesOf(web2));
        Assert.Contains("10.77.0.1/24", web1.RunToEnd("ip", "address", "show", "dev", "eth0"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_left_after_disposal()
    {
        string directory;
        string id;
        int[] pids;
        using (LabNetwork network = LabNetwork.Create(Pair))
        {
            (id, directory) = (network.Id, network.Directory);
            LabProcess sleeper = network.RunIn(network["web1"], "sleep", "1000");
            pids = [sleeper.Pid, .. network.Nodes.Select(node => node.HolderPid), network.Client.HolderPid];
            Assert.All(pids, pid => Assert.True(Directory.Exists($"/proc/{pid}")));
            Assert.Equal(4, Directory.GetFiles("/run/netns", $"hs-{id}-*").Length);
        }

        Assert.Empty(Directory.GetFiles("/run/netns", $"hs-{id}-*"));
        Assert.False(Directory.Exists(directory));
        Assert.False(File.Exists($"/run/hotstandby-lab/{id}"));
        Assert.All(pids, pid => Assert.False(Directory.Exists($"/proc/{pid}")));
    }

    [Fact]
    public void A_lab_whose_owner_is_dead_is_swept_and_a_living_one_is_not()
    {
        using LabNetwork alive = LabNetwork.Create(Pair);
        LabIdentity dead = LabRegistry.Register();
        string name = LabRegistry.NamespaceName(dead.Id, "web1");
        NetworkNamespace.Create(name);
        string entry = $"/run/hotstandby-lab/{dead.Id}";
        using (Process ended = Process.Start("/bin/true"))
        {
            ended.WaitForExit();
            File.WriteAllText(entry, $"{ended.Id} 1\n{dead.Directory}\n");
        }

        Assert.Contains(dead.Id, LabRegistry.Sweep());

        Assert.False(NetworkNamespace.Exists(name));
        Assert.False(Directory.Exists(dead.Directory));
        Assert.False(File.Exists(entry));
        Assert.True(NetworkNamespace.Exists(alive.SwitchNamespace));
    }

    /// <summary>Each lab that starts sweeps, and several may start at once.</summary>
    [Fact]
    public void Dead_labs_that_several_sweep_at_once_make_none_of_them_fail()
    {
        List<LabIdentity> dead = [];
        using (Process ended = Process.Start("/bin/true"))
        {
            ended.WaitForExit();
            for (int i = 0; i < 20; i++)
            {
                LabIdentity lab = LabRegistry.Register();
                dead.Add(lab);
                NetworkNamespace.Create(LabRegistry.NamespaceName(lab.Id, "web1"));
                Directory.CreateDirectory(Path.Combine(lab.Directory, "web1", "run"));
                File.WriteAllText($"/run/hotstandby-lab/{lab.Id}", $"{ended.Id} 1\n{lab.Directory}\n");
            }
        }

        Parallel.For(0, 4, _ => LabRegistry.Sweep());

        Assert.All(dead, lab => Assert.False(File.Exists($"/run/hotstandby-lab/{lab.Id}")));
        Assert.All(dead, lab => Assert.False(Directory.Exists(lab.Directory)));
        Assert.All(dead, lab => Assert.False(NetworkNamespace.Exists(LabRegistry.NamespaceName(lab.Id, "web1"))));
    }

    [Fact]
    public void Signals_reach_the_process_and_its_exit_code_comes_back()
    {
        using LabNetwork network = LabNetwork.Create(Pair);
        using LabProcess trapping = network.RunIn(network["web1"], "sh", "-c", "trap 'echo told; exit 7' TERM; echo set; while :; do sleep 0.01; done");
        Wait.Until(() => trapping.Output == "set\n", "the trap to be set");

        trapping.Kill(LinuxSignal.Terminate);

        Assert.Equal(7, trapping.WaitForExit(TimeSpan.FromSeconds(5)));
        Assert.Equal("set\ntold\n", trapping.Output);
    }

    [Fact]
    public void A_cut_link_takes_the_carrier_and_a_silent_cut_keeps_it()
    {
        using LabNetwork network = LabNetwork.Create(Pair);
        LabNode web1 = network["web1"];
        Wait.Until(() => Carrier() == "1\n", "the carrier to be up");

        network.CutLink(web1);
        Wait.Until(() => Carrier() == "0\n", "the carrier to go");
        network.HealLink(web1);
        Wait.Until(() => Carrier() == "1\n" && Pings(), "the link to heal");

        network.CutLink(web1, keepCarrier: true);
        Wait.Until(() => !Pings(), "the way to be cut");
        Assert.Equal("1\n", Carrier());
        network.HealLink(web1);
        Wait.Until(Pings, "the way to open");

        string Carrier() => web1.RunToEnd("cat", "/sys/class/net/eth0/carrier");

        // A UDP datagram makes the kernel resolve the neighbour: REACHABLE tells that it answered.
        bool Pings() => web1.RunToEnd(
            "bash",
            "-c",
            "ip neigh flush dev eth0; echo x > /dev/udp/10.77.0.2/9; for i in $(seq 20); do ip neigh show 10.77.0.2 dev eth0 | grep -q REACHABLE && echo yes && exit; sleep 0.01; done")
            .Contains("yes", StringComparison.Ordinal);
    }

    [Fact]
    public void The_prober_measures_a_known_gap_and_sees_who_answers()
    {
        using LabNetwork network = LabNetwork.Create(Pair);
        LabNode web1 = network["web1"];
        LabNode web2 = network["web2"];
        var spec = new LabServiceSpec("nginx", [], 80, "/", NginxService.DefaultPidFile);
        using LabService first = spec.On(web1);
        using LabService second = spec.On(web2);
        first.Start();
        second.Start();
        first.WaitUntilItAnswers(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        second.WaitUntilItAnswers(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        web1.RunToEnd("ip", "address", "add", $"{Vip}/24", "dev", "eth0");
        using var prober = new ClientProber(network.Client.NamespaceName, new ProbeTarget(Vip, 80), ["web1", "web2"]);
        prober.Start();
        Wait.Until(() => prober.LastAnswer()?.Responder == "web1", "web1 to answer");

        MonotonicTime before = ClientProber.Mark();
        web1.RunToEnd("ip", "address", "del", $"{Vip}/24", "dev", "eth0");
        MonotonicTime gone = ClientProber.Mark();
        Wait.Until(() => ClientProber.Mark() - gone > Duration.FromMilliseconds(300), "300 ms without the address");
        MonotonicTime moved = ClientProber.Mark();
        web2.RunToEnd("ip", "address", "add", $"{Vip}/24", "dev", "eth0");
        network.Client.RunToEnd("ip", "neigh", "flush", "dev", "eth0");
        Wait.Until(() => prober.LastAnswer()?.Responder == "web2", "web2 to answer");
        AnswerGap gap = prober.LongestGap(before, ClientProber.Mark());

        Assert.Equal(("web1", "web2"), (gap.Before, gap.After));
        Assert.InRange(gap.Start.Nanoseconds, before.Nanoseconds - 100_000_000, gone.Nanoseconds);
        Assert.True(gap.End > moved);
        Assert.True(gap.Length > Duration.FromMilliseconds(300));
        Assert.DoesNotContain(prober.Answers.Between(before, gap.Start), answer => answer.Responder == "web2");
    }

    [Fact]
    public void A_crashed_nginx_leaves_no_worker_behind_and_starts_again()
    {
        using LabNetwork network = LabNetwork.Create(Pair);
        using LabService nginx = new LabServiceSpec("nginx", [], 8081, "/", "/run/nginx/n.pid").On(network["web1"]);
        nginx.Start();
        nginx.WaitUntilItAnswers(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(File.Exists(network["web1"].PathInside("/run/nginx/n.pid")));

        nginx.Crash();

        Wait.Until(() => !nginx.IsRunning, "nginx to end");
        Wait.Until(() => !nginx.Answers(), "the worker to end");
        nginx.Start();
        nginx.WaitUntilItAnswers(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(nginx.IsRunning);
    }

    [Fact]
    public void A_real_tomcat_answers_with_its_node_name_on_the_path_of_the_check()
    {
        using LabNetwork network = LabNetwork.Create(Pair);
        using LabService tomcat = new LabServiceSpec("tomcat", ["app"], 8080, "/app/health", "").On(network["web2"]);

        tomcat.Start();
        tomcat.WaitUntilItAnswers(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

        tomcat.Crash();
        Wait.Until(() => !tomcat.IsRunning && !tomcat.Answers(), "tomcat to end");
    }

    [Fact]
    public void A_delegate_runs_inside_the_namespace_and_its_exception_comes_out()
    {
        using LabNetwork network = LabNetwork.Create(Pair);

        string inside = NetworkNamespace.Run(network.Client.NamespaceName, () => File.ReadAllText("/proc/thread-self/net/dev"));

        Assert.Contains("eth0", inside, StringComparison.Ordinal);
        Assert.DoesNotContain("br0", inside, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => NetworkNamespace.Run(network.Client.NamespaceName, () => throw new FormatException()));
        Assert.Throws<LabException>(() => NetworkNamespace.Run("hs-none", () => { }));
    }
}
