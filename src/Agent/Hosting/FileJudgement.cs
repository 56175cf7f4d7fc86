using System.Text;
using HotStandby.Agent.Configuration;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// The one judgement of a configuration file, for every verb that uses one: the core's rules, and the plugins' own word on their entries, by the code
/// that sets an entry up to run. What is refused later was refused here.
/// </summary>
/// <param name="Result">What came of it.</param>
/// <param name="Installed">The plugins that were asked.</param>
/// <param name="NotAsked">Why the plugins had no word in it, since the host does not work; null when they had, or the file names none.</param>
public sealed record FileJudgement(ConfigResult Result, InstalledPlugins Installed, string? NotAsked)
{
    /// <summary>
    /// How long a cold start waits for the plugins, which at a boot share the machine with everything else that starts. A host that is broken keeps a
    /// node from judging its file, not from starting: its checks then fail closed.
    /// </summary>
    public static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20);

    /// <summary>Judges a file; one that can't be read is an error of the result.</summary>
    /// <param name="path">Diagnostics name it as it is written here.</param>
    /// <param name="requireLock">Whether nothing is loaded without a plugins.lock.</param>
    /// <param name="patience">Longest wait for the plugins; null for <see cref="HostTask.Patience"/>.</param>
    /// <param name="here">The machine, when the file is checked on one that may be its node.</param>
    /// <param name="judgesOwner">Whether it is to be run here: then nobody but root and the agent's own user may be able to change it.</param>
    public static async Task<FileJudgement> OfAsync(
        string path, bool requireLock = false, TimeSpan? patience = null, ThisMachine? here = null, bool judgesOwner = false)
    {
        // First of all: a file that others can change is not read, and nothing that it names is started. A pipe in its place would never end.
        Diagnostic? trust = judgesOwner ? FileTrust.Judge(path) : null;
        if (trust is { Severity: Severity.Error })
        {
            return new(new ConfigResult(null, [trust]), InstalledPlugins.Of(path, [], requireLock), null);
        }

        FileJudgement judgement = await OfContentAsync(ConfigReader.Outline(path), requireLock, patience, here).ConfigureAwait(false);
        return judgement with { Result = FileTrust.With(judgement.Result, trust) };
    }

    /// <summary>Judges a text before it is written to <paramref name="path"/>, which need not exist.</summary>
    public static Task<FileJudgement> OfTextAsync(string path, string text) =>
        OfContentAsync(ConfigReader.Outline(path, Encoding.UTF8.GetBytes(text)), requireLock: false, patience: null, here: null);

    private static async Task<FileJudgement> OfContentAsync(ConfigOutline outline, bool requireLock, TimeSpan? patience, ThisMachine? here)
    {
        InstalledPlugins installed = InstalledPlugins.Of(outline.Path, outline.PluginPaths, requireLock);
        string[] used = [.. outline.Entries.Select(entry => entry.Use).Where(use => use.Length > 0).Distinct()];
        if (used.Length == 0)
        {
            return new(ConfigReader.Read(outline, [], [], here), installed, null);
        }

        ConfigResult own = ConfigReader.Read(outline, null, [], here);
        try
        {
            // As who the plugins will run; who is not root can't become that.
            HostLaunch launch = HostLaunch.For(Environment.IsPrivilegedProcess ? own.Config?.Agent : null);
            Judge question = new(ToHost.ProtocolVersion, "", outline.BaseDirectory, installed.Paths, outline.Entries) { Refusals = installed.RefusalsOf(used) };
            (IReadOnlyList<PluginDescribed> plugins, IReadOnlyList<EntryJudged> entries) =
                await HostTask.JudgeAsync(question, launch, patience ?? HostTask.Patience).ConfigureAwait(false);

            // For the nearest word to one that is wrong, all of them are wanted.
            bool allFound = used.All(use => plugins.Any(plugin => plugin.Name == use));
            IReadOnlyList<PluginDescribed> known = allFound ? plugins : await HostTask.DescribeAsync(installed).ConfigureAwait(false);
            return new(ConfigReader.Read(outline, known, entries, here), installed, null);
        }
        catch (Exception error) when (error is PluginHostException or IOException or UnauthorizedAccessException)
        {
            return new(own, installed, error.Message);
        }
    }

    /// <summary>The sentence that says what is missing from the judgement.</summary>
    public string? NotAskedSentence => NotAsked is null ? null : $"plugin options are not checked: {NotAsked}";
}
