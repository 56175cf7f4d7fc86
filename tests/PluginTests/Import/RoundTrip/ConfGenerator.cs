using System.Globalization;

namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>
/// Makes keepalived.conf files of two nodes, web1 and web2: one file, whose <c>@web1</c> and <c>@web2</c> lines are one node's. The same seed is the
/// same file. Each is one that keepalived 2.2.7 reads, and whose meaning plugins.json can hold.
/// </summary>
internal sealed class ConfGenerator
{
    /// <summary>What --address gives.</summary>
    public static readonly IReadOnlyDictionary<string, string> Addresses = new Dictionary<string, string> { ["web1"] = "192.168.56.11", ["web2"] = "192.168.56.12" };

    private readonly Random _random;
    private readonly TrackerGenerator _trackers;

    private ConfGenerator(int seed)
    {
        _random = new(seed);
        _trackers = new(_random);
    }

    public static IReadOnlyList<ConfLine> Make(int seed) => new ConfGenerator(seed).File();

    private List<ConfLine> File()
    {
        List<ConfLine> file = [];
        List<ConfLine> global = Global();
        if (global.Count > 0)
        {
            file.Add(new("global_defs", global));
        }

        file.AddRange(_trackers.Blocks());
        bool isGroup = Chance(5);
        int count = isGroup ? 2 : _random.Next(1, 4);
        int shape = _random.Next();
        for (int i = 1; i <= count; i++)
        {
            // The members of a group agree on what decides the election.
            file.Add(new($"vrrp_instance VI_{i}", new InstanceGenerator(isGroup ? new(shape) : _random, _random, _trackers, i, isGroup).Lines()));
        }

        if (isGroup)
        {
            file.Add(new("vrrp_sync_group VG_1", [new("group", [new("VI_1"), new("VI_2")]), .. _trackers.Uses(3), .. Maybe(3, "notify_master \"/usr/bin/echo group\""), .. Maybe(5, "notify_fault /usr/bin/false"), .. Maybe(4, "notify \"/usr/bin/echo any\"")]));
        }

        return file;
    }

    private List<ConfLine> Global() =>
    [
        .. Maybe(3, "router_id LVS_1"),
        .. Maybe(3, $"vrrp_version {_random.Next(2, 4)}"),
        // Without the user, keepalived would drop every script unless the machine has a user keepalived_script.
        .. Chance(6) ? new ConfLine[] { new("enable_script_security"), new("script_user root") } : [],
        .. Maybe(8, $"vrrp_garp_master_repeat {_random.Next(0, 9)}"),
        .. Maybe(8, Pick("vrrp_garp_master_delay 0", "vrrp_garp_master_delay 3", "vrrp_garp_master_delay 7")),
        .. Maybe(10, "vrrp_garp_master_refresh 60"),
        .. Maybe(12, "vrrp_garp_lower_prio_repeat 2"),
        .. Maybe(12, "vrrp_garp_interval 0.001"),
        .. Maybe(8, $"vrrp_down_timer_adverts {_random.Next(2, 6)}"),
        .. Maybe(12, "vrrp_mcast_group4 224.0.0.99"),
        .. Maybe(10, "vrrp_startup_delay 5.5"),
        .. Maybe(16, "@web2 vrrp_startup_delay 7"),
        .. Maybe(10, "vrrp_rt_priority 40"),
        .. Maybe(10, "vrrp_no_swap"),
        .. Maybe(12, "vrrp_check_unicast_src"),
        .. Maybe(14, "vrrp_skip_check_adv_addr"),
    ];

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private string Pick(params string[] texts) => texts[_random.Next(texts.Length)];

    private IEnumerable<ConfLine> Maybe(int oneIn, string text) => Chance(oneIn) ? [new(text)] : [];

    internal static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
