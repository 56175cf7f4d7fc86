using System.Diagnostics;
using System.Globalization;

namespace HotStandby.PluginTests.Support;

/// <summary>A real nginx (Debian package nginx-light) with a prefix, pid file and port of its own; never the system's instance.</summary>
internal sealed class NginxServer : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HashSet<int> _ours = [];

    public NginxServer(int port = 0)
    {
        Port = port == 0 ? RawServer.FreePort() : port;
        PidFile = Path.Combine(_layout.Root, "nginx.pid");
        _layout.Write("nginx.conf", string.Create(CultureInfo.InvariantCulture, $$"""
            daemon on;
            worker_processes 1;
            pid {{PidFile}};
            error_log {{_layout.Root}}/error.log;
            events { worker_connections 32; }
            http {
              access_log off;
              client_body_temp_path {{_layout.Root}}/body; proxy_temp_path {{_layout.Root}}/proxy; fastcgi_temp_path {{_layout.Root}}/fastcgi;
              uwsgi_temp_path {{_layout.Root}}/uwsgi; scgi_temp_path {{_layout.Root}}/scgi;
              server { listen 127.0.0.1:{{Port}}; location / { return 200 "ok"; } location /broken { return 503; } location /missing { return 404; } }
            }
            """));
    }

    public int Port { get; }

    public string PidFile { get; }

    /// <summary>The master's id as the pid file says now.</summary>
    public int Master
    {
        get
        {
            int pid = int.Parse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture);
            _ours.Add(pid);

            // A master that is killed leaves its workers to init: remembered here, so that none outlives the test.
            _ours.UnionWith(Workers(pid));
            return pid;
        }
    }

    public async Task StartAsync()
    {
        using var start = Process.Start("/usr/sbin/nginx", ["-p", _layout.Root, "-c", Path.Combine(_layout.Root, "nginx.conf")]);
        await start.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, start.ExitCode);
        await Wait.UntilAsync(() => File.Exists(PidFile) && new FileInfo(PidFile).Length > 0 && Workers(Master).Length > 0, "nginx and its worker");
    }

    public static int[] Workers(int master)
    {
        string children = $"/proc/{master}/task/{master}/children";
        return File.Exists(children)
            ? [.. File.ReadAllText(children).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))]
            : [];
    }

    public static async Task SignalAsync(int pid, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Kills the master and the workers it leaves behind.</summary>
    public async Task KillAsync()
    {
        int master = Master;
        int[] workers = Workers(master);
        await SignalAsync(master, "KILL");
        foreach (int worker in workers)
        {
            await SignalAsync(worker, "KILL");
        }
    }

    public void Dispose()
    {
        if (File.Exists(PidFile))
        {
            _ = Master;
        }

        foreach (int pid in _ours)
        {
            foreach (int process in Workers(pid).Prepend(pid).Where(IsNginx))
            {
                SignalAsync(process, "KILL").GetAwaiter().GetResult();
            }
        }

        _layout.Dispose();
    }

    private static bool IsNginx(int pid) => File.Exists($"/proc/{pid}/comm") && File.ReadAllText($"/proc/{pid}/comm").Trim() == "nginx";
}
