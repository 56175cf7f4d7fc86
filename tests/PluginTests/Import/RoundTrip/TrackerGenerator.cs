namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>vrrp_script, vrrp_track_process and track_file blocks, and the blocks that use them.</summary>
internal sealed class TrackerGenerator
{
    private readonly Random _random;
    private readonly List<(string Use, string Name, ConfLine Block)> _all = [];

    public TrackerGenerator(Random random)
    {
        _random = random;
        for (int i = random.Next(4); i > 0; i--)
        {
            _all.Add(("track_script", $"chk_{i}", new($"vrrp_script chk_{i}", Script(i))));
        }

        if (Chance(3))
        {
            _all.Add(("track_process", "proc", new("vrrp_track_process proc", Process())));
        }

        if (Chance(3))
        {
            _all.Add(("track_file", "drain", new("track_file drain", [new("file \"/run/drain\""), .. Maybe(2, $"weight {Weight(254)}")])));
        }
    }

    public IEnumerable<ConfLine> Blocks() => _all.Select(one => one.Block);

    /// <summary>Some of the trackers, each of one in <paramref name="oneIn"/>; with an interface now and then.</summary>
    public IEnumerable<ConfLine> Uses(int oneIn)
    {
        List<ConfLine> blocks = [];
        foreach (IGrouping<string, (string Use, string Name, ConfLine Block)> kind in _all.Where(_ => Chance(oneIn)).GroupBy(one => one.Use))
        {
            blocks.Add(new(kind.Key, [.. kind.Select(one => new ConfLine($"{Node()}{one.Name}{(Chance(2) ? "" : $" weight {Weight(253)}")}"))]));
        }

        if (Chance(oneIn * 2))
        {
            blocks.Add(new("track_interface", [new($"eth1{(Chance(2) ? "" : $" weight {Weight(253)}")}"), .. Maybe(3, "eth0")]));
        }

        return blocks;
    }

    private string Node() => Chance(25) ? "@web2 " : "";

    private List<ConfLine> Script(int i) =>
    [
        new(Chance(12) ? "script \"/usr/bin/killall -0 haproxy\"" : $"script \"/usr/bin/test -e /run/answer{i}\""),
        .. Maybe(2, $"interval {_random.Next(1, 6)}"),
        .. Maybe(3, $"timeout {_random.Next(1, 6)}"),
        .. Maybe(2, $"weight {Weight(253)}"),
        .. Maybe(3, $"rise {_random.Next(1, 5)}"),
        .. Maybe(3, $"fall {_random.Next(1, 5)}"),
        .. Maybe(5, "init_fail"),
        .. Maybe(8, "user root"),
    ];

    private List<ConfLine> Process() =>
    [
        new("process \"sshd\""),
        .. Maybe(3, $"quorum {_random.Next(1, 4)}"),
        .. Maybe(2, $"weight {Weight(254)}"),
        .. Maybe(4, "delay 1.5"),
        .. Maybe(4, "fork_delay 2"),
        .. Maybe(4, "terminate_delay 0.25"),
    ];

    private string Weight(int most)
    {
        int weight = _random.Next(12) switch
        {
            0 => 0,
            1 => most,
            2 => -most,
            3 => 2,
            4 => -2,
            _ => _random.Next(-100, 101),
        };
        return ConfGenerator.Number(weight) + (Chance(5) ? " reverse" : Chance(12) ? " noreverse" : "");
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private IEnumerable<ConfLine> Maybe(int oneIn, string text) => Chance(oneIn) ? [new(text)] : [];
}
