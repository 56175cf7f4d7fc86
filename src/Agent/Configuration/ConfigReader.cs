using System.Text;
using HotStandby.Agent.Configuration.Core;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Rules;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Configuration;

/// <summary>
/// Reads plugins.json: text, tree, shapes, rules, model. Strict, and everything that is wrong is said at once; only a text that is no JSON
/// ends the reading early.
/// </summary>
public static class ConfigReader
{
    /// <summary>A hundred times what a hundred virtual routers need; keeps a wrong path (a log, a device) from filling the memory.</summary>
    private const int LargestFile = 1024 * 1024;

    /// <summary>Reads a file; one that can't be read is an error of the result, not an exception.</summary>
    /// <param name="path">The file; diagnostics name it as it is written here.</param>
    /// <param name="plugins">
    /// What the plugin host found, in its order; null when it was not asked: then plugin names, kinds and options are not checked.
    /// </param>
    public static ConfigResult Read(string path, IReadOnlyList<PluginDescribed>? plugins) => Read(Outline(path), plugins, []);

    /// <summary>Reads the text that was outlined, which the file may not hold any more.</summary>
    /// <param name="outline">Of the file.</param>
    /// <param name="plugins">As <see cref="Read(string, IReadOnlyList{PluginDescribed}?)"/>.</param>
    /// <param name="entries">What the plugins themselves say of <see cref="ConfigOutline.Entries"/>; one that is missing has no objection.</param>
    /// <param name="here">The machine, when the file is checked on one that may be its node.</param>
    public static ConfigResult Read(
        ConfigOutline outline, IReadOnlyList<PluginDescribed>? plugins, IReadOnlyList<EntryJudged> entries, ThisMachine? here = null) =>
        outline.Text is ReadOnlyMemory<byte> text ? ReadText(outline.Path, text, plugins, entries, here) : new(null, outline.Unreadable);

    /// <summary>Reads a text as if it stood in the file <paramref name="path"/>, which need not exist.</summary>
    public static ConfigResult ReadText(string path, string text, IReadOnlyList<PluginDescribed>? plugins) =>
        ReadText(path, Encoding.UTF8.GetBytes(text), plugins);

    /// <summary>Reads UTF-8 text, with or without a byte order mark, as if it stood in the file <paramref name="path"/>.</summary>
    public static ConfigResult ReadText(
        string path, ReadOnlyMemory<byte> text, IReadOnlyList<PluginDescribed>? plugins, IReadOnlyList<EntryJudged>? entries = null, ThisMachine? here = null)
    {
        Findings findings = new(path);
        if (TreeReader.Read(text, findings) is not Node file)
        {
            return new(null, findings.InOrder());
        }

        FileKeys.Shape.Check(file, "", findings);
        Draft draft = DraftReader.Read(file);
        NameRules.Check(draft, findings);
        TrackRules.Check(draft, findings);
        SyncGroupRules.Check(draft, findings);
        RouterRules.Check(draft, findings);
        AddressRules.Check(draft, findings);
        AttributeRules.Check(draft, findings);
        RouteRules.Check(draft, findings);
        UnicastRules.Check(draft, findings);
        VridRules.Check(draft, findings);
        PriorityRules.Check(draft, findings);
        WeightRules.Check(draft, findings);
        PluginRules.Check(draft, plugins, entries ?? [], findings);
        string folder = BaseDirectory(path);
        IReadOnlyDictionary<string, RouterSecrets> secrets = AuthenticationRules.Check(draft, folder, findings);
        HotStandbyConfig? config = findings.HasErrors ? null : ConfigAssembler.Assemble(draft, folder, secrets, entries ?? []);
        if (config is not null && here is not null)
        {
            HereRules.Check(draft, config, here, findings);
        }

        return new(findings.HasErrors ? null : config, findings.InOrder());
    }

    /// <summary>What the plugins must be asked before the file can be judged. Nothing is reported here but a file that can't be read.</summary>
    public static ConfigOutline Outline(string path)
    {
        Findings findings = new(path);
        if (ReadFile(path, findings) is not ReadOnlyMemory<byte> text)
        {
            return new(path, null, findings.InOrder(), [], []);
        }

        return Outline(path, text);
    }

    /// <summary>The same of a text that is to stand in the file <paramref name="path"/>, which need not exist.</summary>
    public static ConfigOutline Outline(string path, ReadOnlyMemory<byte> text)
    {
        if (TreeReader.Read(text, new(path)) is not Node file)
        {
            return new(path, text, [], [], []);
        }

        Draft draft = DraftReader.Read(file);
        return new(path, text, [], ConfigAssembler.PluginPaths(draft.Agent, BaseDirectory(path)), ConfigAssembler.Hosted(draft));
    }

    private static string BaseDirectory(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    private static ReadOnlyMemory<byte>? ReadFile(string path, Findings findings)
    {
        if (BoundedFile.Read(path, LargestFile, out string problem) is byte[] text)
        {
            return text;
        }

        findings.Error(Position.Nowhere, DiagnosticCodes.Unreadable, $"the file can't be read: {problem}");
        return null;
    }
}
