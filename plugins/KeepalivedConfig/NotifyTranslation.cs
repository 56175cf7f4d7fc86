using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>Whose transitions notifiers are told of.</summary>
/// <param name="Type">keepalived's word: INSTANCE or GROUP.</param>
/// <param name="Name">Its name in plugins.json.</param>
/// <param name="Title">For sentences.</param>
/// <param name="Priority">What scripts are told: the base priority on this node, since keepalived doesn't say the effective one; 0 of a group.</param>
/// <param name="Notify">Ids of the notifiers.</param>
internal sealed record Told(string Type, string Name, string Title, int Priority, IReadOnlyList<string> Notify)
{
    public static Told Router(VirtualRouterModel router, int priority) =>
        new("INSTANCE", router.Name, $"the virtual router \"{router.Name}\"", priority, router.Notify);

    public static Told Group(SyncGroupModel group) => new("GROUP", group.Name, $"the sync group \"{group.Name}\"", 0, group.Notify);
}

/// <summary>Notifiers become notify lines: keepalived starts a program itself, with the arguments of the file.</summary>
internal static class NotifyTranslation
{
    private const string OnReassert = "onReassert";
    private const string LowerPriority = "notify_master_rx_lower_pri";

    /// <summary>To notify, keepalived appends type, name, state and priority itself; to the others it appends nothing.</summary>
    private static readonly (string Option, string Keyword, string? State)[] Events =
    [
        ("onMaster", "notify_master", "MASTER"),
        (OnReassert, LowerPriority, "MASTER"),
        ("onBackup", "notify_backup", "BACKUP"),
        ("onFault", "notify_fault", "FAULT"),
        ("onStop", "notify_stop", "STOP"),
        ("notify", "notify", null),
    ];

    /// <summary>The notify lines of one virtual router or sync group, in keepalived's usual order.</summary>
    /// <param name="told">Whose.</param>
    /// <param name="plugins">All entries.</param>
    /// <param name="baseDirectory">The folder of plugins.json.</param>
    /// <param name="gaps">
    /// Takes a notifier that is not a Script, an option keepalived can't carry, and a second program for an event (keepalived starts one).
    /// </param>
    /// <param name="comments">Those of the instance or group.</param>
    public static IReadOnlyList<KeepalivedNotify> Translate(
        Told told,
        IReadOnlyList<PluginModel> plugins,
        string baseDirectory,
        Gaps gaps,
        List<string> comments)
    {
        Dictionary<string, (KeepalivedNotify Line, string Notifier)> lines = [];
        foreach (string id in told.Notify)
        {
            PluginModel notifier = plugins.FirstOrDefault(plugin => plugin.Id == id)
                ?? throw new GenerationException($"{told.Title} notifies \"{id}\", which is no entry of plugins.");
            if (gaps.Try(notifier.Path, comments, () => Lines(told, notifier, baseDirectory, gaps, comments)) is not { } own)
            {
                continue;
            }

            foreach (KeepalivedNotify line in own)
            {
                if (!lines.TryAdd(line.Keyword, (line, id)))
                {
                    gaps.Add(
                        line.From,
                        $"{told.Title} has two programs for {line.Keyword}, from \"{lines[line.Keyword].Notifier}\" and \"{id}\"; keepalived starts only one",
                        comments);
                }
            }
        }

        return [.. Events.Where(line => lines.ContainsKey(line.Keyword)).Select(line => lines[line.Keyword].Line)];
    }

    private static List<KeepalivedNotify> Lines(
        Told told, PluginModel notifier, string baseDirectory, Gaps gaps, List<string> comments)
    {
        if (notifier.Use != "Script")
        {
            throw new GenerationException(
                $"the notifier \"{notifier.Id}\" uses the plugin {notifier.Use}, which has no equivalent in keepalived; Script has one.");
        }

        OptionReader options = new(notifier);
        List<KeepalivedNotify> lines = [];

        // keepalived runs nothing again unless it is told what. Where that is wanted expressly, it is what is run for MASTER.
        bool again = options.Flag("reassert") == true;
        IReadOnlyList<string>? onMaster = null;
        foreach ((string option, string keyword, string? state) in Events)
        {
            IReadOnlyList<string>? texts = options.Texts(option);
            onMaster = option == "onMaster" ? texts : onMaster;
            if ((texts ?? (option == OnReassert && again ? onMaster : null)) is not { } arguments)
            {
                continue;
            }

            if (option == OnReassert && told.Type == "GROUP")
            {
                gaps.Add(From(notifier, option), $"keepalived has {LowerPriority} for instances only, not for {told.Title}", comments);
                continue;
            }

            if (state is not null)
            {
                arguments = [.. arguments, told.Type, told.Name, state, told.Priority.ToString(CultureInfo.InvariantCulture)];
            }

            lines.Add(new(keyword, Command(arguments, $"the notifier \"{notifier.Id}\"", baseDirectory))
            {
                From = From(notifier, option),
            });
        }

        foreach (string option in options.Unread)
        {
            gaps.Add(
                From(notifier, option),
                $"keepalived has nothing for the option {option} of the notifier \"{notifier.Id}\"",
                comments);
        }

        return lines;
    }

    private static string From(PluginModel notifier, string option) => notifier.Path.Length == 0 ? "" : $"{notifier.Path}.options.{option}";

    private static string Command(IReadOnlyList<string> arguments, string what, string baseDirectory)
    {
        // Relative paths in plugins.json are relative to its folder; keepalived would look along its own PATH.
        string program = Path.GetFullPath(arguments[0], baseDirectory);
        return string.Join(' ', arguments.Skip(1).Prepend(program).Select(argument => KeepalivedSyntax.Argument(argument, what)));
    }
}
