using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>Notifiers become notify lines: keepalived starts a program itself, with the arguments of the file.</summary>
internal static class NotifyTranslation
{
    private static readonly (string Option, string Keyword)[] Events =
    [
        ("onMaster", "notify_master"),
        ("onBackup", "notify_backup"),
        ("onFault", "notify_fault"),
        ("onStop", "notify_stop"),
    ];

    /// <summary>The notify lines of one virtual router, in keepalived's usual order.</summary>
    /// <exception cref="GenerationException">
    /// A notifier is not a Script, has an option keepalived can't carry, or two of them want the same event (keepalived starts one program).
    /// </exception>
    public static IReadOnlyList<KeepalivedNotify> Translate(
        string router,
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
            foreach ((string option, string keyword) in Events)
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
