using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// The routes and rules of one virtual router in the kernel: added after its addresses, removed before them, and looked after once a second
/// while they are wanted. One that can't be there is told and tried again; it costs no role.
/// </summary>
public sealed class RouteHolding(IAddressWorker worker, IReadOnlyList<RoutingEntry> entries)
{
    private static readonly Duration LookAfterEvery = Duration.FromSeconds(1);

    private readonly HashSet<RoutingEntry> _installed = [];
    private readonly Dictionary<RoutingEntry, string> _problems = [];
    private IReadOnlyList<RoutingEntry> _wanted = entries;
    private int _underWay;
    private MonotonicTime _lookAt = MonotonicTime.Never;

    /// <summary>Whether they belong into the kernel.</summary>
    public bool Wanted { get; private set; }

    public bool Idle => _underWay == 0 && !Wanted && _installed.Count == 0;

    /// <summary>When <see cref="Reconcile"/> has something to do.</summary>
    public MonotonicTime NextDeadline => Wanted && _underWay == 0 && _wanted.Count > 0 ? _lookAt : MonotonicTime.Never;

    /// <summary>Each wanted one, whether it is installed, and why not; null while that is not known.</summary>
    public IEnumerable<(RoutingEntry Entry, bool Installed, string? Problem)> Standing =>
        _wanted.Select(entry => (entry, _installed.Contains(entry), _problems.GetValueOrDefault(entry)));

    /// <summary>The addresses are bound, perhaps anew, and the kernel removes a route with its source: it is looked at once.</summary>
    public void Want(MonotonicTime now)
    {
        Wanted = true;
        _lookAt = now;
    }

    /// <summary>Asks for the removal at once, so that it comes before that of the addresses.</summary>
    public void Unwant()
    {
        if (Wanted && (_installed.Count > 0 || _underWay > 0))
        {
            Remove([.. _wanted.Union(_installed).Reverse()]);
        }

        Wanted = false;
        _problems.Clear();
    }

    /// <summary>The list changed in a reload.</summary>
    public void Change(IReadOnlyList<RoutingEntry> wanted, MonotonicTime now)
    {
        RoutingEntry[] gone = [.. (_underWay > 0 && Wanted ? _installed.Union(_wanted) : _installed).Except(wanted).Reverse()];
        _wanted = wanted;
        _lookAt = now;
        foreach (RoutingEntry entry in _problems.Keys.Except(wanted).ToArray())
        {
            _problems.Remove(entry);
        }

        if (gone.Length > 0)
        {
            Remove(gone);
        }
    }

    /// <summary>Looks after them when it is time.</summary>
    public void Reconcile(MonotonicTime now)
    {
        if (now >= NextDeadline)
        {
            _underWay++;
            _lookAt = now + LookAfterEvery;
            worker.InstallRoutes(this, _wanted);
        }
    }

    /// <summary>The worker is done with something.</summary>
    /// <returns>What is news, as sentences.</returns>
    public IReadOnlyList<string> Done(AddressWork work)
    {
        _underWay--;
        List<string> news = [];
        foreach (RouteOutcome outcome in work.Routes)
        {
            if (Note(outcome) is string sentence)
            {
                news.Add(sentence);
            }
        }

        return news;
    }

    private string? Note(RouteOutcome outcome)
    {
        switch (outcome.Result)
        {
            case RouteResult.Added:
                _problems.Remove(outcome.Entry);
                return !_installed.Add(outcome.Entry) && Wanted ? $"{outcome.Entry} was removed by somebody else, or with its interface or source address: put back" : null;
            case RouteResult.Kept:
                _problems.Remove(outcome.Entry);
                _installed.Add(outcome.Entry);
                return null;
            case RouteResult.Removed or RouteResult.Missing:
                _installed.Remove(outcome.Entry);
                return null;
            default:
                string problem = outcome.Error ?? $"{outcome.Entry} is not installed: somebody else has one in its place, which stays";
                _installed.Remove(outcome.Entry);
                bool isNews = Wanted && _problems.GetValueOrDefault(outcome.Entry) != problem;
                _problems[outcome.Entry] = problem;
                return isNews ? problem : null;
        }
    }

    private void Remove(RoutingEntry[] entries)
    {
        _underWay++;
        worker.RemoveRoutes(this, entries);
    }
}
