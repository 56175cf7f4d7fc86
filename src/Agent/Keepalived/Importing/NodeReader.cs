using System.Text.Json.Nodes;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Keywords;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>One node's statements in the words of plugins.json; what can't be said there is a finding.</summary>
internal sealed class NodeReader(IConfFiles files, ConfFindings findings)
{
    private readonly Values _values = new(findings);

    public NodeConf Read(string name, string path, IReadOnlyList<Statement> statements)
    {
        NodeConf node = new(name, statements.Count > 0 ? statements[0].At : new(path, 1, 1));
        TrackerReader trackers = new(node, files, findings);
        foreach (Statement statement in statements)
        {
            if (Known("", statement) is not Keyword keyword)
            {
                continue;
            }

            if (keyword.Fate == Fate.KeptAside)
            {
                findings.Note(ConfCodes.KeptAside, statement.At, $"{statement.Keyword} {statement.Argument(0)} is IPVS: kept as it is for keepalived, which has to go on running it");
                node.Aside.AddRange(statement.Lines());
                continue;
            }

            string title = statement.Argument(0)?.Text ?? "";
            if (keyword.Fate == Fate.Carried && statement.Keyword != "global_defs" && title.Length == 0)
            {
                findings.Error(ConfCodes.Missing, statement.At, $"{statement.Keyword} has no name");
                continue;
            }

            if (keyword.Fate == Fate.Carried)
            {
                Children(statement);
            }

            switch (statement.Keyword)
            {
                case "global_defs":
                    ReadGlobal(node, statement);
                    break;
                case "vrrp_script":
                    trackers.ReadScript(statement, title);
                    break;
                case "vrrp_track_process":
                    trackers.ReadProcess(statement, title);
                    break;
                case "track_file" or "vrrp_track_file":
                    trackers.ReadFile(statement, title);
                    break;
                case "vrrp_instance":
                    node.Instances.Add(new InstanceReader(node, findings).Read(statement, TrackerReader.Id(title)));
                    break;
                case "vrrp_sync_group":
                    node.Groups.Add(new GroupReader(node, findings).Read(statement, TrackerReader.Id(title)));
                    break;
                case "interface_up_down_delays":
                    foreach (Statement delay in statement.Children.Where(child => child.Words.Count == 2))
                    {
                        findings.Warning(ConfCodes.NoUpDelay, delay.At, $"{delay.Keyword} has a down delay only: the manual says that the up delay is the same, keepalived takes 0", "Write both.");
                    }

                    break;
                default:
                    break;
            }
        }

        AfterAll(node);
        new ScriptSecurity(node, files, findings).Judge(statements);
        return node;
    }

    /// <summary>What only the whole file shows.</summary>
    private void AfterAll(NodeConf node)
    {
        foreach (IGrouping<(string?, int?, bool), InstanceConf> same in node.Instances.Where(one => one.Vrid is not null)
            .GroupBy(one => (one.Interface?.Text, one.Vrid, one.IsIPv6)).Where(same => same.Count() > 1))
        {
            InstanceConf second = same.ElementAt(1);
            findings.Error(ConfCodes.VridTwice, second.At, $"vrrp_instance {second.Name} has the virtual_router_id {second.Vrid} of {same.First().Name} on the same interface", "Give it another one.");
        }

        foreach (GroupConf group in node.Groups)
        {
            foreach (InstanceConf member in node.Instances.Where(one => group.Members.Any(word => TrackerReader.Id(word.Text) == one.Name)))
            {
                foreach (TrackUse track in member.Tracks.Where(track => track.Weight != 0))
                {
                    string does = track.What.Source.ContainsKey("file") || track.What.Source.ContainsKey("interface") ? "takes its weight away, so that it is FAULT"
                        : track.What.Source.ContainsKey("process") ? "counts it for that one"
                        : "drops such a tracker";
                    findings.Warning(
                        ConfCodes.WeightInGroup,
                        track.At,
                        $"{track.What.Name} has a weight in {member.Name}, a member of vrrp_sync_group {group.Name}: keepalived {does}; here it counts for the whole group",
                        "Write it once, in the group.");
                }
            }
        }

        bool runsScripts = node.Trackers.Values.Any(tracker => tracker.Plugin is JsonObject plugin && (string?)plugin["use"] == "Command");
        if (runsScripts && !node.Global.ContainsKey("enable_script_security"))
        {
            findings.Note(
                ConfCodes.NoScriptUser,
                node.At,
                "without enable_script_security keepalived runs scripts as root that others may write; here a script on a path that others may write is never run, and counts as failed");
        }
    }

    private void ReadGlobal(NodeConf node, Statement block)
    {
        foreach (Statement statement in block.Children)
        {
            node.Global[statement.Keyword] = statement;
            switch (statement.Keyword)
            {
                case "vrrp_strict":
                    findings.Warning(ConfCodes.Strict, statement.At, "vrrp_strict makes the virtual address not answer ping and connections, and refuses unicast and authentication; left out", "Addresses answer here (acceptMode true).");
                    break;
                case "vrrp_garp_interval" or "vrrp_gna_interval":
                    Pace(statement);
                    break;
                case "vrrp_skip_check_adv_addr":
                    SkipCheck(statement, findings);
                    break;
                case "vrrp_startup_delay" when _values.Seconds(statement, 0, 600) is TimeSpan delay:
                    node.Agent["startupDelay"] = Values.Duration(delay);
                    break;
                case "vrrp_delay_after_boot" when _values.Seconds(statement, 0, 3600) is TimeSpan delay:
                    node.Agent["delayAfterBoot"] = Values.Duration(delay);
                    break;
                case "vrrp_rt_priority" when _values.Integer(statement, 1, 99) is int priority:
                    node.Agent["realtimePriority"] = priority;
                    break;
                case "vrrp_no_swap":
                    node.Agent["lockMemory"] = true;
                    break;
                default:
                    break;
            }

            if (KeywordTable.Find("global_defs", statement.Keyword)?.Fate == Fate.KeptAside)
            {
                node.Aside.AddRange(["global_defs {", .. statement.Lines(1), "}"]);
            }
        }
    }

    private void Pace(Statement statement)
    {
        if (statement.Argument(0)?.Text.Trim('0', '.').Length == 0)
        {
            findings.Error(ConfCodes.ZeroGarpInterval, statement.At, $"{statement.Keyword} 0 is an error to keepalived, which then ignores the line", "Leave it out.");
        }
        else
        {
            findings.Note(ConfCodes.NotNeeded, statement.At, $"{statement.Keyword}: announcements are paced so that adverts are never late");
        }
    }

    internal static void SkipCheck(Statement statement, ConfFindings findings)
    {
        if (statement.Argument(0)?.Text is "false" or "off" or "no")
        {
            findings.Warning(ConfCodes.FalseTurnsOn, statement.At, $"{statement.Keyword} {statement.Argument(0)}: keepalived looks at the word only, and turns it on", "Remove the line.");
        }
        else
        {
            findings.Note(ConfCodes.NotNeeded, statement.At, $"{statement.Keyword}: another list of addresses in an advert is reported and costs nothing");
        }
    }

    /// <summary>Reports the keywords of a block that are not carried over.</summary>
    private void Children(Statement block)
    {
        foreach (Statement child in block.Children)
        {
            _ = Known(block.Keyword, child);
        }
    }

    private Keyword? Known(string block, Statement statement)
    {
        string word = statement.Keyword;
        Keyword? keyword = KeywordTable.Find(block, word);
        if (keyword is null)
        {
            if (word is "state_file_location" or "stats_file_location" or "json_file_location")
            {
                findings.Warning(ConfCodes.MisspeltByTheManual, statement.At, $"{word} is what the manual says; keepalived knows {word.Replace("_file_location", "_dump_file", StringComparison.Ordinal)} only", "hotstandby status --json tells all of it.");
                return null;
            }

            string guess = Nearest.To(word, KeywordTable.Names(block)) is string near ? $"; did you mean \"{near}\"?" : "";
            string where = block.Length == 0 ? "" : $" in {block}";
            findings.Error(ConfCodes.UnknownKeyword, statement.At, $"unknown keyword \"{word}\"{where}{guess} keepalived logs it and goes on without the line", "Mend or remove it.");
            return null;
        }

        if (keyword.Fate == Fate.Lost)
        {
            findings.Warning(ConfCodes.NotCarriedOver, statement.At, $"{word} is not carried over", $"{char.ToUpperInvariant(keyword.Why[0])}{keyword.Why[1..]}.");
        }
        else if (keyword.Fate == Fate.NotNeeded)
        {
            findings.Note(ConfCodes.NotNeeded, statement.At, $"{word} is left out: {keyword.Why}");
        }

        return keyword;
    }
}
