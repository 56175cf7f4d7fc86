using System.Diagnostics;
using System.Globalization;

namespace HotStandby.PluginTests.Support;

/// <summary>A real tomcat (Debian package tomcat10) with a base folder and a port of its own; never the system's instance.</summary>
internal sealed class TomcatServer : IDisposable
{
    private const string Home = "/usr/share/tomcat10";
    private readonly Layout _layout = new();
    private Process? _process;

    public TomcatServer()
    {
        Port = RawServer.FreePort();
        foreach (string folder in new[] { "conf", "logs", "temp", "work", "webapps/ROOT" })
        {
            Directory.CreateDirectory(Path.Combine(_layout.Root, folder));
        }

        File.Copy("/etc/tomcat10/web.xml", Path.Combine(_layout.Root, "conf/web.xml"));
        _layout.Write("webapps/ROOT/status.json", """{ "status": "UP" }""");
        _layout.Write("conf/server.xml", string.Create(CultureInfo.InvariantCulture, $"""
            <Server port="-1"><Service name="Catalina">
              <Connector port="{Port}" address="127.0.0.1" protocol="HTTP/1.1" />
              <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" /></Engine>
            </Service></Server>
            """));
    }

    public int Port { get; }

    public bool HasExited => _process is { HasExited: true };

    public string Log => File.Exists(Path.Combine(_layout.Root, "out")) ? File.ReadAllText(Path.Combine(_layout.Root, "out")) : "";

    public void Start()
    {
        // The shell becomes catalina.sh, which becomes java: the process id stays.
        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", $"exec {Home}/bin/catalina.sh run > '{_layout.Root}/out' 2>&1" } };
        start.Environment["CATALINA_HOME"] = Home;
        start.Environment["CATALINA_BASE"] = _layout.Root;
        start.Environment["JAVA_OPTS"] = "-Xmx128m -Djava.awt.headless=true";
        _process = Process.Start(start);
    }

    public void Dispose()
    {
        if (_process is null)
        {
            return;
        }

        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
        _layout.Dispose();
    }
}
