using System.Text;
using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>A vrrp_instance.</summary>
internal sealed class InstanceReader(NodeConf node, ConfFindings findings)
{
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
                "When no keepalived is left: remove \"version\" and \"authentication\", and stops, drains and failed checks move the address in milliseconds.");
        }

        if (keys.TryGetValue("advert_int", out Statement? interval) && _values.Seconds(interval, 0.01, 255) is TimeSpan span)
        {
            if (instance.Version == 2 && span.Ticks % TimeSpan.TicksPerSecond != 0)
            {
                span = TimeSpan.FromSeconds(Math.Ceiling(span.TotalSeconds));
                findings.Warning(ConfCodes.FractionInVersion2, interval.At, $"advert_int {interval.Argument(0)} in version 2, which counts whole seconds: it is {span.TotalSeconds:0} s", "Version 3 can be faster than a second.");
            }

            instance.Keys["advertInterval"] = Values.Duration(span);
        }

        Integer(instance, keys, "down_timer_adverts", "vrrp_down_timer_adverts", "downTimerAdverts", 1, 100);
        Integer(instance, keys, "garp_master_repeat", "vrrp_garp_master_repeat", "announceRepeat", 1, 20);
        if ((keys.GetValueOrDefault("garp_master_delay") ?? node.Global.GetValueOrDefault("vrrp_garp_master_delay")) is Statement delay && _values.Seconds(delay, 0, 255) is TimeSpan later)
        {
            instance.Keys["announceDelay"] = Values.Duration(later);
        }

        Statement? form = keys.GetValueOrDefault("v3_checksum_as_v2") ?? node.Global.GetValueOrDefault("v3_checksum_as_v2");
        if (form is not null && instance is { Version: 3, IsIPv6: false } && _values.Boolean(form))
        {
            instance.Keys["checksum"] = "messageOnly";
        }

        Authentication(instance, keys);
    }

    private void Integer(InstanceConf instance, Dictionary<string, Statement> keys, string own, string global, string key, int least, int most)
    {
        if ((keys.GetValueOrDefault(own) ?? node.Global.GetValueOrDefault(global)) is Statement statement && _values.Integer(statement, least, most) is int number)
        {
            instance.Keys[key] = number;
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
            byte[] bytes = Encoding.UTF8.GetBytes(word.Text);
            if (bytes.Length > 8)
            {
                findings.Warning(ConfCodes.PasswordTooLong, word.At, $"auth_pass has {bytes.Length} bytes: keepalived uses the first 8, and so does the imported file", "Write 8 at most.");
            }

            findings.Note(ConfCodes.PasswordProtectsNothing, block.At, "the password is sent in the clear with every advert and protects nothing", "With version 3 remove it, or sign adverts: docs/authentication.md.");
            instance.Keys["authentication"] = new JsonObject { ["type"] = "pass", ["password"] = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(8, bytes.Length))) };
        }
    }

    private void Network(InstanceConf instance, Dictionary<string, Statement> keys)
    {
        if ((keys.GetValueOrDefault("unicast_src_ip") ?? keys.GetValueOrDefault("mcast_src_ip")) is Statement source)
        {
            instance.Source = _values.Address(source);
        }

        Statement? group = keys.GetValueOrDefault("mcast_dst_ip") ?? node.Global.GetValueOrDefault(instance.IsIPv6 ? "vrrp_mcast_group6" : "vrrp_mcast_group4");
        if (group is not null && _values.Address(group) is Word address && address.Text is not ("224.0.0.18" or "ff02::12"))
        {
            instance.Keys["multicastGroup"] = address.Text;
        }

        if (keys.TryGetValue("unicast_peer", out Statement? peers))
        {
            instance.Peers.AddRange(peers.Children.Select(line => line.Words[0]));
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

    private void Addresses(InstanceConf instance, Statement block)
    {
        AddressReader reader = new(findings);
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
        RouteReader reader = new(findings);
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
