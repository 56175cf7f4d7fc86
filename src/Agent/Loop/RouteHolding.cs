using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// The routes and rules of one virtual router in the kernel: added after its addresses, removed before them, and looked after once a second
/// while they are wanted. One that can't be there is told and tried again; it costs no role. They have no lifetime: one whose removal failed is asked
/// for again until it is gone.
/// </summary>
public sealed class RouteHolding(IAddressWorker worker, IReadOnlyList<RoutingEntry> entries)
{
    private static readonly Duration LookAfterEvery = Duration.FromSeconds(1);

    private readonly HashSet<RoutingEntry> _installed = [];

    /// <summary>Not installed, as far as is known, and in the kernel perhaps: a refusal, or no answer, does not say that nothing was done.</summary>
    private readonly HashSet<RoutingEntry> _uncertain = [];
    private readonly Dictionary<RoutingEntry, string> _problems = [];
    private IReadOnlyList<RoutingEntry> _wanted = entries;
    private int _underWay;
    private MonotonicTime _lookAt = MonotonicTime.Never;
    private MonotonicTime _removeAt;

    /// <summary>Whether they belong into the kernel.</summary>
    public bool Wanted { get; private set; }

    public bool Idle => _underWay == 0 && !Wanted && _installed.Count == 0 && _uncertain.Count == 0;

    /// <summary>When <see cref="Reconcile"/> has something to do.</summary>
    /// <param name="addressesAreThere">Whether the addresses are bound that routes come after.</param>
    public MonotonicTime NextDeadline(bool addressesAreThere) =>
        _underWay > 0 ? MonotonicTime.Never
        : MonotonicTime.Min(Wanted && addressesAreThere && _wanted.Count > 0 ? _lookAt : MonotonicTime.Never, HasLeftover() ? _removeAt : MonotonicTime.Never);

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
        if (Wanted && (_installed.Count > 0 || _uncertain.Count > 0 || _underWay > 0))
        {
            Remove([.. _wanted.Union(_installed).Union(_uncertain).Reverse()]);
        }

        Wanted = false;
        _problems.Clear();
    }

    /// <summary>The list changed in a reload.</summary>
    public void Change(IReadOnlyList<RoutingEntry> wanted, MonotonicTime now)
    {
        RoutingEntry[] gone = [.. (_underWay > 0 && Wanted ? _installed.Union(_wanted) : _installed).Union(_uncertain).Except(wanted).Reverse()];
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
    public void Reconcile(bool addressesAreThere, MonotonicTime now)
    {
        if (now < NextDeadline(addressesAreThere))
        {
            return;
        }

        if (HasLeftover() && now >= _removeAt)
        {
            Remove([.. _uncertain.Where(IsLeftover)]);
            return;
        }

        _underWay++;
        _lookAt = now + LookAfterEvery;
        worker.InstallRoutes(this, _wanted);
    }

    /// <summary>The worker is done with something.</summary>
    /// <returns>What is news, as sentences.</returns>
    public IReadOnlyList<string> Done(AddressWork work, MonotonicTime now)
    {
        _underWay--;
        _removeAt = now + LookAfterEvery;
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
        _uncertain.Remove(outcome.Entry);
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
                _problems.Remove(outcome.Entry);
                _installed.Remove(outcome.Entry);
                return null;
            default:
                string problem = outcome.Error ?? $"{outcome.Entry} is not installed: somebody else has one in its place, which stays";
                _installed.Remove(outcome.Entry);
                if (outcome.Result == RouteResult.Failed)
                {
                    _uncertain.Add(outcome.Entry);
                }

                bool isNews = Wanted && _problems.GetValueOrDefault(outcome.Entry) != problem;
                _problems[outcome.Entry] = problem;
                return isNews ? problem : null;
        }
    }

    private bool HasLeftover()
    {
        foreach (RoutingEntry entry in _uncertain)
        {
            if (IsLeftover(entry))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsLeftover(RoutingEntry entry) => !Wanted || !_wanted.Contains(entry);

    private void Remove(RoutingEntry[] entries)
    {
        _underWay++;
        worker.RemoveRoutes(this, entries);
    }
}
