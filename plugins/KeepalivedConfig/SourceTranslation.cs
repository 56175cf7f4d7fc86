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

    private readonly KeepalivedTarget _target;
    private readonly Gaps _gaps;

    private SourceTranslation(HashSet<string> names, KeepalivedTarget target, Gaps gaps)
    {
        _names = names;
        _target = target;
        _gaps = gaps;
    }

    public List<KeepalivedProcess> Processes { get; } = [];

    public List<KeepalivedFile> Files { get; } = [];

    public List<KeepalivedDelay> Delays { get; } = [];

    /// <summary>Collects what all virtual routers track.</summary>
    /// <param name="routers">All of them.</param>
    /// <param name="takenNames">Names of blocks that are taken.</param>
    /// <param name="target">The keepalived the file is for.</param>
    /// <param name="gaps">Takes what keepalived can't say.</param>
    /// <param name="comments">Those of the file.</param>
    public static SourceTranslation Of(
        IReadOnlyList<VirtualRouterModel> routers, HashSet<string> takenNames, KeepalivedTarget target, Gaps gaps, List<string> comments)
    {
        SourceTranslation sources = new(takenNames, target, gaps);
        foreach (FileTrackModel file in routers.SelectMany(router => router.TrackedFiles))
        {
            sources.Add(file, comments);
        }

        foreach (ProcessTrackModel process in routers.SelectMany(router => router.TrackedProcesses))
        {
            sources.Add(process, comments);
        }

        sources.AddDelays(routers.SelectMany(one => one.TrackedInterfaces), comments);
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
            Track(interfaces, KeepalivedSyntax.Name(one.Interface, "the interface"), one.Weight, one.Reverse, one.Path);
            if (one.NeedsAddress)
            {
                _gaps.Add(Key(one.Path, "needsAddress"), $"keepalived looks at the link of {one.Interface} only, not at its addresses", comments);
            }
        }

        foreach (FileTrackModel one in model.TrackedFiles.Where(one => _files.ContainsKey(one.Path)))
        {
            Track(files, _files[one.Path], one.Weight, one.Reverse, one.KeyPath);
            if (one.Missing is not 0)
            {
                _gaps.Add(
                    Key(one.KeyPath, "missing"),
                    $"keepalived takes a missing {one.Path} for 0, and plugins.json for {(one.Missing is int number ? $"{number}" : "a failure")}; write \"missing\": 0 if that is meant",
                    comments);
            }
        }

        foreach (ProcessTrackModel one in model.TrackedProcesses.Where(one => _processes.ContainsKey(Key(one))))
        {
            Track(processes, _processes[Key(one)], one.Weight, one.Reverse, one.Path);
        }

        for (int i = 0; i < model.TrackedExpressions.Count; i++)
        {
            _gaps.Add(
                i < model.TrackedExpressionPaths.Count ? model.TrackedExpressionPaths[i] : "",
                $"the virtual router \"{model.Name}\" tracks {model.TrackedExpressions[i]}, and keepalived has no boolean expressions: track the parts one by one, or write a script",
                comments);
        }

        return router with { Comments = comments, TrackInterface = interfaces, TrackFile = files, TrackProcess = processes };

        void Track(List<KeepalivedTrack> lines, string name, int? weight, bool reverse, string from)
        {
            if (owner && weight is not null)
            {
                comments.Add($"{name} with weight {weight} is left out: the priority of an address owner (255) never changes.");
                return;
            }

            lines.Add(new KeepalivedTrack(name, weight ?? 0) { Reverse = reverse, From = from });
        }
    }

    private static string Key(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private void Add(FileTrackModel file, List<string> comments)
    {
        if (_files.ContainsKey(file.Path) || _gaps.Try(file.KeyPath, comments, () => KeepalivedSyntax.Argument(file.Path, "a tracked file").Trim('\'')) is not { } path)
        {
            return;
        }

        string name = NewName("file", file.Path);
        _files.Add(file.Path, name);
        Files.Add(new KeepalivedFile(name, path, ["HotStandby's tracked file. keepalived takes text that is no number for 0."]) { From = file.KeyPath });
    }

    private void Add(ProcessTrackModel process, List<string> comments)
    {
        if (_processes.ContainsKey(Key(process)) || _gaps.Try(process.Path, comments, () => Block(process)) is not { } block)
        {
            return;
        }

        block = block with { Name = NewName("process", process.Process) };
        _processes.Add(Key(process), block.Name);
        Processes.Add(block);
    }

    private static KeepalivedProcess Block(ProcessTrackModel process) => new(
        "",
        KeepalivedSyntax.Name(process.Process, "the name of a tracked process"),
        Seconds(process.UpDelay, LongestProcessDelaySeconds, process.Process),
        Seconds(process.DownDelay, LongestProcessDelaySeconds, process.Process),
        ["HotStandby's tracked process (the kernel needs CONFIG_PROC_EVENTS)."])
    {
        Quorum = process.Quorum,
        From = process.Path,
    };

    private void AddDelays(IEnumerable<InterfaceTrackModel> interfaces, List<string> comments)
    {
        foreach (IGrouping<string, InterfaceTrackModel> same in interfaces.GroupBy(one => one.Interface))
        {
            InterfaceTrackModel first = same.First();
            (TimeSpan Down, TimeSpan Up)[] delays = [.. same.Select(one => (one.DownDelay, one.UpDelay)).Distinct()];
            if (delays.All(one => one == default))
            {
                continue;
            }

            if (!_target.Has(KeepalivedTarget.InterfaceUpDownDelays))
            {
                _gaps.Add(Key(first.Path, "upDelay, downDelay"), _target.Lacks("interface_up_down_delays", KeepalivedTarget.InterfaceUpDownDelays), comments);
            }
            else if (delays.Length > 1)
            {
                _gaps.Add(
                    Key(first.Path, "upDelay, downDelay"),
                    $"the interface {same.Key} is tracked with several upDelay or downDelay, and keepalived has one pair for each interface",
                    comments);
            }
            else if (_gaps.Try(first.Path, comments, () => Line(first)) is { } line)
            {
                Delays.Add(line);
            }
        }
    }

    private static KeepalivedDelay Line(InterfaceTrackModel one)
    {
        return new(KeepalivedSyntax.Name(one.Interface, "the interface"), Said(one.DownDelay), Said(one.UpDelay), one.Path);

        string Said(TimeSpan delay) => Seconds(delay, LongestInterfaceDelaySeconds, one.Interface) is { Length: > 0 } text ? text : "0";
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
