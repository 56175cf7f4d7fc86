namespace HotStandby.UnitTests.Hosting;

/// <summary>
/// Plugin hosts as the telling sees them: one reads at a time and another may retire beside it, entries are replaced by a reload while their calls still run, and
/// any of them dies. What a notifier heard stands in the order in which its calls ended, which is what it looks like from outside.
/// </summary>
/// <typeparam name="T">What is told.</typeparam>
internal sealed class ScriptedHosts<T>(Func<int, int> random)
    where T : class
{
    private readonly List<Entry> _entries = [];
    private Entry? _current;

    private sealed class Entry
    {
        public Queue<T> Waiting { get; } = new();

        /// <summary>Its call runs.</summary>
        public T? Called { get; set; }

        public bool IsLoaded { get; set; }

        /// <summary>A reload or a successor's take-over: it takes no more.</summary>
        public bool IsRetired { get; set; }
    }

    /// <summary>In the order in which it was heard.</summary>
    public List<T> Heard { get; } = [];

    /// <summary>The answers, each once: what, and whether it was told.</summary>
    public required Action<T, bool> Answer { get; init; }

    /// <summary>The entry was loaded.</summary>
    public required Action Runs { get; init; }

    /// <summary>Another host is up.</summary>
    public required Action Ready { get; init; }

    public bool IsQuiet => _entries.All(entry => entry is { Called: null, Waiting.Count: 0 }) && _current is { IsLoaded: true };

    public bool Send(T told)
    {
        if (_current is null)
        {
            return false;
        }

        if (_current.IsLoaded)
        {
            _current.Waiting.Enqueue(told);
        }
        else
        {
            _refused.Enqueue(told);
        }

        return true;
    }

    /// <summary>Answers that are on their way: the entry had not loaded.</summary>
    private readonly Queue<T> _refused = new();

    /// <summary>The host comes up, with an entry that has yet to load.</summary>
    public void Start()
    {
        if (_current is null)
        {
            _entries.Clear();
            Add();
            Ready();
        }
    }

    /// <summary>A reload changes the entry: the new one loads while the old one's call still runs.</summary>
    public void Replace()
    {
        if (_current is not null)
        {
            _current.IsRetired = true;
            Add();
        }
    }

    /// <summary>It dies with all that was not answered; a call that ran may have done what it should.</summary>
    public void Die()
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Called is { } called && random(2) == 0)
            {
                Heard.Add(called);
            }
        }

        _entries.Clear();
        _refused.Clear();
        _current = null;
    }

    /// <summary>Something that was begun goes on.</summary>
    public void Step()
    {
        if (_refused.TryDequeue(out T? refused))
        {
            Answer(refused, false);
            return;
        }

        if (_entries.Count == 0)
        {
            return;
        }

        Entry entry = _entries[random(_entries.Count)];
        if (!entry.IsLoaded)
        {
            if (!entry.IsRetired)
            {
                entry.IsLoaded = true;
                Runs();
            }
        }
        else if (entry.Called is { } called)
        {
            // Of one that retires a call may be cut off, after it did what it should or before.
            bool cutOff = entry.IsRetired && random(3) == 0;
            entry.Called = null;
            if (!cutOff || random(2) == 0)
            {
                Heard.Add(called);
            }

            Answer(called, !cutOff);
        }
        else if (entry.Waiting.TryDequeue(out T? next))
        {
            if (entry.IsRetired && random(2) == 0)
            {
                Answer(next, false);
            }
            else
            {
                entry.Called = next;
            }
        }
        else if (entry.IsRetired)
        {
            _entries.Remove(entry);
        }
    }

    /// <summary>What happens next beside the telling: 4 a reload, 5 the host's death, 6 its start; else something that was begun goes on.</summary>
    public void Befall(int what)
    {
        switch (what)
        {
            case 4:
                Replace();
                break;
            case 5:
                Die();
                break;
            case 6:
                Start();
                break;
            default:
                Step();
                break;
        }
    }

    /// <summary>With a host that lives everything that was begun comes to its end.</summary>
    public void Settle()
    {
        Start();
        for (int i = 0; i < 10_000; i++)
        {
            Step();
        }
    }

    private void Add()
    {
        _current = new Entry();
        _entries.Add(_current);
    }
}
