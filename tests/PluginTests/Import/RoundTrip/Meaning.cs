using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>
/// What a keepalived.conf tells keepalived 2.2.7 to do, as facts that can be compared: defaults filled in, definitions put where they are used, what
/// keepalived ignores or rounds as it does so. It knows nothing of import: the two are held against each other.
/// </summary>
internal sealed class Meaning
{
    private readonly SortedDictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Statement> _global = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tracked> _tracked = new(StringComparer.Ordinal);
    private readonly List<Statement> _groups = [];
    private int _nextRule = 16_384;

    private Meaning(IReadOnlyList<Statement> file)
    {
        foreach (Statement block in file)
        {
            switch (block.Keyword)
            {
                case "global_defs":
                    foreach (Statement line in block.Children)
                    {
                        _global[line.Keyword] = line;
                    }

                    break;
                case "vrrp_script" or "vrrp_track_process" or "track_file":
                    _tracked[block.Words[1].Text] = Tracked.Of(block);
                    break;
                case "vrrp_sync_group":
                    _groups.Add(block);
                    break;
                default:
                    break;
            }
        }

        foreach (Statement block in file.Where(one => one.Keyword == "vrrp_instance"))
        {
            Instance(block);
        }

        foreach (Statement group in _groups)
        {
            Group(group);
        }

        foreach (Statement line in _global.Values.Where(one => !InstanceMeaning.Defaults.Contains(one.Keyword)))
        {
            Say("global", line.Keyword, Rest(line));
        }
    }

    /// <summary>By what it is about, such as <c>VI_1 priority</c>.</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<Statement> file) => new Meaning(file)._facts;

    public static string Rest(Statement line) => string.Join(' ', line.Words.Skip(1).Select(word => word.Text));

    private void Say(string what, string key, string value)
    {
        // Two members of a group may say something each.
        string name = $"{what} {key}";
        _facts[name] = _facts.TryGetValue(name, out string? said) ? string.Join(" & ", said.Split(" & ").Append(value).Distinct()) : value;
    }

    /// <param name="how">Empty for nothing to say.</param>
    private void Track(string what, string key, string how, string weight)
    {
        Say(what, $"track {key}", weight);
        if (how.Length > 0)
        {
            Say(what, $"check {key}", how);
        }
    }

    private void Instance(Statement block)
    {
        string name = block.Words[1].Text;
        InstanceMeaning instance = new(block, _global);
        Statement? group = _groups.Find(one => Members(one).Contains(name));
        foreach ((string key, string value) in instance.Facts(ref _nextRule))
        {
            // A member waits for its group.
            Say(name, key, key == "state" && group is not null ? "BACKUP" : value);
        }

        bool keepsWeights = group is null || group.Children.Any(line => line.Keyword == "sync_group_tracking_weight");
        foreach ((string key, string what, int weight, bool isReverse) in Uses(block, instance.Interface))
        {
            if (instance.IsOwner && weight != 0)
            {
                // keepalived drops it; of a file it drops the weight, so that any number but 0 is FAULT.
                if (key.StartsWith("file ", StringComparison.Ordinal))
                {
                    Track(name, key, what, "weight 0");
                }
            }
            else if (weight == 0 || keepsWeights || key.StartsWith("process ", StringComparison.Ordinal))
            {
                Track(group is null ? name : Title(group), key, what, Weight(weight, isReverse));
            }
            else if (key.StartsWith("interface ", StringComparison.Ordinal) || key.StartsWith("file ", StringComparison.Ordinal))
            {
                Track(Title(group!), key, what, Weight(0, isReverse));
            }
        }
    }

    private void Group(Statement block)
    {
        Say(Title(block), "members", string.Join(' ', Members(block).Order(StringComparer.Ordinal)));
        string[] interfaces = [.. Members(block).Select(name => _facts.GetValueOrDefault($"{name} interface") ?? "").Distinct()];
        foreach ((string key, string what, int weight, bool isReverse) in Uses(block, own: null))
        {
            // A member's own interface counts without it.
            if (weight == 0 && interfaces.Length == 1 && key == $"interface {interfaces[0]}")
            {
                continue;
            }

            Track(Title(block), key, what, Weight(weight, isReverse));
        }

        foreach (Statement line in block.Children.Where(line => line.Keyword.StartsWith("notify", StringComparison.Ordinal)))
        {
            Say(Title(block), line.Keyword, InstanceMeaning.Command(line));
        }
    }

    private IEnumerable<(string Key, string What, int Weight, bool IsReverse)> Uses(Statement block, string? own)
    {
        foreach (Statement line in block.Children.Where(child => child.Keyword.StartsWith("track_", StringComparison.Ordinal)).SelectMany(child => child.Children.Select(line => (child, line)))
            .Where(one => one.child.Keyword != "track_interface" || one.line.Keyword != own).Select(one => one.child.Keyword == "track_interface" ? Interface(one.line) : one.line))
        {
            // keepalived drops a use of what is not defined.
            Tracked? tracked = line.Keyword.StartsWith("interface ", StringComparison.Ordinal) ? new(line.Keyword, "", 0, false) : _tracked.GetValueOrDefault(line.Keyword);
            if (tracked is null)
            {
                continue;
            }

            int at = line.Words.ToList().FindIndex(word => word.Text == "weight");
            int weight = at < 0 ? tracked.Weight : int.Parse(line.Words[at + 1].Text, System.Globalization.CultureInfo.InvariantCulture);
            bool isReverse = line.Words.Any(word => word.Text == "reverse") || (tracked.IsReverse && !line.Words.Any(word => word.Text == "noreverse"));
            yield return (tracked.Key, tracked.What, weight, isReverse);
        }
    }

    /// <summary>Told from a tracker's name by a blank, which no name has.</summary>
    private static Statement Interface(Statement line) => line with { Words = [line.Words[0] with { Text = $"interface {line.Keyword}" }, .. line.Words.Skip(1)] };

    private static string Title(Statement group) => $"group {group.Words[1].Text}";

    private static IEnumerable<string> Members(Statement group) =>
        group.Children.Where(line => line.Keyword == "group").SelectMany(line => line.Children).SelectMany(line => line.Words).Select(word => word.Text);

    private static string Weight(int weight, bool isReverse) => $"weight {weight}{(isReverse ? " reverse" : "")}";
}
