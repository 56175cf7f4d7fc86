using System.Globalization;
using System.Net;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>
/// A check becomes what keepalived has: a tracked process, the check's own script, or a script that asks <c>hotstandby probe</c>, which is the
/// same check. A site that wants none of our programs on the node gets commands from Debian's base system and curl instead; there a check or
/// an option without an equivalent can't be said, because a check that keepalived leaves out never fails.
/// </summary>
internal sealed class CheckTranslation(string node, string baseDirectory, KeepalivedTarget target, KeepalivedConfigOptions options, Gaps gaps)
{
    /// <summary>keepalived 2.2.7: "must be between 1 and 4294".</summary>
    private const int LongestScriptSeconds = 4294;

    /// <summary>keepalived 2.2.7: fork_delay and terminate_delay, "outside range [0.000001, 3600.000000]".</summary>
    private const int LongestProcessDelaySeconds = 3600;

    /// <summary>For the start of the plugin host, on top of the check's own timeout.</summary>
    private static readonly TimeSpan ProbeStart = TimeSpan.FromSeconds(3);

    /// <summary>Translates one check: a <see cref="KeepalivedProcess"/> or a <see cref="KeepalivedScript"/>.</summary>
    /// <exception cref="GenerationException">keepalived has nothing that does the same.</exception>
    public object Translate(PluginModel check)
    {
        object block = check.Use switch
        {
            "Command" => CheckCommand(check),
            "Nginx" when new OptionReader(check).Text("url") is null => NginxProcess(check),
            _ when options.Checks == "probe" => Probe(check),
            "Nginx" => Nginx(check),
            "Tomcat" => Tomcat(check),
            "TcpPort" => TcpPort(check),
            _ => throw new GenerationException(
                $"the check \"{check.Id}\" uses the plugin {check.Use}, which has no equivalent in keepalived; Nginx, Tomcat and TcpPort have one, and \"checks\": \"probe\" runs every check."),
        };
        return block switch
        {
            KeepalivedProcess process => process with { From = check.Path },
            KeepalivedScript script => Started(script with { From = check.Path }, check),
            _ => block,
        };
    }

    /// <summary>keepalived waits for the first result of a script with weight 0, as "wait" does; a tracked process is counted before anything else.</summary>
    private KeepalivedScript Started(KeepalivedScript script, PluginModel check)
    {
        List<string> comments = [.. script.Comments];
        if (check.Start == "healthy")
        {
            gaps.Add(check.Path.Length == 0 ? "" : $"{check.Path}.start", $"keepalived does not take the check \"{check.Id}\" for healthy before its first result", comments);
        }

        return script with { InitFail = check.Start == "failed", Comments = comments };
    }

    private KeepalivedScript Probe(PluginModel check)
    {
        string what = $"the check \"{check.Id}\"";
        string command = string.Join(' ', new[] { options.Hotstandby, "probe", check.Id, options.PluginsJson, "--node", node }.Select(one => KeepalivedSyntax.Argument(one, what)));
        return Script(
            check,
            command,
            check.Timeout + ProbeStart,
            $"HotStandby's check {check.Use}, asked once. Without {options.Hotstandby} keepalived would leave the check out: test this file on the node.");
    }

    /// <summary>A check that is a script by itself.</summary>
    private KeepalivedScript CheckCommand(PluginModel check)
    {
        OptionReader reader = new(check);
        IReadOnlyList<string> arguments = reader.Texts("command") ?? throw new GenerationException($"the check \"{check.Id}\" has no option command.");
        reader.RefuseOthers();
        string what = $"the check \"{check.Id}\"";
        string program = Path.GetFullPath(arguments[0], baseDirectory);
        return Script(check, string.Join(' ', arguments.Skip(1).Prepend(program).Select(one => KeepalivedSyntax.Argument(one, what))), check.Timeout, "HotStandby's check Command.");
    }

    private KeepalivedScript Nginx(PluginModel check)
    {
        (string name, string? url, IReadOnlyList<int>? statuses) = NginxOptions(check);

        // One script for both: two trackers would count a weight twice.
        HttpRequest request = new(check, url!);
        return Script(
            check,
            $"/bin/sh -c '/bin/pidof -s {name} >/dev/null && {request.Command(statuses, verifyTls: true)}'",
            check.Timeout,
            $"HotStandby's check Nginx: the process {name} is there, and {request.Sentence(statuses)} (needs curl). Every {name} counts: there is no pidFile here.");
    }

    private static KeepalivedProcess NginxProcess(PluginModel check)
    {
        (string name, _, _) = NginxOptions(check);
        List<string> comments =
        [
            $"HotStandby's check Nginx: keepalived sees the death of the last process {name} (the kernel needs CONFIG_PROC_EVENTS).",
            $"Every {name} counts: there is no pidFile here.",
        ];
        if (check.Start != "wait")
        {
            comments.Add($"start \"{check.Start}\" means nothing here: keepalived counts processes before anything else.");
        }

        return new KeepalivedProcess(
            KeepalivedSyntax.Name(check.Id, "the check id"),
            name,
            ProcessDelay(check, check.Rise, "rise"),
            ProcessDelay(check, check.Fall, "fall"),
            comments);
    }

    private static (string Name, string? Url, IReadOnlyList<int>? Statuses) NginxOptions(PluginModel check)
    {
        OptionReader reader = new(check);

        // The pid file tells our check which nginx is meant; keepalived and pidof look for the name alone.
        _ = reader.Text("pidFile");
        string name = KeepalivedSyntax.Name(reader.Text("processName") ?? "nginx", $"the process name of the check \"{check.Id}\":");
        string? url = reader.Text("url");
        IReadOnlyList<int>? statuses = reader.Numbers("expectStatus");
        reader.RefuseOthers();
        return (name, url, statuses);
    }

    /// <summary>rise and fall beyond 1 become the time they would take.</summary>
    private static string ProcessDelay(PluginModel check, int times, string what)
    {
        TimeSpan delay = check.Interval * (times - 1);
        if (delay.TotalSeconds > LongestProcessDelaySeconds)
        {
            throw new GenerationException(
                $"the check \"{check.Id}\": {what} {times} at its interval is more than keepalived's longest delay of {LongestProcessDelaySeconds} s.");
        }

        return delay > TimeSpan.Zero ? KeepalivedSyntax.Seconds(delay) : "";
    }

    private KeepalivedScript Tomcat(PluginModel check)
    {
        OptionReader reader = new(check);
        string url = reader.Text("url")
            ?? throw new GenerationException($"the check \"{check.Id}\" has no option url.");
        IReadOnlyList<int> statuses = reader.Numbers("expectStatus") ?? [200];
        bool verifyTls = reader.Flag("verifyTls") ?? true;
        // It changes what our check says while tomcat starts, not what it counts as.
        _ = reader.Text("startGrace");
        reader.RefuseOthers();

        HttpRequest request = new(check, url);
        return Script(
            check,
            $"/bin/sh -c '{request.Command(statuses, verifyTls)}'",
            check.Timeout,
            $"HotStandby's check Tomcat: {request.Sentence(statuses)} (needs curl).");
    }

    private KeepalivedScript TcpPort(PluginModel check)
    {
        OptionReader reader = new(check);
        string host = reader.Text("host") ?? "127.0.0.1";
        int port = reader.Number("port")
            ?? throw new GenerationException($"the check \"{check.Id}\" has no option port.");
        reader.RefuseOthers();
        if (!IPAddress.TryParse(host, out _) && Uri.CheckHostName(host) != UriHostNameType.Dns)
        {
            throw new GenerationException($"the check \"{check.Id}\": \"{host}\" is neither an address nor a host name.");
        }

        // /dev/tcp is bash's own: no netcat is needed. timeout keeps fractions of a second, which keepalived's own timeout can't.
        string command = string.Create(
            CultureInfo.InvariantCulture,
            $"/usr/bin/timeout {KeepalivedSyntax.Seconds(check.Timeout)} /bin/bash -c 'exec 3<>/dev/tcp/{host}/{port}'");
        return Script(check, command, check.Timeout, string.Create(CultureInfo.InvariantCulture, $"HotStandby's check TcpPort: {host} port {port} accepts a connection within {KeepalivedSyntax.Seconds(check.Timeout)} s."));
    }

    private KeepalivedScript Script(PluginModel check, string command, TimeSpan timeout, string comment)
    {
        List<string> comments = [comment];
        string every = Seconds(check.Interval, "interval");
        string longest = Seconds(timeout, "timeout");
        return new KeepalivedScript(KeepalivedSyntax.Name(check.Id, "the check id"), command, every, longest, check.Rise, check.Fall, comments);

        string Seconds(TimeSpan time, string what)
        {
            if (time.TotalSeconds > LongestScriptSeconds)
            {
                throw new GenerationException(
                    $"the check \"{check.Id}\": its {what} is longer than keepalived's limit of {LongestScriptSeconds} s.");
            }

            if (target.Has(KeepalivedTarget.ScriptFractions))
            {
                return KeepalivedSyntax.Seconds(time);
            }

            double seconds = Math.Max(1, Math.Ceiling(time.TotalSeconds));
            if (seconds != time.TotalSeconds)
            {
                comments.Add($"{what} {KeepalivedSyntax.Seconds(time)} s is rounded up: keepalived takes whole seconds before {KeepalivedTarget.ScriptFractions}.");
            }

            return seconds.ToString(CultureInfo.InvariantCulture);
        }
    }
}
