namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>One vrrp_instance.</summary>
/// <param name="shape">Decides what the members of a sync group have in common.</param>
/// <param name="random">Decides the rest.</param>
/// <param name="number">From 1: its virtual_router_id and addresses follow from it.</param>
internal sealed class InstanceGenerator(Random shape, Random random, TrackerGenerator trackers, int number, bool isMember)
{
    private readonly bool _isIPv6 = shape.Next(5) == 0;
    private readonly bool _isUnicast = shape.Next(4) == 0;
    private readonly bool _canBeOwner = !isMember && number == 1 && shape.Next(6) == 0;
    private readonly bool _isVmac = !isMember && shape.Next(10) == 0;
    private readonly string _device = shape.Next(10) == 0 ? "eth1" : "eth0";
    private readonly bool _isVersion3 = shape.Next(2) == 0;

    public List<ConfLine> Lines()
    {
        bool isOwner = _canBeOwner && !_isIPv6 && !_isVmac && !_isUnicast;
        (int first, int second) = Priorities();
        return
        [
            .. In(shape, 4, "@web1 state MASTER"),
            .. In(shape, 5, "@web2 state BACKUP"),
            new($"interface {_device}"),
            new($"virtual_router_id {50 + number}"),
            new($"@web1 priority {(isOwner ? 255 : first)}"),
            new($"@web2 priority {second}"),
            .. Version(),
            .. In(shape, 6, "nopreempt"),
            .. In(shape, 6, $"preempt_delay {Pick(shape, "3", "2.5", "60")}"),
            .. In(shape, 8, $"garp_master_repeat {random.Next(1, 30)}"),
            .. In(shape, 8, $"garp_master_delay {random.Next(0, 9)}"),
            .. In(random, 12, "garp_master_refresh 30"),
            .. In(random, 20, "garp_master_refresh 0"),
            .. In(random, 20, "garp_master_refresh_repeat 2"),
            .. In(random, 14, "garp_lower_prio_delay 3"),
            .. In(shape, 10, $"down_timer_adverts {shape.Next(2, 8)}"),
            .. In(random, 14, "dont_track_primary"),
            .. In(random, 14, "accept"),
            .. _isVersion3 || _isIPv6 ? In(random, 12, "no_accept") : [],
            .. _isVmac ? new ConfLine[] { new(random.Next(2) == 0 ? "use_vmac" : $"use_vmac vrrp{number}") } : [],
            .. _isVmac && (_isUnicast || random.Next(3) == 0) ? new ConfLine[] { new("vmac_xmit_base") } : [],
            .. Network(),
            .. Authentication(),
            new("virtual_ipaddress", new AddressGenerator(random, number, _device, _isIPv6, _isVmac).Lines(isOwner)),
            .. Excluded(),
            .. Routes(),
            .. trackers.Uses(2),
            .. Notify(),
        ];
    }

    private (int First, int Second) Priorities()
    {
        int first = shape.Next(1, 255);
        int second = shape.Next(1, 255);
        return first == second ? (first, first == 1 ? 2 : first - 1) : (first, second);
    }

    private IEnumerable<ConfLine> Version()
    {
        bool isVersion3 = _isVersion3 || _isIPv6;
        if (!_isIPv6)
        {
            yield return new($"version {(isVersion3 ? 3 : 2)}");
        }

        if (shape.Next(2) == 0)
        {
            yield return new($"advert_int {(isVersion3 ? Pick(shape, "1", "2.5", "0.1", "0.25", "0.015", "40.95") : Pick(shape, "1", "2", "255", "1.2", "1.5", "0.4"))}");
        }
    }

    private List<ConfLine> Network()
    {
        if (!_isUnicast)
        {
            return _isIPv6
                ? [.. In(random, 6, "mcast_dst_ip ff02::77")]
                : [.. random.Next(5) == 0 ? new ConfLine[] { new("@web1 mcast_src_ip 192.168.56.11"), new("@web2 mcast_src_ip 192.168.56.22") } : [], .. In(random, 6, "mcast_dst_ip 224.0.0.77")];
        }

        string[] own = _isIPv6 ? ["fe80::11", "fe80::12"] : ["192.168.56.11", "192.168.56.12"];
        string ttl = random.Next(3) == 0 ? $" min_ttl {random.Next(1, 256)}" : "";
        bool isSaid = _isIPv6 || random.Next(2) == 0;
        return
        [
            .. isSaid ? new ConfLine[] { new($"@web1 unicast_src_ip {own[0]}"), new($"@web2 unicast_src_ip {own[1]}") } : [],
            .. In(random, 3, "check_unicast_src"),
            .. In(random, 8, "unicast_ttl 64"),
            new("unicast_peer", [new($"@web1 {own[1]}{ttl}"), new($"@web2 {own[0]}{ttl}{(ttl.Length > 0 && random.Next(3) == 0 ? " max_ttl 255" : "")}"), .. In(random, 8, (_isIPv6 ? "fe80::13" : "192.168.56.13") + ttl)]),
        ];
    }

    private IEnumerable<ConfLine> Authentication() => random.Next(5) != 0 ? []
        : [new("authentication", [new("auth_type PASS"), new($"auth_pass {Pick(random, "1111", "longer-than-eight", "s3cr3t")}")])];

    private IEnumerable<ConfLine> Excluded() => _isVmac || random.Next(4) != 0 ? []
        : [new("virtual_ipaddress_excluded", [.. new AddressGenerator(random, number + 20, _device, isIPv6: random.Next(2) == 0, _isVmac).Lines(isOwner: false), .. In(random, 6, $"192.168.56.{210 + number}/32 dev lo")])];

    private List<ConfLine> Routes()
    {
        if (_isIPv6 || random.Next(4) != 0)
        {
            return [];
        }

        return
        [
            new("virtual_routes",
            [
                new($"10.{number}.0.0/16 via 192.168.56.1{Pick(random, "", $" dev {_device}", " dev eth0")}{Pick(random, "", " metric 5", " table 100")}"),
                .. In(random, 2, $"src 192.168.56.{100 + number} to 172.{16 + number}.0.0/16 dev eth0 scope link"),
                .. In(random, 3, $"default via 192.168.56.1 table {200 + number}"),
                .. In(random, 3, $"192.0.2.{number} via 192.168.56.1 dev eth0 no_track"),
            ]),
            .. In(random, 2, "virtual_rules",
            [
                new($"from 10.{number}.0.0/16 table 100{Pick(random, "", $" priority {1000 + number}")}"),
                .. In(random, 2, $"to 172.{16 + number}.0.1 lookup main preference {2000 + number}"),
                .. In(random, 3, $"from 192.0.2.{number} to 10.0.0.0/8 table 100"),
            ]),
        ];
    }

    private IEnumerable<ConfLine> Notify() =>
    [
        .. In(random, 5, "notify_master \"/usr/bin/echo 'is master' now\""),
        .. In(random, 8, "notify_backup /usr/bin/true"),
        .. In(random, 8, "notify_fault \"/usr/bin/echo fault\""),
        .. In(random, 12, "notify_stop \"/usr/bin/echo stop\""),
        .. In(random, 6, "notify \"/usr/bin/echo any\""),
    ];

    private static string Pick(Random from, params string[] texts) => texts[from.Next(texts.Length)];

    private static IEnumerable<ConfLine> In(Random from, int oneIn, string text, IReadOnlyList<ConfLine>? body = null) => from.Next(oneIn) == 0 ? [new(text, body)] : [];
}
