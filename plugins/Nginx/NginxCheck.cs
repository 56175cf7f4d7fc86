using System.Diagnostics;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.Nginx;

/// <summary>Watches the master process by its pidfd and reports its death the moment the kernel tells it.</summary>
internal sealed class NginxCheck(NginxOptions options, PluginContext context) : IPushedHealthCheck
{
    /// <summary>How often a new master is looked for while there is none.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public Task RunAsync(Action<CheckResult> report, CancellationToken cancellationToken) =>
        // poll(2) blocks, so not on a thread of the pool.
        Task.Factory.StartNew(
            () =>
            {
                using var watch = new Watch(options, context, report);
                watch.Run(cancellationToken);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    /// <summary>One run of the check; all of it on one thread, only the probe's answer comes from another.</summary>
    private sealed class Watch(NginxOptions options, PluginContext context, Action<CheckResult> report) : IDisposable
    {
        private readonly string? _pidFile = options.PidFile is null ? null : Path.GetFullPath(options.PidFile, context.BaseDirectory);
        private readonly WakeEvent _wake = new();

        /// <summary>A little less than the timeout: the probe's own verdict is to come before the host calls the check silent.</summary>
        private readonly HttpProbe? _probe = options.Url is null
            ? null
            : new HttpProbe(new Uri(options.Url), options.ExpectStatus, context.Timeout - TimeSpan.FromMilliseconds(Math.Min(100, context.Timeout.TotalMilliseconds / 10)));

        private MasterProcess? _master;
        private CancellationTokenSource _probing = new();
        private Task<CheckResult>? _answer;
        private bool _saidDown;
        private string _exited = "";
        private string _news = "";
        private long _due = Stopwatch.GetTimestamp();

        public void Run(CancellationToken stop)
        {
            using CancellationTokenRegistration registration = stop.Register(_wake.Set);
            while (!stop.IsCancellationRequested)
            {
                if (_master is null)
                {
                    Seek();
                }
                else
                {
                    Tend();
                }

                if (_wake.Wait(_master?.Handle, _master is null ? Look : UntilDue()))
                {
                    Exited(_master!);
                }
            }
        }

        public void Dispose()
        {
            Leave();
            _probing.Dispose();
            _probe?.Dispose();
            _wake.Dispose();
        }

        /// <summary>No master is known: look, and say that there is none when it is news or an interval has passed.</summary>
        private void Seek()
        {
            _master = MasterProcess.Find(_pidFile, options.ProcessName, out string why);
            if (_master is not null)
            {
                _saidDown = false;
                _exited = "";
                _due = Stopwatch.GetTimestamp();
                Tend();
            }
            else if (!_saidDown || UntilDue() <= TimeSpan.Zero)
            {
                Down(_exited.Length == 0 ? why : $"{_exited}; {why}");
            }
        }

        /// <summary>A master is known and lives: report it, or what the probe said of it, once an interval.</summary>
        private void Tend()
        {
            if (_answer is { IsCompleted: true })
            {
                CheckResult answer = _answer.GetAwaiter().GetResult();
                _answer = null;
                report(new CheckResult(answer.Healthy, $"{Alive()}, {answer.Reason}"));
                _news = "";
            }

            if (UntilDue() > TimeSpan.Zero)
            {
                return;
            }

            NextDue();
            Follow();
            if (_probe is null)
            {
                report(CheckResult.Up(Alive()));
                _news = "";
            }
            else if (_answer is null)
            {
                _answer = _probe.AskAsync(_probing.Token);
                _answer.ContinueWith(_ => _wake.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }

        private string Alive() => $"{options.ProcessName} master process {_master!.Pid} alive{_news}";

        /// <summary>An upgrade of the binary leaves the old master running a while; the pid file then names the new one.</summary>
        private void Follow()
        {
            if (_pidFile is null || MasterProcess.Find(_pidFile, options.ProcessName, out _) is not { } found)
            {
                return;
            }

            if (found.IsSame(_master!))
            {
                found.Dispose();
                return;
            }

            _news = $" (took over from {_master!.Pid})";
            Leave();
            _master = found;
        }

        private void Exited(MasterProcess gone)
        {
            _exited = $"{options.ProcessName} master process {gone.Pid} exited";
            MasterProcess? next = MasterProcess.Find(_pidFile, options.ProcessName, out _);
            Leave();
            if (next is not null)
            {
                // The end of an upgrade of the binary: another master serves already.
                _exited = "";
                _news = $" (took over from {gone.Pid}, which exited)";
                _master = next;
                _due = Stopwatch.GetTimestamp();
                return;
            }

            Down(_exited);
        }

        private void Down(string why)
        {
            report(CheckResult.Down(why));
            _saidDown = true;
            _due = Stopwatch.GetTimestamp();
            NextDue();
        }

        /// <summary>Lets go of the master and of a question that was still open with it.</summary>
        private void Leave()
        {
            _master?.Dispose();
            _master = null;
            if (_answer is not null)
            {
                _answer = null;
                _probing.Cancel();
                _probing = new CancellationTokenSource();
            }
        }

        private TimeSpan UntilDue()
        {
            long now = Stopwatch.GetTimestamp();
            return _due > now ? Stopwatch.GetElapsedTime(now, _due) : TimeSpan.Zero;
        }

        private void NextDue() =>
            _due = Math.Max(_due + (long)(context.Interval.TotalSeconds * Stopwatch.Frequency), Stopwatch.GetTimestamp());
    }
}
