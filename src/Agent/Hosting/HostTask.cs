using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>Starts the plugin host for one question and ends it: for verbs that need plugin code and for a reload's validation.</summary>
public static class HostTask
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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

    private static async Task AskAsync(ToHost question, Action<FromHost> take, HostLaunch? launch = null)
    {
        PluginHostProcess host = PluginHostProcess.Start(launch ?? HostLaunch.For(null));
        await using (host.ConfigureAwait(false))
        {
            host.Send(question);
            try
            {
                if (!await ReadUntilDoneAsync(host, take).WaitAsync(Patience).ConfigureAwait(false))
                {
                    HostDeath death = await host.WaitForDeathAsync().WaitAsync(Patience).ConfigureAwait(false);
                    throw new PluginHostException(
                        $"the plugin host died (exit status {death.ExitCode}) before it answered: {string.Join(" ", death.ErrorLines.Take(3))}");
                }
            }
            catch (TimeoutException error)
            {
                throw new PluginHostException($"the plugin host gave no answer within {Patience.TotalSeconds:0} s", error);
            }

            // One question, one answer: disposing ends the host.
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
