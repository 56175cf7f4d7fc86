using System.Globalization;
using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>The lines of virtual_routes and virtual_rules, which are those of ip-route(8) and ip-rule(8).</summary>
/// <param name="device">The instance's interface.</param>
internal sealed class RouteReader(NodeConf node, string? device, ConfFindings findings)
{
    public JsonObject? ReadRoute(Statement line)
    {
        JsonObject route = [];
        for (int i = 0; i < line.Words.Count; i++)
        {
            Word word = line.Words[i];
            string value = i + 1 < line.Words.Count ? line.Words[i + 1].Text : "";
            string? key = word.Text switch
            {
                "to" => "to",
                "via" or "gw" => "via",
                "dev" or "oif" => "device",
                "src" => "source",
                "metric" or "preference" => "metric",
                "table" => "table",
                "scope" => "scope",
                _ => null,
            };
            if (key is not null)
            {
                i++;
                Take(route, key, value, word);
            }
            else if (i == 0 || (!route.ContainsKey("to") && (word.Text == "default" || word.Text.AsSpan().ContainsAny(".:"))))
            {
                if (word.Text is "blackhole" or "unreachable" or "prohibit" or "throw" or "local" or "broadcast" or "multicast")
                {
                    return Lost(line, $"a {word.Text} route");
                }

                route["to"] = Prefix(word.Text);
            }
            else if (word.Text is "no_track" or "unicast" or "inet" or "inet6" or "add" or "prepend" or "append")
            {
                findings.Note(ConfCodes.NotNeeded, word.At, $"{word.Text} at a route is left out: what somebody removes comes back by itself");
            }
            else
            {
                return Lost(line, $"\"{word.Text}\" at a route");
            }
        }

        if (!route.ContainsKey("to"))
        {
            return Lost(line, "a route without a destination");
        }

        if (!route.ContainsKey("device"))
        {
            findings.Note(ConfCodes.Changed, line.At, $"the route names no interface: keepalived lets the kernel choose and does not watch the route; here it leads through {device}");
        }

        return route;
    }

    public JsonObject? ReadRule(Statement line)
    {
        JsonObject rule = [];
        for (int i = 0; i < line.Words.Count; i++)
        {
            Word word = line.Words[i];
            string value = i + 1 < line.Words.Count ? line.Words[i + 1].Text : "";
            string? key = word.Text switch
            {
                "from" => "from",
                "to" => "to",
                "table" or "lookup" => "table",
                "priority" or "preference" or "pref" or "order" => "priority",
                _ => null,
            };
            if (key is null && word.Text is not ("no_track" or "inet" or "inet6"))
            {
                return Lost(line, $"\"{word.Text}\" at a rule");
            }

            if (key is not null)
            {
                i++;
                Take(rule, key, value, word);
            }
        }

        if (!rule.ContainsKey("table") || (!rule.ContainsKey("from") && !rule.ContainsKey("to")))
        {
            return Lost(line, "a rule without a table, or without from and to");
        }

        if (!rule.ContainsKey("priority"))
        {
            rule["priority"] = node.NextRulePriority;
            findings.Note(ConfCodes.Changed, line.At, $"the rule has no preference: keepalived makes up {node.NextRulePriority}, and so does the imported file");
            node.NextRulePriority--;
        }

        return rule;
    }

    private void Take(JsonObject entry, string key, string value, Word at)
    {
        value = key == "table" && value is "main" or "default" or "local" ? value switch { "main" => "254", "default" => "253", _ => "255" } : value;
        if (key is "metric" or "table" or "priority")
        {
            if (uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            {
                entry[key] = number;
            }
            else
            {
                findings.Warning(ConfCodes.NotCarriedOver, at.At, $"{at.Text} {value} has to be a number", "Names of tables are in /etc/iproute2/rt_tables.");
            }
        }
        else
        {
            entry[key] = key is "to" or "from" ? Prefix(value) : value;
        }
    }

    private static string Prefix(string text) => text == "default" || text.Contains('/', StringComparison.Ordinal) ? text
        : text.Contains(':', StringComparison.Ordinal) ? $"{text}/128" : $"{text}/32";

    private JsonObject? Lost(Statement line, string what)
    {
        findings.Warning(ConfCodes.NotCarriedOver, line.At, $"{what} is not carried over: {string.Join(' ', line.Words)}", "Let a notifier's script set it, or the network configuration.");
        return null;
    }
}
