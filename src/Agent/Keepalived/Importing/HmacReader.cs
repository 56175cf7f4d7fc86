using System.Globalization;
using System.Text.Json.Nodes;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>auth_hmac of keepalived 2.4. Keys go into files: plugins.json holds no secret.</summary>
internal sealed class HmacReader(ConfFindings findings)
{
    private readonly Values _values = new(findings);

    public JsonObject Read(Statement block)
    {
        JsonArray keys = [];
        JsonObject json = new() { ["type"] = "hmac", ["keys"] = keys };
        foreach (Statement child in block.Children)
        {
            switch (child.Keyword)
            {
                case "key" when _values.Integer(child, 0, 255) is int id:
                    keys.Add((JsonNode)Key(child, id));
                    break;
                case "active_key" when _values.Integer(child, 0, 255) is int active:
                    json["activeKey"] = active;
                    break;
                case "anti_replay" when child.Argument(0)?.Text is "time" or "monotonic":
                    json["antiReplay"] = child.Argument(0)!.Text;
                    break;
                case "mode" when child.Argument(0)?.Text is "enforce" or "permissive" or "receive-only":
                    json["mode"] = child.Argument(0)!.Text;
                    break;
                case "time_window" when _values.Integer(child, 1, 300) is int window:
                    json["timeWindow"] = DurationText.Format(TimeSpan.FromSeconds(window));
                    break;
                default:
                    findings.Error(ConfCodes.UnknownKeyword, child.At, $"unknown keyword or value in auth_hmac: {string.Join(' ', child.Words)}");
                    break;
            }
        }

        return json;
    }

    private JsonObject Key(Statement key, int id)
    {
        string secret = key.Argument(1)?.Text ?? "";
        if (secret.StartsWith("file:", StringComparison.Ordinal))
        {
            return new() { ["id"] = id, ["file"] = secret[5..] };
        }

        string file = string.Create(CultureInfo.InvariantCulture, $"vrrp-{id}.key");
        findings.Warning(ConfCodes.Changed, key.At, $"key {id} stands in the file itself; plugins.json names the file {file}, which is not made", $"Write the key, with hex: or text: in front, into {file} beside plugins.json, readable by root only.");
        return new() { ["id"] = id, ["file"] = file };
    }
}
