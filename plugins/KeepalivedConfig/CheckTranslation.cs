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
        "Nginx" => (Nginx(check), null),
        "Tomcat" => (null, Tomcat(check)),
        "TcpPort" => (null, TcpPort(check)),
        _ => throw new GenerationException(
            $"the check \"{check.Id}\" uses the plugin {check.Use}, which has no equivalent in keepalived; Nginx, Tomcat and TcpPort have one."),
    };

    private static KeepalivedProcess Nginx(PluginModel check)
    {
        OptionReader options = new(check);
        // The pid file tells our check which nginx is meant; keepalived looks for the name alone.
        string? pidFile = options.Text("pidFile");
        options.RefuseOthers();

        List<string> comments =
        [
            "HotStandby's check Nginx; keepalived sees the death of the last process of this name (needs CONFIG_PROC_EVENTS).",
        ];
        if (pidFile is not null)
        {
            comments.Add("pidFile is not used: keepalived counts every process of this name.");
        }

        return new KeepalivedProcess(
            KeepalivedSyntax.Name(check.Id, "the check id"),
            "nginx",
            ProcessDelay(check, check.Rise, "rise"),
            ProcessDelay(check, check.Fall, "fall"),
            comments);
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
        options.RefuseOthers();

        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new GenerationException($"the check \"{check.Id}\": url \"{url}\" is no http or https address.");
        }

        const string Allowed = "/:?&=;,.%+@[]_*-";
        foreach (char character in uri.AbsoluteUri)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !Allowed.Contains(character, StringComparison.Ordinal))
            {
                throw new GenerationException(
                    $"the check \"{check.Id}\": url \"{url}\" holds '{character}', which keepalived.conf or the shell reads in another way; write it as a %XX escape.");
            }
        }

        string matches = string.Concat(statuses.Select(status => string.Create(CultureInfo.InvariantCulture, $" -e {status}")));
        string curl = "/usr/bin/curl --silent --globoff --max-time " + KeepalivedSyntax.Seconds(check.Timeout)
            + " --output /dev/null --write-out %{http_code}";
        // --fail alone would take every answer below 400; the status is compared instead.
        string command = $"/bin/sh -c '{curl} \"{uri.AbsoluteUri}\" | /bin/grep -qx{matches}'";
        return Script(check, command, $"HotStandby's check Tomcat: {uri.AbsoluteUri} answers {string.Join(" or ", statuses)} within {KeepalivedSyntax.Seconds(check.Timeout)} s (needs curl).");
    }

    private static KeepalivedScript TcpPort(PluginModel check)
    {
        OptionReader options = new(check);
        string host = options.Text("host") ?? options.Text("address") ?? "127.0.0.1";
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
