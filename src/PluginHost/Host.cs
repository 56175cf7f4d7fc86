using System.Collections.Concurrent;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Running;
using HotStandby.PluginHost.Streams;
using HotStandby.PluginHost.Verbs;

namespace HotStandby.PluginHost;

/// <summary>Carries out the core's messages one after the other, on a thread that may be held up by a plugin's load.</summary>
internal sealed class Host
{
    private readonly BlockingCollection<ToHost> _messages = [];
    private readonly EntrySet _entries;
    private readonly PluginCatalog _catalog;
    private readonly ConfigRenderer _renderer;
    private readonly EntryJudge _judge;
    private readonly CheckProbe _probe;
    private readonly Thread _thread;
    private bool _verb;

    public Host(Outbox outbox)
    {
        var calls = new OpenCalls(outbox);
        _entries = new EntrySet(outbox, calls);
        _catalog = new PluginCatalog(outbox, calls);
        _renderer = new ConfigRenderer(outbox, calls);
        _judge = new EntryJudge(outbox, calls);
        _probe = new CheckProbe(outbox, calls);
        _thread = new Thread(Work) { Name = "messages", IsBackground = true };
        _thread.Start();
    }

    public void Take(ToHost message)
    {
        _verb |= message is Describe or Judge or Render or Probe;
        _messages.Add(message);
    }

    /// <summary>
    /// Carries out what was taken, stops every plugin, and returns: at once when nothing is to be told, after the notifications' timeouts and
    /// at most <paramref name="limit"/> else. A plugin that does not let go is left behind; a verb is finished, for 30 s at most.
    /// </summary>
    public void Stop(TimeSpan limit)
    {
        _messages.CompleteAdding();
        if (_thread.Join(TimeSpan.FromSeconds(_verb ? 30 : 1)))
        {
            _entries.StopAll(limit);
        }
    }

    private void Work()
    {
        foreach (ToHost message in _messages.GetConsumingEnumerable())
        {
            switch (message)
            {
                case Configure configure:
                    _entries.Apply(configure);
                    break;
                case Notify notify:
                    _entries.Notify(notify);
                    break;
                case Release release:
                    _entries.Release(release);
                    break;
                case TellAlarm tell:
                    _entries.Tell(tell);
                    break;
                case Describe describe:
                    _catalog.Describe(describe);
                    break;
                case Judge judge:
                    _judge.Judge(judge);
                    break;
                case Render render:
                    _renderer.Render(render);
                    break;
                case Probe probe:
                    _probe.Probe(probe);
                    break;
            }
        }
    }
}
