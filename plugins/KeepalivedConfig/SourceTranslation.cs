using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>
/// Tracked interfaces, files and processes, which keepalived has itself: blocks before the instances, lines within them. It has no boolean
/// expressions, and one pair of delays for each interface.
/// </summary>
internal sealed class SourceTranslation
{
    /// <summary>keepalived 2.2.7: interface_up_down_delays takes 0..255 s.</summary>
    private const int LongestInterfaceDelaySeconds = 255;

    /// <summary>keepalived 2.2.7: fork_delay and terminate_delay, at most 3600 s.</summary>
    private const int LongestProcessDelaySeconds = 3600;

    private const int OwnerPriority = 255;
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, int, TimeSpan, TimeSpan), string> _processes = [];
    private readonly HashSet<string> _names;

    private SourceTranslation(HashSet<string> names) => _names = names;

    public List<KeepalivedProcess> Processes { get; } = [];

    public List<KeepalivedFile> Files { get; } = [];

    public List<string> Delays { get; } = [];

    /// <summary>Collects what all virtual routers track.</summary>
    /// <exception cref="GenerationException">keepalived has nothing that does the same.</exception>
    public static SourceTranslation Of(IReadOnlyList<VirtualRouterModel> routers, HashSet<string> takenNames)
    {
        SourceTranslation sources = new(takenNames);
        foreach (VirtualRouterModel router in routers)
        {
            if (router.TrackedExpressions.Count > 0)
            {
                throw new GenerationException(
                    $"the virtual router \"{router.Name}\" tracks {router.TrackedExpressions[0]}, and keepalived has no boolean expressions: track the parts one by one, or write a script.");
            }

            foreach (FileTrackModel file in router.TrackedFiles)
            {
                sources.Add(file);
            }

            foreach (ProcessTrackModel process in router.TrackedProcesses)
            {
                sources.Add(process);
            }
        }

        sources.AddDelays(routers.SelectMany(one => one.TrackedInterfaces));
        return sources;
    }

    /// <summary>The same instance with its lines.</summary>
    public KeepalivedRouter AddTo(KeepalivedRouter router, VirtualRouterModel model)
    {
        List<string> comments = [.. router.Comments];
        bool owner = router.Priority == OwnerPriority;
        List<KeepalivedTrack> interfaces = [];
        List<KeepalivedTrack> files = [];
        List<KeepalivedTrack> processes = [.. router.TrackProcess];
        foreach (InterfaceTrackModel one in model.TrackedInterfaces)
        {
            Track(interfaces, KeepalivedSyntax.Name(one.Interface, "the interface"), one.Weight, one.Reverse);
            if (one.NeedsAddress)
            {
                comments.Add($"{one.Interface} without an address of its own is not seen: keepalived looks at the link only.");
            }
        }

        foreach (FileTrackModel one in model.TrackedFiles)
        {
            Track(files, _files[one.Path], one.Weight, one.Reverse);
        }

        foreach (ProcessTrackModel one in model.TrackedProcesses)
        {
            Track(processes, _processes[Key(one)], one.Weight, one.Reverse);
        }

        return router with { Comments = comments, TrackInterface = interfaces, TrackFile = files, TrackProcess = processes };

        void Track(List<KeepalivedTrack> lines, string name, int? weight, bool reverse)
        {
            if (owner && weight is not null)
            {
                comments.Add($"{name} with weight {weight} is left out: the priority of an address owner (255) never changes.");
                return;
            }

            lines.Add(new KeepalivedTrack(name, weight ?? 0) { Reverse = reverse });
        }
    }

    private void Add(FileTrackModel file)
    {
        if (!_files.TryAdd(file.Path, NewName("file", file.Path)))
        {
            return;
        }

        List<string> comments = ["HotStandby's tracked file. keepalived takes text that is no number for 0."];
        if (file.Missing is not 0)
        {
            comments.Add($"A missing file counts as 0 here, in HotStandby as {(file.Missing is int number ? $"{number}" : "a failure")}.");
        }

        Files.Add(new KeepalivedFile(_files[file.Path], KeepalivedSyntax.Argument(file.Path, "a tracked file").Trim('\''), comments));
    }

    private void Add(ProcessTrackModel process)
    {
        if (!_processes.TryAdd(Key(process), NewName("process", process.Process)))
        {
            return;
        }

        Processes.Add(new KeepalivedProcess(
            _processes[Key(process)],
            KeepalivedSyntax.Name(process.Process, "the name of a tracked process"),
            Seconds(process.UpDelay, LongestProcessDelaySeconds, process.Process),
            Seconds(process.DownDelay, LongestProcessDelaySeconds, process.Process),
            ["HotStandby's tracked process (the kernel needs CONFIG_PROC_EVENTS)."])
        {
            Quorum = process.Quorum,
        });
    }

    private void AddDelays(IEnumerable<InterfaceTrackModel> interfaces)
    {
        foreach (IGrouping<string, InterfaceTrackModel> same in interfaces.GroupBy(one => one.Interface))
        {
            (TimeSpan Down, TimeSpan Up)[] delays = [.. same.Select(one => (one.DownDelay, one.UpDelay)).Distinct()];
            if (delays.Length > 1)
            {
                throw new GenerationException(
                    $"the interface {same.Key} is tracked with several upDelay or downDelay, and keepalived has one pair for each interface.");
            }

            (TimeSpan down, TimeSpan up) = delays[0];
            if (down > TimeSpan.Zero || up > TimeSpan.Zero)
            {
                string Said(TimeSpan delay) => Seconds(delay, LongestInterfaceDelaySeconds, same.Key) is { Length: > 0 } text ? text : "0";
                Delays.Add($"{same.Key} {Said(down)} {Said(up)}");
            }
        }
    }

    private string NewName(string kind, string of)
    {
        string plain = $"{kind}_{string.Concat(of.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')).Trim('_')}";
        string name = plain;
        for (int i = 2; !_names.Add(name); i++)
        {
            name = $"{plain}_{i}";
        }

        return name;
    }

    private static string Seconds(TimeSpan delay, int longest, string of) =>
        delay.TotalSeconds > longest ? throw new GenerationException($"{of}: a delay is longer than keepalived's limit of {longest} s.")
        : delay > TimeSpan.Zero ? KeepalivedSyntax.Seconds(delay)
        : "";

    private static (string, int, TimeSpan, TimeSpan) Key(ProcessTrackModel process) =>
        (process.Process, process.Quorum, process.UpDelay, process.DownDelay);
}
