using System.Globalization;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>The facts of one vrrp_instance, but for what it tracks.</summary>
internal sealed class InstanceMeaning
{
    /// <summary>What every instance says itself in the end.</summary>
    public static readonly string[] Defaults =
    [
        "vrrp_version", "vrrp_garp_master_repeat", "vrrp_garp_master_delay", "vrrp_garp_master_refresh", "vrrp_down_timer_adverts", "vrrp_mcast_group4", "vrrp_mcast_group6", "vrrp_check_unicast_src",
    ];

    private static readonly string[] Understood =
    [
        "state", "interface", "virtual_router_id", "version", "priority", "advert_int", "down_timer_adverts", "garp_master_repeat", "garp_master_delay", "garp_master_refresh", "nopreempt",
        "preempt_delay", "use_vmac", "vmac_xmit_base", "accept", "no_accept", "mcast_src_ip", "unicast_src_ip", "mcast_dst_ip", "unicast_peer", "check_unicast_src", "authentication",
        "virtual_ipaddress", "virtual_ipaddress_excluded", "virtual_routes", "virtual_rules", "track_script", "track_process", "track_file", "track_interface",
    ];

    private readonly Statement _block;
    private readonly IReadOnlyDictionary<string, Statement> _global;
    private readonly Dictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly bool _isIPv6;
    private readonly int _version;

    public InstanceMeaning(Statement block, IReadOnlyDictionary<string, Statement> global)
    {
        _block = block;
        _global = global;
        _isIPv6 = Find("virtual_ipaddress")?.Children.Any(line => line.Keyword.Contains(':', StringComparison.Ordinal)) ?? false;
        _version = _isIPv6 ? 3 : int.Parse(Text("version", "vrrp_version", "2"), CultureInfo.InvariantCulture);
        string priority = Text("priority", "", Text("state", "", "BACKUP") == "MASTER" ? "255" : "100");
        IsOwner = priority == "255";
        Interface = Text("interface", "", "");
        _facts["interface"] = Interface;
        _facts["virtual_router_id"] = Text("virtual_router_id", "", "");
        _facts["priority"] = priority;
        _facts["version"] = $"{_version}";
    }

    public string Interface { get; }

    public bool IsOwner { get; }

    /// <param name="nextRule">The preference that keepalived makes up for the next rule without one.</param>
    public IReadOnlyDictionary<string, string> Facts(ref int nextRule)
    {
        Election();
        Announcements();
        Network();
        Lists(ref nextRule);
        foreach (Statement line in _block.Children.Where(line => line.Keyword.StartsWith("notify", StringComparison.Ordinal)))
        {
            _facts[line.Keyword] = Command(line);
        }

        foreach (Statement line in _block.Children.Where(line => !Understood.Contains(line.Keyword) && !line.Keyword.StartsWith("notify", StringComparison.Ordinal)))
        {
            _facts[line.Keyword] = Meaning.Rest(line);
        }

        return _facts;
    }

    /// <summary>The words keepalived runs: it takes one word of the file, and cuts that.</summary>
    public static string Command(Statement line) => line.Argument(0)!.Text.Replace("'", "", StringComparison.Ordinal);

    private void Election()
    {
        bool isMaster = IsOwner || Text("state", "", "BACKUP") == "MASTER";
        _facts["state"] = Text("state", "", IsOwner ? "MASTER" : "BACKUP");
        bool isNoPreempt = Find("nopreempt") is not null && !isMaster;
        _facts["preempt"] = isNoPreempt ? "no" : "yes";
        _facts["preempt_delay"] = isMaster || isNoPreempt ? "0" : Text("preempt_delay", "", "0");
        decimal seconds = Seconds(Text("advert_int", "", "1"));
        decimal step = _version == 2 ? 1 : 0.01m;
        _facts["advert_int"] = Text(Math.Max(step, Math.Floor((seconds / step) + 0.5m) * step));
        _facts["down_timer_adverts"] = Text("down_timer_adverts", "vrrp_down_timer_adverts", "3");
        if (Find("authentication") is Statement authentication && _version == 2)
        {
            string password = authentication.Children.First(line => line.Keyword == "auth_pass").Argument(0)!.Text;
            _facts["authentication"] = $"PASS {(password.Length > 8 ? password[..8] : password)}";
        }
    }

    private void Announcements()
    {
        string repeat = Text("garp_master_repeat", "vrrp_garp_master_repeat", "5");
        _facts["garp_master_repeat"] = repeat == "0" ? "1" : repeat;
        _facts["garp_master_delay"] = Text("garp_master_delay", "vrrp_garp_master_delay", "5").Split('.')[0];
        _facts["garp_master_refresh"] = Text("garp_master_refresh", "vrrp_garp_master_refresh", "0");
    }

    private void Network()
    {
        _facts["use_vmac"] = Find("use_vmac") is Statement vmac ? $"yes {Meaning.Rest(vmac)}".TrimEnd() : "no";
        _facts["vmac_xmit_base"] = Find("vmac_xmit_base") is null ? "no" : "yes";
        _facts["accept"] = Find("no_accept") is null || IsOwner ? "yes" : "no";
        Statement? peers = Find("unicast_peer");
        _facts["source"] = (Find("unicast_src_ip") ?? Find("mcast_src_ip"))?.Argument(0)?.Text ?? "any";
        if (peers is null)
        {
            _facts["mcast_dst_ip"] = Text("mcast_dst_ip", _isIPv6 ? "vrrp_mcast_group6" : "vrrp_mcast_group4", _isIPv6 ? "ff02::12" : "224.0.0.18");
            return;
        }

        bool isChecked = Find("check_unicast_src") is not null || _global.ContainsKey("vrrp_check_unicast_src") || peers.Children.Any(line => line.Words.Count > 1);
        _facts["check_unicast_src"] = isChecked ? "yes" : "no";
        foreach (Statement line in peers.Children)
        {
            string least = Option(line, "min_ttl", "0");
            _facts[$"peer {line.Keyword}"] = $"min_ttl {(least is "0" or "1" ? "any" : least)} max_ttl {Option(line, "max_ttl", "255")}";
        }
    }

    private void Lists(ref int nextRule)
    {
        Lines("virtual_ipaddress", (line, i) => ($"address {i}", LineMeaning.Address(line, Interface)));
        Lines("virtual_ipaddress_excluded", (line, i) => ($"excluded {i}", LineMeaning.Address(line, Interface)));
        Lines("virtual_routes", (line, _) => LineMeaning.Route(line));
        int rule = nextRule;
        Lines("virtual_rules", (line, _) => LineMeaning.Rule(line, ref rule));
        nextRule = rule;
    }

    private void Lines(string keyword, Func<Statement, int, (string Key, string Value)> read)
    {
        int i = 0;
        foreach (Statement line in _block.Children.Where(child => child.Keyword == keyword).SelectMany(child => child.Children))
        {
            (string key, string value) = read(line, i++);
            _facts[key] = value;

            // keepalived can't watch a route without an interface.
            if (line.Words.Any(word => word.Text == "no_track") || value.EndsWith("dev any", StringComparison.Ordinal))
            {
                _facts[$"untracked {key}"] = "yes";
            }
        }
    }

    private Statement? Find(string keyword) => _block.Children.LastOrDefault(line => line.Keyword == keyword);

    private string Text(string keyword, string global, string otherwise) =>
        (Find(keyword) ?? _global.GetValueOrDefault(global))?.Argument(0)?.Text ?? otherwise;

    private static string Option(Statement line, string keyword, string otherwise)
    {
        int at = line.Words.ToList().FindIndex(word => word.Text == keyword);
        return at < 0 ? otherwise : line.Words[at + 1].Text;
    }

    private static decimal Seconds(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
