using System.Globalization;
using System.Text.RegularExpressions;

namespace HotStandby.PluginTests.Import.Dump;

/// <summary>
/// The facts of keepalived's dump, by the names that <see cref="RoundTrip.Meaning"/> has for them. Left out is what differs by nature: states, results,
/// file descriptors, addresses that the kernel made up. keepalived does not tell of init_fail.
/// </summary>
internal sealed partial class DumpFacts
{
    private readonly SortedDictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Key, string What)> _tracked = [];

    private DumpFacts(IReadOnlyList<string> lines)
    {
        IReadOnlyDictionary<string, DumpNode> sections = DumpNode.Sections(lines);
        Tracked(sections);
        DumpNode[] groups = [.. Below(sections, "VRRP Sync groups")];
        foreach (DumpNode instance in Below(sections, "VRRP Topology"))
        {
            Instance(instance, groups);
        }

        foreach (DumpNode group in groups)
        {
            string title = $"group {group.Value.Split(',')[0]}";
            Say(title, "members", string.Join(' ', group.List("VRRP member instances").Order(StringComparer.Ordinal)));
            Tracks(title, group);
            Notify(title, group);
        }

        Global(sections["Global definitions"]);
    }

    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<string> lines) => new DumpFacts(lines)._facts;

    private static List<DumpNode> Below(IReadOnlyDictionary<string, DumpNode> sections, string title) => sections.GetValueOrDefault(title)?.Below ?? [];

    private void Say(string what, string key, string value)
    {
        string name = $"{what} {key}";
        _facts[name] = _facts.TryGetValue(name, out string? said) ? string.Join(" & ", said.Split(" & ").Append(value).Distinct()) : value;
    }

    private void Global(DumpNode global)
    {
        Unless("vrrp_startup_delay", "vrrp_startup_delay", "");
        Unless("VRRP realtime priority", "vrrp_rt_priority", "0");
        Unless("VRRP realtime limit", "vrrp_rlimit_rttime", "10000");
        if (global.Find("VRRP don't swap") == "true")
        {
            Say("global", "vrrp_no_swap", "");
        }

        void Unless(string key, string keyword, string usual)
        {
            if (global.Find(key, usual) is string value && value != usual)
            {
                Say("global", keyword, value);
            }
        }
    }

    private void Tracked(IReadOnlyDictionary<string, DumpNode> sections)
    {
        foreach (DumpNode script in Below(sections, "VRRP Scripts"))
        {
            string interval = Number(script.Find("Interval"));
            string timeout = Number(script.Find("Timeout"));
            _tracked[script.Value] = ($"script {Command(script.Find("Command"))}", $"interval {interval} timeout {(timeout == "0" ? interval : timeout)} rise {script.Find("Rise")} fall {script.Find("Fall")}");
        }

        foreach (DumpNode file in Below(sections, "VRRP Track files"))
        {
            _tracked[file.Value] = ($"file {file.Find("File")}", "");
        }

        foreach (DumpNode process in Below(sections, "VRRP Track processes"))
        {
            _tracked[process.Value] = ($"process {process.Find("Process")}", $"quorum {process.Find("Min processes")} fork_delay {Number(process.Find("Fork delay"))} terminate_delay {Number(process.Find("Terminate delay"))}");
        }
    }

    private void Instance(DumpNode instance, DumpNode[] groups)
    {
        string name = instance.Value;
        string device = instance.Find("Interface");
        Say(name, "interface", Vmac().Match(device) is { Success: true } vmac ? vmac.Groups[1].Value : device.Split(',')[0]);
        Say(name, "version", instance.Find("VRRP Version"));
        Say(name, "state", instance.Find("Wantstate"));
        Say(name, "virtual_router_id", instance.Find("Virtual Router ID"));
        Say(name, "priority", instance.Find("Priority"));
        Say(name, "advert_int", Number(instance.Find("Advert interval")));
        Say(name, "down_timer_adverts", instance.Find("Down timer adverts"));
        Say(name, "preempt", instance.Find("Preempt") == "enabled" ? "yes" : "no");
        Say(name, "preempt_delay", Number(instance.Find("Preempt delay", "0")));
        Say(name, "accept", instance.Find("Accept") == "enabled" ? "yes" : "no");
        if (instance.Find("Authentication type") == "SIMPLE_PASSWORD")
        {
            Say(name, "authentication", $"PASS {instance.Find("Password")}");
        }

        Announcements(name, instance);
        Network(name, instance);
        Lists(name, instance);
        Tracks(Array.Find(groups, one => one.List("VRRP member instances").Contains(name)) is DumpNode group ? $"group {group.Value.Split(',')[0]}" : name, instance);
        Notify(name, instance);
    }

    private void Announcements(string name, DumpNode instance)
    {
        Say(name, "garp_master_delay", instance.Find("Gratuitous ARP delay"));
        Say(name, "garp_master_repeat", instance.Find("Gratuitous ARP repeat"));
        Say(name, "garp_master_refresh", instance.Find("Gratuitous ARP refresh"));
        Say(name, "garp_lower_prio_delay", instance.Find("Gratuitous ARP lower priority delay"));
        Say(name, "garp_lower_prio_repeat", instance.Find("Gratuitous ARP lower priority repeat"));
    }

    private void Network(string name, DumpNode instance)
    {
        string? vmac = instance.Below.Find(one => one.Text.StartsWith("Use VMAC", StringComparison.Ordinal))?.Text;
        Say(name, "use_vmac", vmac is null ? "no" : "yes");
        Say(name, "vmac_xmit_base", vmac?.EndsWith("xmit_base = true", StringComparison.Ordinal) == true ? "yes" : "no");
        string source = instance.Below.Find(one => one.Text.StartsWith("Using src_ip", StringComparison.Ordinal))?.Value ?? "";
        Say(name, "source", source.EndsWith(" (from configuration)", StringComparison.Ordinal) ? source.Split(' ')[0] : "any");
        if (instance.Below.Find(one => one.Text.StartsWith("Multicast address ", StringComparison.Ordinal))?.Text is string multicast)
        {
            Say(name, "mcast_dst_ip", multicast.Split(' ', ',')[2]);
            return;
        }

        string isChecked = instance.Below.Find(one => one.Text.StartsWith("Check unicast src", StringComparison.Ordinal))?.Text ?? "";
        Say(name, "check_unicast_src", isChecked.EndsWith("yes", StringComparison.Ordinal) ? "yes" : "no");
        foreach (string[] words in instance.List("Unicast Peer").Select(line => line.Split(' ')))
        {
            // Without a source check keepalived does not look at it, and does not tell.
            string least = words.Length > 2 ? words[2] : "0";
            Say(name, $"peer {words[0]}", $"min_ttl {(least is "0" or "1" ? "any" : least)} max_ttl {(words.Length > 4 ? words[4] : "255")}");
        }
    }

    private void Lists(string name, DumpNode instance)
    {
        Number("Virtual IP", "address", instance);
        Number("Virtual IP Excluded", "excluded", instance);
        foreach (string line in instance.List("Virtual Routes"))
        {
            (string key, string value) = DumpLines.Route(line);
            Say(name, key, value);
            Untracked(key, line);
        }

        foreach (string line in instance.List("Virtual Rules"))
        {
            (string key, string value) = DumpLines.Rule(line);
            Say(name, key, value);
        }

        void Number(string title, string key, DumpNode from)
        {
            foreach ((int i, string line) in from.List(title).Index())
            {
                Say(name, $"{key} {i}", DumpLines.Address(line));
                Untracked($"{key} {i}", line);
            }
        }

        void Untracked(string key, string line)
        {
            if (line.EndsWith(" no_track", StringComparison.Ordinal))
            {
                Say(name, $"untracked {key}", "yes");
            }
        }
    }

    private void Tracks(string title, DumpNode from)
    {
        // A group's list of processes is titled "Tracked process".
        string[] titles = ["Tracked scripts", "Tracked files", "Tracked file", "Tracked processes", "Tracked process"];
        foreach (string line in titles.SelectMany(from.List))
        {
            (string key, string what) = _tracked[line.Split(' ', ',')[0]];
            Track(title, line, key, what);
        }

        foreach (string line in from.List("Tracked interfaces"))
        {
            Track(title, line, $"interface {line.Split(' ')[0]}", "");
        }
    }

    private void Track(string title, string line, string key, string what)
    {
        string weight = line[line.IndexOf("weight ", StringComparison.Ordinal)..];
        Say(title, $"track {key}", weight);
        if (what.Length > 0)
        {
            Say(title, $"check {key}", what);
        }
    }

    private void Notify(string title, DumpNode from)
    {
        foreach (DumpNode line in from.Below.Where(one => one.Key.EndsWith(" state transition script", StringComparison.Ordinal)))
        {
            string kind = line.Key.Split(' ')[0].ToLowerInvariant();
            Say(title, kind == "generic" ? "notify" : $"notify_{kind}", Command(line.Value.Split(", uid:gid")[0]));
        }
    }

    /// <summary>Without the quotes around each word.</summary>
    private static string Command(string quoted) => string.Join(' ', Word().Matches(quoted).Select(match => match.Groups[1].Value));

    /// <summary>Seconds as they are written in a file.</summary>
    private static string Number(string text)
    {
        string[] parts = text.TrimEnd('s').Split(' ');
        decimal number = decimal.Parse(parts[0], CultureInfo.InvariantCulture);
        return (text.EndsWith("milli-sec", StringComparison.Ordinal) ? number / 1000 : number).ToString("0.######", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"vmac on ([^\s,]+)")]
    private static partial Regex Vmac();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Word();
}
