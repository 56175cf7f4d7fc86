using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>
/// What a check script really asks. The scripts of the tutorials look at a process or a page: a plugin does that without a shell, and says why. A
/// script that is not known stays a script.
/// </summary>
internal sealed partial class ScriptRecognition(IConfFiles files, ConfFindings findings)
{
    /// <summary>The plugin and its options, or the process that is tracked in its place.</summary>
    public (string? Use, JsonObject Options, string? Process) Recognise(string name, Statement script, IReadOnlyList<string> command)
    {
        string line = string.Join(' ', command);
        string folder = Path.GetDirectoryName(script.At.File) ?? "";
        string? text = command.Count == 0 ? null
            : files.Read(command[0], out _) ?? files.Read(Path.Combine(folder, Path.GetFileName(command[0])), out _);
        bool isText = text is not null && text.StartsWith("#!", StringComparison.Ordinal);
        string all = isText ? Comment().Replace(text!, "") : line;
        if (isText)
        {
            SideEffects(name, script, all);
        }

        string title = Path.GetFileName(command.Count > 0 ? command[0] : name);
        return all switch
        {
            _ when Is(all, title, "nginx") && LooksAtProcesses().IsMatch(all) || (!isText && title.Contains("nginx", StringComparison.OrdinalIgnoreCase) && !title.StartsWith("nginx", StringComparison.Ordinal))
                || (title.Contains("nginx", StringComparison.OrdinalIgnoreCase) && title.EndsWith(".sh", StringComparison.Ordinal)) => Nginx(name, script, all),
            _ when Is(all, title, "tomcat") || Is(all, title, "catalina") => Tomcat(name, script, all),
            _ when Process().Match(all) is { Success: true } process && !isText => ByProcess(script, process.Groups[1].Value),
            _ when Port().Match(all) is { Success: true } port && (isText || command[0].EndsWith("nc", StringComparison.Ordinal)) => TcpPort(script, port),
            _ when Process().Match(all) is { Success: true } process && isText && !Url().IsMatch(all) => ByProcess(script, process.Groups[1].Value),
            _ => AsItIs(script, command),
        };
    }

    private static bool Is(string text, string title, string service) =>
        text.Contains(service, StringComparison.OrdinalIgnoreCase) || title.Contains(service, StringComparison.OrdinalIgnoreCase);

    private (string?, JsonObject, string?) Nginx(string name, Statement script, string text)
    {
        JsonObject options = [];
        if (Url().Match(text) is { Success: true } url)
        {
            options["url"] = url.Value;
        }

        if (PidFile().Match(text) is { Success: true } pid)
        {
            options["pidFile"] = pid.Value;
        }

        findings.Note(
            ConfCodes.Changed,
            script.At,
            $"vrrp_script {name} looks whether nginx runs: the Nginx plugin does that. It hears of nginx's death from the kernel within milliseconds, where a script is asked every interval; it takes no dead or hung nginx for a living one, and starts nothing",
            "Let systemd restart nginx (Restart=on-failure). Set options.pidFile and options.url as on your machine.");
        return ("Nginx", options, null);
    }

    private (string?, JsonObject, string?) Tomcat(string name, Statement script, string text)
    {
        string url = Url().Match(text) is { Success: true } found ? found.Value : "http://127.0.0.1:8080/";
        findings.Note(
            ConfCodes.Changed,
            script.At,
            $"vrrp_script {name} looks whether tomcat answers: the Tomcat plugin asks {url} and has a time limit; curl without --max-time has none",
            "Set options.url to a page that fails when the application does.");
        return ("Tomcat", new() { ["url"] = url }, null);
    }

    private (string?, JsonObject, string?) TcpPort(Statement script, Match port)
    {
        JsonObject options = [];
        string host = port.Groups[1].Value;
        if (host is not ("127.0.0.1" or "localhost"))
        {
            options["host"] = host;
        }

        options["port"] = int.Parse(port.Groups[2].Value, CultureInfo.InvariantCulture);
        findings.Note(ConfCodes.Changed, script.At, $"the script connects to port {port.Groups[2].Value} of {host}: the TcpPort plugin does that");
        return ("TcpPort", options, null);
    }

    private (string?, JsonObject, string?) ByProcess(Statement script, string process)
    {
        findings.Note(
            ConfCodes.ProcessByScript,
            script.At,
            $"the script asks whether a process {process} lives: \"track\" does that without a program, and zombies don't count");
        return (null, [], process);
    }

    private (string?, JsonObject, string?) AsItIs(Statement script, IReadOnlyList<string> command)
    {
        if (command.Count == 0 || !command[0].StartsWith('/'))
        {
            findings.Warning(
                ConfCodes.ScriptNotSafe,
                script.At,
                $"the script is {(command.Count == 0 ? "empty" : $"\"{command[0]}\", which is found by PATH")}",
                "Write the program's absolute path.");
        }

        JsonObject options = new() { ["command"] = new JsonArray([.. command.Select(word => (JsonNode)JsonValue.Create(word)!)]) };
        return ("Command", options, null);
    }

    private void SideEffects(string name, Statement script, string text)
    {
        if (Acts().Match(text) is { Success: true } act)
        {
            findings.Warning(
                ConfCodes.CheckWithSideEffects,
                script.At,
                $"the script of vrrp_script {name} does more than look: \"{act.Value.Trim()}\". A node whose keepalived a check has stopped stays out until somebody starts it again",
                "A check only answers: a node that fails leaves the role and comes back by itself; restarts are systemd's (Restart=on-failure).");
        }

        double sleeps = Sleep().Matches(text).Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        if (sleeps > 0)
        {
            findings.Warning(
                ConfCodes.CheckTakesTooLong,
                script.At,
                string.Create(CultureInfo.InvariantCulture, $"the script of vrrp_script {name} sleeps for {sleeps} s: for so long nothing is known, and a run that is longer than its interval is left out"),
                "Use rise and fall instead of waiting in the script.");
        }
    }

    [GeneratedRegex(@"(?m)^\s*#(?!!).*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(ps|pgrep|pidof|killall|curl|wget|systemctl|service|netstat|ss|lsof)\b")]
    private static partial Regex LooksAtProcesses();

    [GeneratedRegex(@"(?:killall\s+-0|pkill\s+-0|pidof(?:\s+-\w+)*|pgrep(?:\s+-[a-z]+)*|ps\s+-C)\s+([\w./-]+)")]
    private static partial Regex Process();

    [GeneratedRegex(@"(?:\bnc\b(?:\s+-\w+)*\s+|/dev/tcp/)([\w.:-]+?)[\s/](\d{1,5})\b")]
    private static partial Regex Port();

    [GeneratedRegex(@"https?://[\w.:\[\]-]+(?:/[\w./?=&%-]*)?")]
    private static partial Regex Url();

    [GeneratedRegex(@"/[\w./-]*nginx\.pid")]
    private static partial Regex PidFile();

    [GeneratedRegex(@"(?m)^.*(?:killall\s+(?:-\d+\s+)?keepalived|pkill\s+(?:-\d+\s+)?keepalived|(?:systemctl|service)\s+\S*\s*(?:start|stop|restart)\b.*|service\s+\S+\s+(?:start|stop|restart)|/sbin/nginx\s*$|\bnginx\s+-s\s+\w+|kill\s+-9|startup\.sh).*$")]
    private static partial Regex Acts();

    [GeneratedRegex(@"\bsleep\s+(\d+(?:\.\d+)?)")]
    private static partial Regex Sleep();
}
