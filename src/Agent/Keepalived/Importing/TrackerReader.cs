using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>vrrp_script, vrrp_track_process and track_file.</summary>
internal sealed class TrackerReader(NodeConf node, IConfFiles files, ConfFindings findings)
{
    private readonly Values _values = new(findings);

    public void ReadScript(Statement block, string name)
    {
        Statement? script = block.Children.FirstOrDefault(child => child.Keyword == "script");
        if (script is null)
        {
            findings.Error(ConfCodes.Missing, block.At, $"vrrp_script {name} has no script: keepalived drops the check, and the node counts as well for ever");
            return;
        }

        (string? use, JsonObject options, string? process) =
            new ScriptRecognition(files, findings).Recognise(name, script, Command(script));
        JsonObject entry = new() { ["id"] = Id(name), ["use"] = use };
        (int weight, bool reverse) = (0, false);
        TimeSpan interval = TimeSpan.FromSeconds(1);
        TimeSpan? timeout = null;
        foreach (Statement child in block.Children)
        {
            switch (child.Keyword)
            {
                case "interval" when _values.Seconds(child, 0.05, 3600) is TimeSpan every:
                    interval = every;
                    break;
                case "timeout" when _values.Seconds(child, 0.01, 3600) is TimeSpan limit:
                    timeout = limit;
                    break;
                case "weight":
                    (weight, reverse) = Weight(child, 253) ?? (0, false);
                    break;
                case "rise" or "fall" when _values.Integer(child, 1, 100) is int times:
                    entry[child.Keyword] = times;
                    break;
                case "init_fail":
                    entry["start"] = "failed";
                    break;
                case "user":
                    findings.Note(ConfCodes.NotNeeded, child.At, $"user {child.Argument(0)}: checks run as the user of the plugin host");
                    break;
                default:
                    break;
            }
        }

        if (process is not null)
        {
            node.Trackers[name] = new(name, block.At, null, new() { ["process"] = process }, weight, reverse);
            return;
        }

        entry["interval"] = Values.Duration(interval);

        // keepalived's time limit is the interval where the file has none; a plugin that looks by itself has its own.
        if ((timeout ?? (use == "Command" ? interval : null)) is TimeSpan longest)
        {
            if (longest > interval)
            {
                findings.Note(ConfCodes.Changed, block.At, $"vrrp_script {name}: the timeout is longer than the interval; it is the interval here, so that a call ends before the next one");
            }

            entry["timeout"] = Values.Duration(longest > interval ? interval : longest);
        }

        Order(entry, "interval", "timeout", "rise", "fall", "start");
        entry["options"] = options;
        node.Trackers[name] = new(name, block.At, entry, new() { ["check"] = Id(name) }, weight, reverse);
    }

    public void ReadProcess(Statement block, string name)
    {
        Statement? process = block.Children.FirstOrDefault(child => child.Keyword == "process");
        if (process?.Argument(0) is null)
        {
            findings.Error(ConfCodes.Missing, block.At, $"vrrp_track_process {name} has no process");
            return;
        }

        IReadOnlyList<string> words = Values.Command(process);
        if (words.Count > 1)
        {
            findings.Warning(
                ConfCodes.NotCarriedOver,
                process.At,
                $"vrrp_track_process {name} asks for the parameters {string.Join(' ', words.Skip(1))} too: processes are told apart by their name, not by their parameters",
                "Let a script look for them where several programs have that name.");
        }

        JsonObject source = new() { ["process"] = words[0] };
        (int weight, bool reverse) = (0, false);
        foreach (Statement child in block.Children)
        {
            switch (child.Keyword)
            {
                case "quorum" when _values.Integer(child, 1, 65535) is int quorum && quorum > 1:
                    source["quorum"] = quorum;
                    break;
                case "delay" or "fork_delay" or "terminate_delay" when _values.Seconds(child, 0, 3600) is TimeSpan delay:
                    foreach (string key in child.Keyword switch { "delay" => new[] { "upDelay", "downDelay" }, "fork_delay" => ["upDelay"], _ => ["downDelay"] })
                    {
                        source[key] = Values.Duration(delay);
                    }

                    break;
                case "weight":
                    (weight, reverse) = Weight(child, 254) ?? (0, false);
                    break;
                default:
                    break;
            }
        }

        node.Trackers[name] = new(name, block.At, null, source, weight, reverse);
    }

    public void ReadFile(Statement block, string name)
    {
        Statement? file = block.Children.FirstOrDefault(child => child.Keyword == "file");
        if (file?.Argument(0) is not Word path)
        {
            findings.Error(ConfCodes.Missing, block.At, $"track_file {name} has no file");
            return;
        }

        (int weight, bool reverse) = (1, false);
        if (block.Children.FirstOrDefault(child => child.Keyword == "weight") is Statement written)
        {
            (weight, reverse) = Weight(written, 254) ?? (1, false);
        }

        findings.Note(
            ConfCodes.MissingFileIsHealthy,
            file.At,
            $"track_file {name}: keepalived takes a missing file for 0, which is healthy; \"missing\": 0 keeps that",
            "Leave \"missing\" out, and a missing file counts as a failure.");
        node.Trackers[name] = new(name, block.At, null, new() { ["file"] = path.Text, ["missing"] = 0 }, weight, reverse);
    }

    /// <summary>Without quotes the first word is all that keepalived runs.</summary>
    private IReadOnlyList<string> Command(Statement script)
    {
        if (script.Words.Count > 2)
        {
            findings.Warning(
                ConfCodes.BadValue,
                script.Words[2].At,
                $"\"{string.Join(' ', script.Words.Skip(2))}\" is outside of quotes: keepalived runs {script.Words[1]} without it, and so does the imported file",
                "Put the program and its arguments into one pair of quotes.");
        }

        return script.Argument(0) is Word line ? Values.Cut(line) : [];
    }

    /// <summary><c>weight N [reverse]</c>, cut to our -253..253.</summary>
    private (int Weight, bool Reverse)? Weight(Statement statement, int most) => _values.Integer(statement, -most, most) is int weight
        ? (GreatestWeight.Cut(weight, keepalivedHas254: true, statement.Words[1].At, findings), statement.Argument(1)?.Text == "reverse")
        : null;

    /// <summary>Names of plugins.json have no blanks.</summary>
    internal static string Id(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_'));

    private static void Order(JsonObject json, params string[] keys)
    {
        foreach (string key in keys)
        {
            if (json.ContainsKey(key))
            {
                JsonNode? value = json[key];
                json.Remove(key);
                json[key] = value;
            }
        }
    }
}
