using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>A vrrp_instance.</summary>
internal sealed class InstanceReader(NodeConf node, ConfFindings findings)
{
    private const long CentisecondTicks = 10 * TimeSpan.TicksPerMillisecond;

    /// <summary>The limit of announceRepeat.</summary>
    private const int MostAnnouncements = 20;
    private const int LongestRefreshSeconds = 86_400;

    private readonly Values _values = new(findings);
    private readonly TrackReader _tracks = new(node, findings);

    public InstanceConf Read(Statement block, string name)
    {
        InstanceConf instance = new(name, block.At);
        Dictionary<string, Statement> keys = [];
        foreach (Statement child in block.Children)
        {
            keys[child.Keyword] = child;
        }

        instance.Interface = keys.GetValueOrDefault("interface")?.Argument(0);
        Election(instance, keys);
        Addresses(instance, block);
        Protocol(instance, keys);
        Network(instance, keys);
        Routes(instance, block);
        foreach (Statement child in block.Children)
        {
            switch (child.Keyword)
            {
                case "track_script" or "track_process" or "track_file":
                    instance.Tracks.AddRange(_tracks.Named(child));
                    break;
                case "track_interface":
                    instance.Tracks.AddRange(_tracks.Interfaces(child, instance.Interface?.Text));
                    break;
                default:
                    NotifyReader.Read(child, instance.Notify, findings);
                    break;
            }
        }

        if (instance.Interface is null)
        {
            findings.Error(ConfCodes.Missing, block.At, $"vrrp_instance {name} has no interface", "Write one.");
        }

        if (instance.Priority == 255 && instance.Tracks.Exists(track => track.Weight != 0))
        {
            findings.Warning(ConfCodes.OwnerWithTracks, block.At, $"vrrp_instance {name} has the priority 255: no tracker's weight ever changes it", "Give it a priority up to 254.");
        }

        if (instance.Keys["preempt"] is not null && instance.Tracks.Find(track => track.Weight != 0) is TrackUse weighted)
        {
            findings.Warning(
                ConfCodes.NoPreemptAndWeight,
                weighted.At,
                $"nopreempt with a weighted check: in keepalived a master whose {weighted.What.Name} fails keeps the address for ever; here health comes before nopreempt (preemptUnhealthy)",
                "To keep keepalived's way write \"preemptUnhealthy\": false.");
        }

        return instance;
    }

    private void Election(InstanceConf instance, Dictionary<string, Statement> keys)
    {
        if (!keys.TryGetValue("virtual_router_id", out Statement? vrid))
        {
            findings.Error(ConfCodes.Missing, instance.At, $"vrrp_instance {instance.Name} has no virtual_router_id: keepalived exits with it", "Write one, 1..255, the same on every node.");
        }
        else
        {
            instance.Vrid = _values.Integer(vrid, 1, 255);
        }

        bool isMaster = keys.TryGetValue("state", out Statement? state) && state.Argument(0)?.Text == "MASTER";
        if (state is not null && state.Argument(0)?.Text is not ("MASTER" or "BACKUP"))
        {
            findings.Error(ConfCodes.BadValue, state.At, $"state must be MASTER or BACKUP, found \"{state.Argument(0)}\"", "It has no meaning here: the priority decides.");
        }

        if (keys.TryGetValue("priority", out Statement? priority))
        {
            instance.Priority = _values.Integer(priority, 1, 255) ?? 100;
        }
        else if (isMaster)
        {
            instance.Priority = 255;
            findings.Warning(ConfCodes.PriorityLeftOut, state!.At, "state MASTER without a priority is priority 255 in keepalived, the owner of the address, whom no check moves", "Write a priority.");
        }

        Statement? noPreempt = keys.GetValueOrDefault("nopreempt");
        Statement? delay = keys.GetValueOrDefault("preempt_delay");
        if (isMaster && (noPreempt ?? delay) is Statement cancelled)
        {
            findings.Warning(
                ConfCodes.StateCancelsNoPreempt,
                cancelled.At,
                $"{cancelled.Keyword} with state MASTER: keepalived clears it, and the node preempts at once; here it counts whatever the state says",
                "For keepalived write state BACKUP on both nodes.");
        }

        if (noPreempt is not null)
        {
            instance.Keys["preempt"] = false;
        }
        else if (delay is not null && _values.Seconds(delay, 0, 1000) is TimeSpan span)
        {
            instance.Keys["preemptDelay"] = Values.Duration(span);
        }
    }

    private void Protocol(InstanceConf instance, Dictionary<string, Statement> keys)
    {
        Statement? version = keys.GetValueOrDefault("version") ?? node.Global.GetValueOrDefault("vrrp_version");
        instance.Version = instance.IsIPv6 ? 3 : version is null ? 2 : _values.Integer(version, 2, 3) ?? 2;
        if (instance.Version == 2)
        {
            instance.Keys["version"] = 2;
            findings.Note(
                ConfCodes.Changed,
                version?.At ?? instance.At,
                $"vrrp_instance {instance.Name} speaks version 2, keepalived's default, and so does the imported file",
                "When no keepalived is left: remove \"version\" and \"authentication\", and stops, drains and failed checks move the address in milliseconds. Nodes of two versions don't hear each other: stop the other nodes' agents, reload the MASTER, then start them.");
        }

        if (keys.TryGetValue("advert_int", out Statement? interval) && _values.Seconds(interval, 0.01, 255) is TimeSpan span)
        {
            if (instance.Version == 2 && span.Ticks % TimeSpan.TicksPerSecond != 0)
            {
                // As keepalived rounds.
                span = TimeSpan.FromSeconds(Math.Max(1, Math.Floor(span.TotalSeconds + 0.5)));
                findings.Warning(ConfCodes.FractionInVersion2, interval.At, $"advert_int {interval.Argument(0)} in version 2, which counts whole seconds: it is {span.TotalSeconds:0} s", "Version 3 can be faster than a second.");
            }

            if (instance.Version == 3 && span.Ticks % CentisecondTicks != 0)
            {
                span = TimeSpan.FromTicks(Math.Max(1, (span.Ticks + (CentisecondTicks / 2)) / CentisecondTicks) * CentisecondTicks);
                findings.Warning(ConfCodes.Changed, interval.At, $"advert_int {interval.Argument(0)}: version 3 counts hundredths of a second, and keepalived takes {span.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s", "Write that.");
            }

            instance.Keys["advertInterval"] = Values.Duration(span);
        }

        if ((keys.GetValueOrDefault("down_timer_adverts") ?? node.Global.GetValueOrDefault("vrrp_down_timer_adverts")) is Statement adverts && _values.Integer(adverts, 1, 100) is int count)
        {
            instance.Keys["downTimerAdverts"] = count;
        }

        Announcements(instance, keys);
        Statement? form = keys.GetValueOrDefault("v3_checksum_as_v2") ?? node.Global.GetValueOrDefault("v3_checksum_as_v2");
        if (form is not null && instance is { Version: 3, IsIPv6: false } && _values.Boolean(form))
        {
            instance.Keys["checksum"] = "messageOnly";
        }

        Authentication(instance, keys);
    }

    private void Announcements(InstanceConf instance, Dictionary<string, Statement> keys)
    {
        if ((keys.GetValueOrDefault("garp_master_repeat") ?? node.Global.GetValueOrDefault("vrrp_garp_master_repeat")) is Statement repeat
            && _values.Integer(repeat, 0, int.MaxValue) is int wanted)
        {
            int times = Math.Clamp(wanted, 1, MostAnnouncements);
            if (times != wanted)
            {
                findings.Warning(
                    ConfCodes.Changed, repeat.At, wanted == 0 ? $"{repeat.Keyword} 0 is 1 to keepalived" : $"{repeat.Keyword} {wanted} is more than a volley has here: {times}", $"Write 1..{MostAnnouncements}.");
            }

            instance.Keys["announceRepeat"] = times;
        }

        if ((keys.GetValueOrDefault("garp_master_delay") ?? node.Global.GetValueOrDefault("vrrp_garp_master_delay")) is Statement delay && _values.Seconds(delay, 0, 255) is TimeSpan later)
        {
            if (later.Ticks % TimeSpan.TicksPerSecond != 0)
            {
                later = TimeSpan.FromSeconds(Math.Floor(later.TotalSeconds));
                findings.Warning(ConfCodes.Changed, delay.At, $"{delay.Keyword} {delay.Argument(0)}: keepalived takes whole seconds, {later.TotalSeconds:0}, and so does the imported file", "Write whole seconds.");
            }

            instance.Keys["announceDelay"] = Values.Duration(later);
        }

        if ((keys.GetValueOrDefault("garp_master_refresh") ?? node.Global.GetValueOrDefault("vrrp_garp_master_refresh")) is Statement refresh
            && _values.Integer(refresh, 0, int.MaxValue) is int seconds and not 0)
        {
            if (seconds > LongestRefreshSeconds)
            {
                findings.Warning(ConfCodes.Changed, refresh.At, $"{refresh.Keyword} {seconds} is more than a day, which is the most here", $"Write 1..{LongestRefreshSeconds}.");
            }

            instance.Keys["announceRefresh"] = Values.Duration(TimeSpan.FromSeconds(Math.Min(seconds, LongestRefreshSeconds)));
        }
    }

    private void Authentication(InstanceConf instance, Dictionary<string, Statement> keys)
    {
        if (keys.TryGetValue("auth_hmac", out Statement? hmac))
        {
            instance.Keys["authentication"] = new HmacReader(findings).Read(hmac);
            return;
        }

        if (!keys.TryGetValue("authentication", out Statement? block))
        {
            return;
        }

        Statement? password = block.Children.FirstOrDefault(child => child.Keyword == "auth_pass");
        Statement? type = block.Children.FirstOrDefault(child => child.Keyword == "auth_type");
        if (type?.Argument(0)?.Text == "AH")
        {
            findings.Error(ConfCodes.AuthenticationHeader, type.At, "auth_type AH is not spoken here; RFC 9568 has no authentication at all", "Take version 3, with auth_hmac if adverts have to be signed.");
        }
        else if (instance.Version == 3)
        {
            findings.Note(ConfCodes.NotNeeded, block.At, "authentication is left out: version 3 has none, and keepalived ignores it there");
        }
        else if (password?.Argument(0) is Word word)
        {
            string text = Password(word);
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            if (bytes.Length > 8)
            {
                findings.Warning(ConfCodes.PasswordTooLong, word.At, $"auth_pass has {bytes.Length} bytes: keepalived uses the first 8, and so does the imported file", "Write 8 at most.");
            }

            findings.Note(ConfCodes.PasswordProtectsNothing, block.At, "the password is sent in the clear with every advert and protects nothing", "With version 3 remove it, or sign adverts: docs/authentication.md.");
            instance.Keys["authentication"] = new JsonObject { ["type"] = "pass", ["password"] = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(8, bytes.Length))) };
        }
    }

    /// <summary>In single quotes it is read with the first one, up to a blank or the sign of a comment.</summary>
    private string Password(Word word)
    {
        if (!word.IsSingleQuoted)
        {
            return word.Text;
        }

        string read = $"'{word.Text}'".Split(' ', '#', '!')[0];
        findings.Warning(ConfCodes.BadValue, word.At, "auth_pass in single quotes: keepalived takes them for a part of the password, and ends it at a blank, # or !; so does the imported file", "Write it without quotes, or in double ones.");
        return read;
    }

    private void Network(InstanceConf instance, Dictionary<string, Statement> keys)
    {
        if ((keys.GetValueOrDefault("unicast_src_ip") ?? keys.GetValueOrDefault("mcast_src_ip")) is Statement source)
        {
            instance.Source = _values.Address(source);
            if (instance is { IsIPv6: true, Source: Word word } && !(AddressText.TryParse(word.Text, out Address from) && from.IsLinkLocalIPv6))
            {
                findings.Error(
                    ConfCodes.NotCarriedOver,
                    word.At,
                    $"{source.Keyword} {word}: adverts over IPv6 come from a link-local address here; left out",
                    "Let the peers take adverts from this node's link-local address.");
                instance.Source = null;
            }
        }

        Statement? group = keys.GetValueOrDefault("mcast_dst_ip") ?? node.Global.GetValueOrDefault(instance.IsIPv6 ? "vrrp_mcast_group6" : "vrrp_mcast_group4");
        if (group is not null && _values.Address(group) is Word address && address.Text is not ("224.0.0.18" or "ff02::12"))
        {
            instance.Keys["multicastGroup"] = address.Text;
        }

        if (keys.TryGetValue("unicast_peer", out Statement? peers))
        {
            Peers(instance, peers);
            bool isChecked = keys.ContainsKey("check_unicast_src") || node.Global.ContainsKey("vrrp_check_unicast_src")
                || peers.Children.Any(line => line.Words.Any(word => word.Text is "min_ttl" or "max_ttl"));
            if (!isChecked)
            {
                findings.Note(ConfCodes.AnySourceMayWin, peers.At, "keepalived takes unicast adverts from any source unless check_unicast_src is set; here only from the peers, and with TTL 255 (unicast.minTtl)", "Write min_ttl where a router is between the nodes.");
            }
        }

        if (keys.TryGetValue("use_vmac", out Statement? vmac))
        {
            instance.Keys["useVmac"] = true;
            if (vmac.Words.Count > 1)
            {
                findings.Note(ConfCodes.NotNeeded, vmac.At, $"use_vmac {vmac.Argument(0)}: the macvlan has a name of its own, hs4.VRID.INDEX");
            }
        }

        if (keys.ContainsKey("no_accept") && instance.Priority != 255)
        {
            instance.Keys["acceptMode"] = false;
        }

        if (keys.TryGetValue("strict_mode", out Statement? strict) && _values.Boolean(strict))
        {
            findings.Warning(ConfCodes.Strict, strict.At, "strict_mode makes the virtual address not answer; left out", "Addresses answer here (acceptMode true).");
        }

        if (keys.TryGetValue("skip_check_adv_addr", out Statement? skip))
        {
            NodeReader.SkipCheck(skip, findings);
        }
    }

    private void Peers(InstanceConf instance, Statement block)
    {
        bool isFar = false;
        foreach (Statement line in block.Children)
        {
            instance.Peers.Add(line.Words[0]);
            for (int i = 1; i < line.Words.Count; i += 2)
            {
                Word word = line.Words[i];
                if (word.Text == "min_ttl" && _values.Integer(line, 0, 255, i) is int least)
                {
                    instance.MinimumTtl = Math.Min(instance.MinimumTtl ?? 255, Math.Max(1, least));
                }
                else if (word.Text == "max_ttl" && _values.Integer(line, 0, 255, i) is < 255 and int most)
                {
                    isFar = true;
                    findings.Warning(ConfCodes.NotCarriedOver, word.At, $"max_ttl {most} is not carried over: an advert may have any TTL from unicast.minTtl on", "It is left out.");
                }
            }
        }

        // keepalived takes a peer without min_ttl at any distance; one with a smaller max_ttl can't be near.
        if ((isFar || instance.MinimumTtl is not null) && block.Children.Any(line => !line.Words.Any(word => word.Text == "min_ttl")))
        {
            instance.MinimumTtl = 1;
        }
    }

    private void Addresses(InstanceConf instance, Statement block)
    {
        AddressReader reader = new(block.Children.Any(child => child.Keyword == "use_vmac"), findings);
        foreach (string keyword in new[] { "virtual_ipaddress", "virtual_ipaddress_excluded" })
        {
            JsonArray items = [];
            foreach (Statement line in block.Children.Where(child => child.Keyword == keyword).SelectMany(child => child.Children))
            {
                if (reader.Read(line, instance.Interface?.Text, out bool isIPv6) is JsonNode item)
                {
                    instance.IsIPv6 |= isIPv6 && keyword == "virtual_ipaddress";
                    items.Add(item);
                }
            }

            if (items.Count > 0 || keyword == "virtual_ipaddress")
            {
                instance.Keys[keyword == "virtual_ipaddress" ? "addresses" : "excludedAddresses"] = items;
            }
        }

        if (((JsonArray)instance.Keys["addresses"]!).Count == 0)
        {
            findings.Error(ConfCodes.Missing, block.At, $"vrrp_instance {instance.Name} has no virtual_ipaddress", "A virtual router has one at least; move an excluded one there.");
        }
    }

    private void Routes(InstanceConf instance, Statement block)
    {
        RouteReader reader = new(node, instance.Interface?.Text, findings);
        Statement[] routes = [.. block.Children.Where(child => child.Keyword == "virtual_routes").SelectMany(child => child.Children)];
        Statement[] rules = [.. block.Children.Where(child => child.Keyword == "virtual_rules").SelectMany(child => child.Children)];
        Add("routes", routes.Select(reader.ReadRoute));
        Add("rules", rules.Select(reader.ReadRule));

        void Add(string key, IEnumerable<JsonObject?> entries)
        {
            JsonArray items = [.. entries.OfType<JsonNode>()];
            if (items.Count > 0)
            {
                instance.Keys[key] = items;
            }
        }
    }
}
