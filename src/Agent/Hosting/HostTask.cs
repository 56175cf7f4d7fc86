using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>Starts the plugin host for one question and ends it: for verbs that need plugin code and for a reload's validation.</summary>
public static class HostTask
{
    /// <summary>How long an answer is waited for where nothing else is said.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What every installed plugin is.</summary>
    /// <exception cref="PluginHostException">The host can't be started, died, or took too long.</exception>
    public static async Task<IReadOnlyList<PluginDescribed>> DescribeAsync(InstalledPlugins installed)
    {
        ArgumentNullException.ThrowIfNull(installed);
        List<PluginDescribed> found = [];
        await AskAsync(new Describe(ToHost.ProtocolVersion, installed.Paths) { Refusals = installed.Refusals() }, answer =>
        {
            if (answer is PluginDescribed plugin)
            {
                found.Add(plugin);
            }
        }).ConfigureAwait(false);
        return found;
    }

    /// <summary>What the plugins say of the entries of a file.</summary>
    /// <exception cref="PluginHostException">The host can't be started, died, or took longer than <paramref name="patience"/>.</exception>
    public static async Task<(IReadOnlyList<PluginDescribed> Plugins, IReadOnlyList<EntryJudged> Entries)> JudgeAsync(
        Judge request, HostLaunch launch, TimeSpan patience)
    {
        List<PluginDescribed> plugins = [];
        List<EntryJudged> entries = [];
        await AskAsync(
            request,
            answer =>
            {
                if (answer is PluginDescribed plugin)
                {
                    plugins.Add(plugin);
                }
                else if (answer is EntryJudged entry)
                {
                    entries.Add(entry);
                }
            },
            launch,
            patience).ConfigureAwait(false);
        return (plugins, entries);
    }

    /// <summary>Renders a node's file.</summary>
    /// <exception cref="PluginHostException">The host failed.</exception>
    public static async Task<Rendered> RenderAsync(Render request)
    {
        Rendered? rendered = null;
        await AskAsync(request, answer => rendered = answer as Rendered ?? rendered).ConfigureAwait(false);
        return rendered ?? throw new PluginHostException("the plugin host rendered nothing");
    }

    /// <summary>Asks one check once.</summary>
    /// <exception cref="PluginHostException">The host failed; the check's plugin may be to blame.</exception>
    /// <param name="request">The check.</param>
    /// <param name="launch">How the host is started.</param>
    /// <param name="hear">Hears what the plugin wrote and logged; null when nobody cares.</param>
    public static async Task<Probed> ProbeAsync(Probe request, HostLaunch launch, Action<string>? hear = null)
    {
        Probed? probed = null;
        await AskAsync(
            request,
            answer =>
            {
                probed = answer as Probed ?? probed;
                if (answer is Logged log)
                {
                    hear?.Invoke(log.Text);
                }
            },
            launch).ConfigureAwait(false);
        return probed ?? throw new PluginHostException("the plugin host asked nothing");
    }

    private static async Task AskAsync(ToHost question, Action<FromHost> take, HostLaunch? launch = null, TimeSpan? patience = null)
    {
        TimeSpan limit = patience ?? Patience;
        HashSet<string> open = [];
        PluginHostProcess host = PluginHostProcess.Start(launch ?? HostLaunch.For(null));
        await using (host.ConfigureAwait(false))
        {
            host.Send(question);
            try
            {
                if (!await ReadUntilDoneAsync(host, Take).WaitAsync(limit).ConfigureAwait(false))
                {
                    HostDeath death = await host.WaitForDeathAsync().WaitAsync(limit).ConfigureAwait(false);
                    throw new PluginHostException(
                        $"the plugin host died (exit status {death.ExitCode}) before it answered{While()}: {string.Join(" ", death.ErrorLines.Take(3))}");
                }
            }
            catch (TimeoutException error)
            {
                throw new PluginHostException($"the plugin host gave no answer within {limit.TotalSeconds:0} s{While()}", error);
            }

            // One question, one answer: disposing ends the host.
        }

        // The host says whose code it is about to call: who holds it up or takes it down is known by name.
        void Take(FromHost answer)
        {
            lock (open)
            {
                _ = answer switch
                {
                    CallStarted call => open.Add(call.Id),
                    CallEnded call => open.Remove(call.Id),
                    _ => false,
                };
            }

            take(answer);
        }

        string While()
        {
            lock (open)
            {
                return open.Count == 0 ? "" : $", while it was at {string.Join(", ", open)}";
            }
        }
    }

    private static async Task<bool> ReadUntilDoneAsync(PluginHostProcess host, Action<FromHost> take)
    {
        await foreach (FromHost answer in host.ReadAsync().ConfigureAwait(false))
        {
            if (answer is Done)
            {
                return true;
            }

            take(answer);
        }

        return false;
    }
}
