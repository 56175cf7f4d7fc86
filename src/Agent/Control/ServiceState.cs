namespace HotStandby.Agent.Control;

/// <summary>
/// What <c>systemctl status</c> shows of the agent (STATUS= of sd_notify(3)): one line that follows the state of every virtual router, with the
/// reason of those that can't serve. Thread safe.
/// </summary>
/// <param name="node">The node's name.</param>
/// <param name="say">Takes the line whenever it changed.</param>
internal sealed class ServiceState(string node, Action<string> say)
{
    /// <summary>More virtual routers than this are counted, and only those with a reason are named.</summary>
    private const int MostNamed = 8;

    private readonly Lock _lock = new();
    private readonly List<(string Router, string Code)> _alarms = [];
    private List<RouterState> _routers = [];
    private string? _drained;
    private string? _refused;
    private string _said = "";

    private sealed record RouterState(string Name, string State, string Why);

    /// <summary>The line as it is now.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                return Compose();
            }
        }
    }

    /// <summary>These are the virtual routers of the file in force; what is known of them stays known.</summary>
    public void Configured(IEnumerable<string> routers) => Change(() =>
    {
        _routers = [.. routers.Select(name => _routers.Find(known => known.Name == name) ?? new RouterState(name, "INITIALIZE", ""))];
        _alarms.RemoveAll(alarm => !_routers.Exists(router => router.Name == alarm.Router));
    });

    /// <summary>A virtual router is in another state.</summary>
    /// <param name="why">The sentence of the transition; shown where the node does not take part.</param>
    public void Moved(string router, string state, string why) => Change(() =>
    {
        if (_routers.FindIndex(known => known.Name == router) is int at and >= 0)
        {
            _routers[at] = new RouterState(router, state, why);
        }
    });

    /// <summary>An alarm of that code began or ended; of one code there may be several.</summary>
    public void Alarm(string router, string code, bool began) => Change(() =>
    {
        if (began)
        {
            _alarms.Add((router, code));
        }
        else
        {
            _alarms.Remove((router, code));
        }
    });

    /// <param name="sentence">Null when the node is not drained.</param>
    public void Drained(string? sentence) => Change(() => _drained = sentence);

    /// <param name="refusal">Why the last reload was refused; null when it was not.</param>
    public void Reloaded(string? refusal) => Change(() => _refused = refusal);

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            string text = Compose();
            if (text != _said)
            {
                _said = text;
                say(text);
            }
        }
    }

    private string Compose()
    {
        List<string> parts = [];
        if (_routers.Count <= MostNamed)
        {
            parts.AddRange(_routers.Select(Named));
        }
        else
        {
            parts.Add(string.Join(", ", _routers.GroupBy(router => router.State).Select(group => $"{group.Count()} {group.Key}")));
            RouterState[] odd = [.. _routers.Where(TakesNoPart)];
            parts.AddRange(odd.Take(MostNamed).Select(Named));
            if (odd.Length > MostNamed)
            {
                parts.Add($"{odd.Length - MostNamed} more that take no part");
            }
        }

        if (_alarms.Count > 0)
        {
            parts.Add($"ALARM {string.Join(", ", _alarms.Distinct().Take(MostNamed).Select(alarm => $"{alarm.Code} of {alarm.Router}"))}");
        }

        if (_drained is not null)
        {
            parts.Add(_drained);
        }

        if (_refused is not null)
        {
            parts.Add(_refused);
        }

        return $"{node}: {string.Join("; ", parts)}";
    }

    private static bool TakesNoPart(RouterState router) => router is { State: not ("MASTER" or "BACKUP"), Why.Length: > 0 };

    private static string Named(RouterState router) => $"{router.Name} {router.State}{(TakesNoPart(router) ? $" ({router.Why})" : "")}";
}
