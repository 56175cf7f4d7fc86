using System.Diagnostics;
using System.Globalization;
using HotStandby.Abstractions;
using HotStandby.Plugins.Nginx;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Plugins;

/// <summary>With a real nginx of our own.</summary>
public sealed class NginxTests : IDisposable
{
    private readonly NginxServer _nginx = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<CheckResult> _reports = [];
    private Task _run = Task.CompletedTask;

    public void Dispose()
    {
        _stop.Cancel();
        _run.Wait(Wait.Bound);
        _stop.Dispose();
        _nginx.Dispose();
    }

    private void Watch(NginxOptions options, int interval = 100, int timeout = 2000)
    {
        void Report(CheckResult result)
        {
            lock (_reports)
            {
                _reports.Add(result);
            }
        }

        _run = new NginxCheck(options, Contexts.Of(interval, timeout)).RunAsync(Report, _stop.Token);
    }

    private CheckResult[] Reports
    {
        get
        {
            lock (_reports)
            {
                return [.. _reports];
            }
        }
    }

    private async Task<CheckResult> ExpectAsync(bool healthy, string reason, int after = 0)
    {
        CheckResult? found = null;
        await Wait.UntilAsync(
            () => (found = Reports.Skip(after).FirstOrDefault(result => result.Healthy == healthy && result.Reason.Contains(reason, StringComparison.Ordinal))) is not null,
            $"healthy={healthy} \"{reason}\"");
        return found!;
    }

    [Fact]
    public async Task The_masters_death_and_its_return_are_reported()
    {
        Watch(new NginxOptions { PidFile = _nginx.PidFile });
        await ExpectAsync(false, "there is no pid file");
        await _nginx.StartAsync();
        int master = _nginx.Master;
        await ExpectAsync(true, $"nginx master process {master} alive");
        int before = Reports.Length;
        await _nginx.KillAsync();
        await ExpectAsync(false, $"nginx master process {master} exited", before);
        await _nginx.StartAsync();
        await ExpectAsync(true, $"nginx master process {_nginx.Master} alive", before);
    }

    [Fact]
    public async Task A_death_does_not_wait_for_the_next_interval()
    {
        await _nginx.StartAsync();
        Watch(new NginxOptions { PidFile = _nginx.PidFile }, interval: 3_600_000);
        await ExpectAsync(true, "alive");
        int master = _nginx.Master;
        await _nginx.KillAsync();
        await ExpectAsync(false, $"nginx master process {master} exited");
    }

    [Fact]
    public async Task A_stale_pid_file_is_not_nginx()
    {
        using var other = Process.Start("/bin/sleep", "1000");
        File.WriteAllText(_nginx.PidFile, other.Id.ToString(CultureInfo.InvariantCulture));
        Watch(new NginxOptions { PidFile = _nginx.PidFile });
        CheckResult result = await ExpectAsync(false, $"process {other.Id} is \"sleep\"");
        Assert.Contains("stale pid file", result.Reason, StringComparison.Ordinal);
        other.Kill();
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        await ExpectAsync(false, $"there is no process {other.Id}");
        File.WriteAllText(_nginx.PidFile, "nonsense");
        await ExpectAsync(false, "holds \"nonsense\", expected a process id");
        File.Delete(_nginx.PidFile);
    }

    [Fact]
    public async Task A_reload_of_nginx_is_not_a_death()
    {
        await _nginx.StartAsync();
        Watch(new NginxOptions { PidFile = _nginx.PidFile, Url = $"http://127.0.0.1:{_nginx.Port}/" });
        await ExpectAsync(true, "HTTP 200");
        int master = _nginx.Master;
        int worker = NginxServer.Workers(master)[0];
        await NginxServer.SignalAsync(master, "HUP");
        await Wait.UntilAsync(() => NginxServer.Workers(master) is [var now] && now != worker, "a new worker");
        await ExpectAsync(true, "HTTP 200", Reports.Length);
        Assert.DoesNotContain(Reports, result => !result.Healthy);
    }

    [Fact]
    public async Task An_upgrade_of_the_binary_hands_over_without_a_failure()
    {
        await _nginx.StartAsync();
        Watch(new NginxOptions { PidFile = _nginx.PidFile });
        int old = _nginx.Master;
        await ExpectAsync(true, $"process {old} alive");
        await NginxServer.SignalAsync(old, "USR2");
        await Wait.UntilAsync(() => File.Exists(_nginx.PidFile) && new FileInfo(_nginx.PidFile).Length > 0 && _nginx.Master != old, "the new master's pid file");
        int next = _nginx.Master;
        await Wait.UntilAsync(() => NginxServer.Workers(next).Length > 0, "the new master's worker");
        await NginxServer.SignalAsync(old, "QUIT");
        await ExpectAsync(true, $"process {next} alive");
        Assert.DoesNotContain(Reports, result => !result.Healthy);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_seen_by_the_probe_though_the_master_lives()
    {
        await _nginx.StartAsync();
        Watch(new NginxOptions { PidFile = _nginx.PidFile, Url = $"http://127.0.0.1:{_nginx.Port}/" });
        await ExpectAsync(true, "HTTP 200");
        int worker = NginxServer.Workers(_nginx.Master)[0];
        await NginxServer.SignalAsync(worker, "STOP");
        CheckResult down = await ExpectAsync(false, "gave no answer within");
        Assert.StartsWith($"nginx master process {_nginx.Master} alive, ", down.Reason, StringComparison.Ordinal);
        int before = Reports.Length;
        await NginxServer.SignalAsync(worker, "CONT");
        await ExpectAsync(true, "HTTP 200", before);
    }

    [Theory]
    [InlineData("/missing", null, true, "HTTP 404")]
    [InlineData("/broken", null, false, "HTTP 503")]
    [InlineData("/missing", 200, false, "HTTP 404")]
    [InlineData("/broken", 503, true, "HTTP 503")]
    public async Task The_probe_judges_by_status(string path, int? expected, bool healthy, string reason)
    {
        await _nginx.StartAsync();
        Watch(new NginxOptions { PidFile = _nginx.PidFile, Url = $"http://127.0.0.1:{_nginx.Port}{path}", ExpectStatus = expected is int status ? [status] : null });
        await ExpectAsync(healthy, reason);
        Assert.DoesNotContain(Reports, result => result.Healthy != healthy);
    }

    [Fact]
    public async Task Without_a_pid_file_the_master_is_found_by_its_name()
    {
        // A name of its own: other instances may run on this machine.
        using var layout = new Layout();
        string name = "ng" + Guid.NewGuid().ToString("N")[..8];
        string copy = Path.Combine(layout.Root, name);
        File.Copy("/bin/sleep", copy);
        Watch(new NginxOptions { PidFile = null, ProcessName = name });
        await ExpectAsync(false, $"no process is named {name}");
        using var process = Process.Start(copy, "1000");
        await ExpectAsync(true, $"{name} master process {process.Id} alive");
        process.Kill();
        await ExpectAsync(false, $"{name} master process {process.Id} exited");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_real_host_passes_the_death_on()
    {
        using var layout = new Layout();
        layout.Add("Nginx");
        await _nginx.StartAsync();
        using var host = new HostProcess();
        host.Configure(layout, HostProcess.Entry("nginx", $$"""{ "pidFile": "{{_nginx.PidFile}}", "url": "http://127.0.0.1:{{_nginx.Port}}/" }""", "Nginx", interval: 500, timeout: 5000));
        await host.ExpectCheckAsync("nginx", healthy: true, "HTTP 200");
        int master = _nginx.Master;
        await _nginx.KillAsync();
        await host.ExpectCheckAsync("nginx", healthy: false, $"nginx master process {master} exited");
        host.CloseInput();
        Assert.Equal(0, await host.ExitCodeAsync());
    }
}
