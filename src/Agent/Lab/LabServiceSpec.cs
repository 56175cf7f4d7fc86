using System.Text.Json;
using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Lab;

/// <summary>Which services the lab runs on every node, read from the plugins of plugins.json.</summary>
/// <param name="Program">nginx or tomcat.</param>
/// <param name="Checks">Ids of the plugin entries that watch it; empty when none does.</param>
/// <param name="Port">The port it listens on.</param>
/// <param name="Path">The path that is asked, from the check's url.</param>
/// <param name="PidFile">nginx: its pid file.</param>
internal sealed record LabServiceSpec(string Program, IReadOnlyList<string> Checks, int Port, string Path, string PidFile)
{
    /// <summary>
    /// One service for every plugin entry that watches a service the lab knows: Nginx (options <c>pidFile</c>, <c>url</c>), Tomcat
    /// (<c>url</c>), TcpPort (<c>port</c>, served by an nginx unless another entry's service has that port). Without any: an nginx on port 80,
    /// so that the client has somebody to ask.
    /// </summary>
    /// <exception cref="LabException">An entry names a service the lab can't run as it is.</exception>
    public static IReadOnlyList<LabServiceSpec> From(HotStandbyConfig config)
    {
        var specs = new List<LabServiceSpec>();
        foreach (PluginConfig plugin in config.Plugins.OrderBy(plugin => plugin.Use == "TcpPort"))
        {
            switch (plugin.Use)
            {
                case "Nginx":
                    Add("nginx", plugin, 80);
                    break;
                case "Tomcat":
                    Add("tomcat", plugin, 8080);
                    break;
                case "TcpPort":
                    Add("nginx", plugin, 80);
                    break;
            }
        }

        return specs.Count > 0 ? specs : [new LabServiceSpec("nginx", [], 80, "/", NginxService.DefaultPidFile)];

        void Add(string program, PluginConfig plugin, int usualPort)
        {
            (int port, string path) = PortAndPathOf(plugin, usualPort);
            int known = specs.FindIndex(spec => spec.Port == port);
            if (known >= 0 && (plugin.Use == "TcpPort" || specs[known].Program == program))
            {
                specs[known] = specs[known] with { Checks = [.. specs[known].Checks, plugin.Id] };
                return;
            }

            if (known >= 0)
            {
                throw new LabException($"The plugins '{specs[known].Checks[0]}' and '{plugin.Id}' watch different services on the same port {port}.");
            }

            // A second nginx (for a TcpPort entry) must not write over the first one's pid file.
            string usualPidFile = specs.Exists(spec => spec.Program == "nginx") || plugin.Use == "TcpPort"
                ? $"/run/nginx-{port}.pid"
                : NginxService.DefaultPidFile;
            specs.Add(new LabServiceSpec(program, [plugin.Id], port, path, PidFileOf(plugin) ?? usualPidFile));
        }
    }

    /// <summary>The service on one node, not started.</summary>
    public LabService On(LabNode node) => Program == "tomcat" ? new TomcatService(node, this) : new NginxService(node, this);

    /// <exception cref="LabException">The Debian package is not installed.</exception>
    public void RequireInstalled()
    {
        if (Program == "nginx" && SystemCommand.Find("nginx") is null)
        {
            throw new LabException("The lab needs the program 'nginx' (Debian package nginx-light).");
        }

        if (Program == "tomcat" && !File.Exists(TomcatService.Home + "/bin/catalina.sh"))
        {
            throw new LabException($"The lab needs tomcat 10 in {TomcatService.Home} (Debian package tomcat10).");
        }
    }

    private static (int Port, string Path) PortAndPathOf(PluginConfig plugin, int usualPort)
    {
        if (Option(plugin, "url") is { ValueKind: JsonValueKind.String } text)
        {
            return Uri.TryCreate(text.GetString(), UriKind.Absolute, out Uri? url) && url.Scheme == Uri.UriSchemeHttp
                ? (url.Port, url.AbsolutePath)
                : throw new LabException($"The plugin '{plugin.Id}' has the url '{text}'; the lab's services speak plain http only.");
        }

        return (Option(plugin, "port") is { ValueKind: JsonValueKind.Number } port ? port.GetInt32() : usualPort, "/");
    }

    private static string? PidFileOf(PluginConfig plugin)
    {
        if (plugin.Use != "Nginx" || Option(plugin, "pidFile") is not { ValueKind: JsonValueKind.String } text)
        {
            return null;
        }

        string file = text.GetString()!;
        return file.StartsWith("/run/", StringComparison.Ordinal) || file.StartsWith("/var/run/", StringComparison.Ordinal)
            ? file
            : throw new LabException($"The plugin '{plugin.Id}' has the pidFile '{file}'; in the lab only /run is a node's own, so it must lie there.");
    }

    private static JsonElement? Option(PluginConfig plugin, string name) =>
        plugin.Options.ValueKind == JsonValueKind.Object && plugin.Options.TryGetProperty(name, out JsonElement value) ? value : null;
}
