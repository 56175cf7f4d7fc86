using System.Net.Sockets;
using System.Text;
using HotStandby.Agent.Lab;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>packaging/hotstandby.service, and as much of systemd as runs its commands: with its capabilities, its socket and its watchdog, in a node.</summary>
internal sealed class UnitFile : IDisposable
{
    private const string InstalledBinary = "/usr/bin/hotstandby";
    private const string InstalledFile = "/etc/hotstandby/plugins.json";

    private readonly LabNode _node;
    private readonly string _configFile;
    private readonly string _notifyPath;
    private readonly Socket _notify = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _heard = [];

    public UnitFile(LabNode node, string configFile)
    {
        _node = node;
        _configFile = configFile;
        _notifyPath = Path.Combine(node.Directory, "notify");
        _notify.Bind(new UnixDomainSocketEndPoint(_notifyPath));
    }

    /// <summary>Its settings in their order; a key may stand more than once.</summary>
    public static IReadOnlyList<(string Key, string Value)> Settings { get; } =
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Packaging", "hotstandby.service"))
            .Where(line => line.Length > 0 && line[0] is not ('#' or '[') && line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=', 2)).Select(parts => (parts[0], parts[1])),
    ];

    public static string Setting(string key) => Settings.Single(setting => setting.Key == key).Value;

    /// <summary>Every message to systemd so far.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            byte[] buffer = new byte[8192];
            while (_notify.Available > 0 || _notify.Poll(0, SelectMode.SelectRead))
            {
                _heard.Add(Encoding.UTF8.GetString(buffer, 0, _notify.Receive(buffer)));
            }

            return _heard;
        }
    }

    /// <summary>What <c>systemctl status</c> shows.</summary>
    public string Status => Heard.SelectMany(message => message.Split('\n')).LastOrDefault(line => line.StartsWith("STATUS=", StringComparison.Ordinal)) ?? "";

    /// <summary>Runs the command of an Exec setting, as it stands there; only the places of an installed node are those of the test.</summary>
    /// <param name="key">As "ExecStart".</param>
    /// <param name="capabilities">In the place of those that the unit leaves.</param>
    public LabProcess Run(string key, string? capabilities = null)
    {
        string[] words = [.. Setting(key).Split(' ').Select(word => word switch
        {
            InstalledBinary => AgentBinary.FilePath,
            InstalledFile => _configFile,
            _ => word,
        })];
        string kept = string.Concat((capabilities ?? Setting("CapabilityBoundingSet")).Split(' ').Select(name => $",+{name["CAP_".Length..].ToLowerInvariant()}"));
        Dictionary<string, string> environment = new()
        {
            ["NOTIFY_SOCKET"] = _notifyPath,
            ["WATCHDOG_USEC"] = $"{TimeSpan.FromSeconds(int.Parse(Setting("WatchdogSec").TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture)).TotalMicroseconds:0}",
        };
        return _node.Run("setpriv", ["--bounding-set", $"-all{kept}", "--no-new-privs", .. words], environment);
    }

    /// <summary>Runs it to its end.</summary>
    public (int? Code, string Output) RunToEnd(string key, string? capabilities = null)
    {
        using LabProcess process = Run(key, capabilities);
        int? code = process.WaitForExit(TimeSpan.FromSeconds(30));
        return (code, process.Output);
    }

    public void Dispose() => _notify.Dispose();
}
