using System.Globalization;
using System.Net;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>
/// keepalived can't run our checks, so each becomes what keepalived has: a tracked process or a command from Debian's base system and curl.
/// A check or an option without an equivalent is an error, because a check that keepalived leaves out never fails.
/// </summary>
internal static class CheckTranslation
{
    /// <summary>keepalived 2.2.7: "must be between 1 and 4294".</summary>
    private const int LongestScriptSeconds = 4294;

    /// <summary>keepalived 2.2.7: fork_delay and terminate_delay, "outside range [0.000001, 3600.000000]".</summary>
    private const int LongestProcessDelaySeconds = 3600;

    /// <summary>Translates one check; exactly one of the two is not null.</summary>
    /// <exception cref="GenerationException">keepalived has nothing that does the same.</exception>
    public static (KeepalivedProcess? Process, KeepalivedScript? Script) Translate(PluginModel check) => check.Use switch
    {
        "Nginx" => Nginx(check),
        "Tomcat" => (null, Tomcat(check)),
        "TcpPort" => (null, TcpPort(check)),
        _ => throw new GenerationException(
            $"the check \"{check.Id}\" uses the plugin {check.Use}, which has no equivalent in keepalived; Nginx, Tomcat and TcpPort have one."),
    };

    private static (KeepalivedProcess? Process, KeepalivedScript? Script) Nginx(PluginModel check)
    {
        OptionReader options = new(check);
        // The pid file tells our check which nginx is meant; keepalived and pidof look for the name alone.
        _ = options.Text("pidFile");
        string name = KeepalivedSyntax.Name(options.Text("processName") ?? "nginx", $"the process name of the check \"{check.Id}\":");
        string? url = options.Text("url");
        IReadOnlyList<int>? statuses = options.Numbers("expectStatus");
        options.RefuseOthers();

        if (url is not null)
        {
            // One script for both: two trackers would count a weight twice.
            HttpRequest request = new(check, url);
            return (null, Script(
                check,
                $"/bin/sh -c '/bin/pidof -s {name} >/dev/null && {request.Command(statuses, verifyTls: true)}'",
                $"HotStandby's check Nginx: the process {name} is there, and {request.Sentence(statuses)} (needs curl). Every {name} counts: there is no pidFile here."));
        }

        return (
            new KeepalivedProcess(
                KeepalivedSyntax.Name(check.Id, "the check id"),
                name,
                ProcessDelay(check, check.Rise, "rise"),
                ProcessDelay(check, check.Fall, "fall"),
                [
                    $"HotStandby's check Nginx: keepalived sees the death of the last process {name} (the kernel needs CONFIG_PROC_EVENTS).",
                    $"Every {name} counts: there is no pidFile here.",
                ]),
            null);
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

    private static KeepalivedScript Tomcat(PluginModel check)
    {
        OptionReader options = new(check);
        string url = options.Text("url")
            ?? throw new GenerationException($"the check \"{check.Id}\" has no option url.");
        IReadOnlyList<int> statuses = options.Numbers("expectStatus") ?? [200];
        bool verifyTls = options.Flag("verifyTls") ?? true;
        // It changes what our check says while tomcat starts, not what it counts as.
        _ = options.Text("startGrace");
        options.RefuseOthers();

        HttpRequest request = new(check, url);
        return Script(
            check,
            $"/bin/sh -c '{request.Command(statuses, verifyTls)}'",
            $"HotStandby's check Tomcat: {request.Sentence(statuses)} (needs curl).");
    }

    private static KeepalivedScript TcpPort(PluginModel check)
    {
        OptionReader options = new(check);
        string host = options.Text("host") ?? "127.0.0.1";
        int port = options.Number("port")
            ?? throw new GenerationException($"the check \"{check.Id}\" has no option port.");
        options.RefuseOthers();
        if (!IPAddress.TryParse(host, out _) && Uri.CheckHostName(host) != UriHostNameType.Dns)
        {
            throw new GenerationException($"the check \"{check.Id}\": \"{host}\" is neither an address nor a host name.");
        }

        // /dev/tcp is bash's own: no netcat is needed. timeout keeps fractions of a second, which keepalived's own timeout can't.
        string command = string.Create(
            CultureInfo.InvariantCulture,
            $"/usr/bin/timeout {KeepalivedSyntax.Seconds(check.Timeout)} /bin/bash -c 'exec 3<>/dev/tcp/{host}/{port}'");
        return Script(check, command, string.Create(CultureInfo.InvariantCulture, $"HotStandby's check TcpPort: {host} port {port} accepts a connection within {KeepalivedSyntax.Seconds(check.Timeout)} s."));
    }

    private static KeepalivedScript Script(PluginModel check, string command, string comment)
    {
        List<string> comments = [comment];
        int interval = WholeSeconds(check.Interval, "interval");
        int timeout = WholeSeconds(check.Timeout, "timeout");
        return new KeepalivedScript(
            KeepalivedSyntax.Name(check.Id, "the check id"), command, interval, timeout, check.Rise, check.Fall, comments);

        int WholeSeconds(TimeSpan time, string what)
        {
            double seconds = Math.Max(1, Math.Ceiling(time.TotalSeconds));
            if (seconds > LongestScriptSeconds)
            {
                throw new GenerationException(
                    $"the check \"{check.Id}\": its {what} is longer than keepalived's limit of {LongestScriptSeconds} s.");
            }

            if (seconds != time.TotalSeconds)
            {
                comments.Add($"{what} {KeepalivedSyntax.Seconds(time)} s is rounded up: keepalived takes whole seconds.");
            }

            return (int)seconds;
        }
    }
}
