using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// New files of a plugin. A host loads a plugin once, so they take a second host: it runs beside the first until its new plugins have answered,
/// then takes over; the first tells its pending notifications and ends. If they don't answer, the first goes on and says why.
/// </summary>
public sealed partial class PluginHostSupervisor
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>The host's own limit for pending notifications is 5 s.</summary>
    private static readonly TimeSpan RetirementLimit = TimeSpan.FromSeconds(8);

    private Task _trial = Task.CompletedTask;
    private Task _retirement = Task.CompletedTask;
    private HostLife? _retiring;
    private CancellationTokenSource? _trialEnd;
    private TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Transitions for the new host while the first one still tells its own: they must not overtake. Null when there is nothing to wait for.</summary>
    private List<Notify>? _held;

    /// <summary>
    /// Puts another set of entries in force; entries that did not change go on running. Entries of a plugin with new files stay as they are until
    /// the new ones have answered.
    /// </summary>
    public void Reconfigure(Configure configuration, InstalledPlugins installed)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        lock (_lock)
        {
            _trialEnd?.Cancel();
            _installed = installed;
        }

        string[] replaced = PlaceAll(_generation, configuration);
        lock (_lock)
        {
            Adopt(configuration);
            foreach (Entry entry in _entries.Values)
            {
                if (entry.Crashes > 0 || entry.Replacement.Length > 0)
                {
                    entry.Why = "";
                }

                entry.Crashes = 0;
                entry.Replacement = "";
            }

            Configure before = _running;
            _wanted = configuration;
            _running = replaced.Length == 0 ? configuration : HeldBack(configuration, before, replaced);
            _life?.Send(ForHost(_running, _generation));
            if (replaced.Length > 0 && !_stopping.IsCancellationRequested)
            {
                _trialEnd = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                _trial = TryAfterAsync(_trial, configuration, replaced, _trialEnd);
            }
        }
    }

    /// <summary>What the running host can do of a configuration: of a plugin with new files it keeps the entries it had.</summary>
    private static Configure HeldBack(Configure wanted, Configure before, string[] replaced) => wanted with
    {
        Plugins =
        [
            .. wanted.Plugins
                .Select(plugin => replaced.Contains(plugin.Use) ? before.Plugins.FirstOrDefault(old => old.Id == plugin.Id && old.Use == plugin.Use) : plugin)
                .OfType<HostedPlugin>(),
        ],
    };

    private async Task TryAfterAsync(Task earlier, Configure wanted, string[] replaced, CancellationTokenSource end)
    {
        await earlier.ConfigureAwait(false);
        await Task.Run(() => TryAsync(wanted, replaced, end.Token)).ConfigureAwait(false);
        lock (_lock)
        {
            _trialEnd = _trialEnd == end ? null : _trialEnd;
        }

        end.Dispose();
    }

    private async Task TryAsync(Configure wanted, string[] replaced, CancellationToken cancelled)
    {
        PluginGeneration generation = _store.Next();
        HostLife? candidate = null;
        string? fault;
        try
        {
            PlaceAll(generation, wanted);
            string[] entries = [.. wanted.Plugins.Where(plugin => replaced.Contains(plugin.Use)).Select(plugin => plugin.Id)];
            Configure configure;
            lock (_lock)
            {
                configure = ForHost(wanted, generation);
            }

            candidate = HostLife.Start(_launch, generation, configure, Hear);
            do
            {
                fault = await JudgeAsync(candidate, wanted, entries, cancelled).ConfigureAwait(false);
            }
            while (fault is null && !TakeOver(candidate, wanted, replaced, cancelled));
        }
        catch (PluginHostException error)
        {
            fault = error.Message;
        }

        if (fault is null)
        {
            return;
        }

        if (candidate is not null)
        {
            candidate.Kill();
            await candidate.Ended.ConfigureAwait(false);
        }

        generation.Delete();
        if (!cancelled.IsCancellationRequested)
        {
            Refuse(replaced, fault);
        }
    }

    /// <returns>Why the candidate can't take over; null when it can.</returns>
    private async Task<string?> JudgeAsync(HostLife candidate, Configure wanted, string[] entries, CancellationToken cancelled)
    {
        long deadline = Environment.TickCount64 + (long)HostTrial.Patience(wanted).TotalMilliseconds;
        while (true)
        {
            if (cancelled.IsCancellationRequested)
            {
                return "given up";
            }

            if (candidate.HasEnded)
            {
                return WhyItDied(candidate, wanted, await candidate.Ended.ConfigureAwait(false));
            }

            if (HostTrial.Fault(entries, candidate) is string fault)
            {
                return fault;
            }

            string[] silent = HostTrial.Silent(entries, candidate);
            HostLife? running;
            lock (_lock)
            {
                running = _life;
            }

            bool late = Environment.TickCount64 >= deadline;
            if (silent.Length == 0 && (late || HostTrial.Unlike(wanted, running, candidate).Length == 0))
            {
                return null;
            }

            if (late)
            {
                return $"no answer from {string.Join(", ", silent)} within {HostTrial.Patience(wanted).TotalSeconds:0} s";
            }

            try
            {
                await Task.Delay(Look, cancelled).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return "given up";
            }
        }
    }

    private static string WhyItDied(HostLife candidate, Configure wanted, HostDeath death)
    {
        Dictionary<string, IReadOnlyList<string>> types = wanted.Plugins
            .Select(plugin => candidate.Entry(plugin.Id))
            .OfType<PluginChanged>()
            .ToDictionary(entry => entry.Id, entry => entry.Types, StringComparer.Ordinal);
        (string? culprit, string sentence) = CrashAttribution.Blame(candidate.OpenCalls, types, death);
        return culprit is null ? sentence : $"plugin {culprit}: {sentence}";
    }

    /// <returns>False when it died since it was judged, or is not wanted any more: then it is to be judged again.</returns>
    private bool TakeOver(HostLife candidate, Configure wanted, string[] replaced, CancellationToken cancelled)
    {
        lock (_lock)
        {
            if (cancelled.IsCancellationRequested || candidate.HasEnded)
            {
                return false;
            }

            HostLife? old = _life;
            PluginGeneration before = _generation;
            _life = candidate;
            _generation = candidate.Generation;
            _running = wanted;
            _superseded.TrySetResult();
            _superseded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (string id in wanted.Plugins.Select(plugin => plugin.Id))
            {
                if (candidate.Entry(id) is PluginChanged entry)
                {
                    PluginMoved(entry);
                }

                if (candidate.Check(id) is CheckChanged check)
                {
                    _listener.CheckHeard(check);
                }
            }

            _listener.Log($"new files of {string.Join(", ", replaced)} have answered: plugin host {candidate.Pid} takes over from {old?.Pid.ToString() ?? "none"}");
            _held = old is null ? null : [];
            _retiring = old;
            _retirement = RetireAsync(_retirement, old, before);
        }

        return true;
    }

    /// <summary>The first host ends in its own time; then the second one is told what waited, and where things stand.</summary>
    private async Task RetireAsync(Task earlier, HostLife? old, PluginGeneration generation)
    {
        await earlier.ConfigureAwait(false);
        if (old is not null)
        {
            old.CloseInput();
            try
            {
                await old.Ended.WaitAsync(RetirementLimit).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                old.Kill();
                await old.Ended.ConfigureAwait(false);
            }
        }

        generation.Delete();
        lock (_lock)
        {
            if (_retiring == old)
            {
                SendHeld();
                _retiring = null;
            }
        }

        _listener.HostReady();
    }

    private void SendHeld()
    {
        foreach (Notify told in _held ?? [])
        {
            _life?.Send(told);
        }

        _held = null;
    }

    /// <summary>The first host goes on; what the file says of these plugins is not in force.</summary>
    private void Refuse(string[] replaced, string fault)
    {
        string sentence = $"new files of {string.Join(", ", replaced)} are refused, those loaded before go on: {fault}";
        lock (_lock)
        {
            foreach (HostedPlugin plugin in _wanted.Plugins.Where(plugin => replaced.Contains(plugin.Use)))
            {
                Entry entry = _entries[plugin.Id];
                entry.Replacement = sentence;
                if (!_running.Plugins.Any(running => running.Id == plugin.Id))
                {
                    entry.State = "refused";
                    entry.Why = sentence;
                    _listener.PluginRefused(plugin.Id, sentence);
                }
            }
        }

        _listener.Warn(sentence);
    }
}
