using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>Notifiers become notify lines: keepalived starts a program itself, with the arguments of the file.</summary>
internal static class NotifyTranslation
{
    /// <summary>To notify, keepalived appends type, name, state and priority itself; to the others it appends nothing.</summary>
    private static readonly (string Option, string Keyword, string? State)[] Events =
    [
        ("onMaster", "notify_master", "MASTER"),
        ("onBackup", "notify_backup", "BACKUP"),
        ("onFault", "notify_fault", "FAULT"),
        ("onStop", "notify_stop", "STOP"),
        ("notify", "notify", null),
    ];

    /// <summary>The notify lines of one virtual router, in keepalived's usual order.</summary>
    /// <param name="router">Its name.</param>
    /// <param name="priority">Its base priority on this node, which scripts are told: keepalived doesn't say the effective one.</param>
    /// <param name="notifiers">The entries it names, in the order of the file.</param>
    /// <param name="baseDirectory">The folder of plugins.json.</param>
    /// <exception cref="GenerationException">
    /// A notifier is not a Script, has an option keepalived can't carry, or two of them want the same event (keepalived starts one program).
    /// </exception>
    public static IReadOnlyList<KeepalivedNotify> Translate(
        string router,
        int priority,
        IEnumerable<PluginModel> notifiers,
        string baseDirectory)
    {
        Dictionary<string, (string Command, string Notifier)> lines = [];
        foreach (PluginModel notifier in notifiers)
        {
            if (notifier.Use != "Script")
            {
                throw new GenerationException(
                    $"the notifier \"{notifier.Id}\" uses the plugin {notifier.Use}, which has no equivalent in keepalived; Script has one.");
            }

            OptionReader options = new(notifier);
            foreach ((string option, string keyword, string? state) in Events)
            {
                if (options.Texts(option) is not { } arguments)
                {
                    continue;
                }

                if (lines.TryGetValue(keyword, out var other))
                {
                    throw new GenerationException(
                        $"the virtual router \"{router}\" has two programs for {option}, from \"{other.Notifier}\" and \"{notifier.Id}\"; keepalived starts only one.");
                }

                if (state is not null)
                {
                    arguments = [.. arguments, "INSTANCE", router, state, priority.ToString(CultureInfo.InvariantCulture)];
                }

                lines[keyword] = (Command(arguments, $"the notifier \"{notifier.Id}\"", baseDirectory), notifier.Id);
            }

            options.RefuseOthers();
        }

        return
        [
            .. Events.Where(line => lines.ContainsKey(line.Keyword))
                .Select(line => new KeepalivedNotify(line.Keyword, lines[line.Keyword].Command)),
        ];
    }

    private static string Command(IReadOnlyList<string> arguments, string what, string baseDirectory)
    {
        // Relative paths in plugins.json are relative to its folder; keepalived would look along its own PATH.
        string program = Path.GetFullPath(arguments[0], baseDirectory);
        return string.Join(' ', arguments.Skip(1).Prepend(program).Select(argument => KeepalivedSyntax.Argument(argument, what)));
    }
}
