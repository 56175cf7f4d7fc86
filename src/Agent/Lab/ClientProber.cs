using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>
/// A client that asks a virtual address all the time: a new TCP connection with a small HTTP/1.0 request every millisecond, each given up
/// after 100 ms, so that a way that opens again is seen within about a millisecond and never hidden behind TCP's retransmissions. It runs
/// on a thread of its own inside the client's network namespace, real-time if the kernel lets it.
/// </summary>
internal sealed class ClientProber : IDisposable
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(1);

    private readonly string _networkNamespace;
    private readonly ProbeConnections _connections;
    private readonly Duration _interval;
    private Thread? _thread;
    private volatile bool _stop;
    private volatile Exception? _failure;

    /// <param name="networkNamespace">The client's.</param>
    /// <param name="target">What it asks.</param>
    /// <param name="responders">Names that are expected in answers; others are recorded too.</param>
    /// <param name="interval">Between two probes; 1 ms when null.</param>
    public ClientProber(string networkNamespace, ProbeTarget target, IReadOnlyList<string> responders, TimeSpan? interval = null)
    {
        _networkNamespace = networkNamespace;
        Target = target;
        _interval = Duration.From(interval ?? DefaultInterval);
        _connections = new ProbeConnections(target, responders, Answers);
    }

    public ProbeTarget Target { get; }

    /// <summary>Every good answer since <see cref="Start"/>.</summary>
    public AnswerLog Answers { get; } = new();

    /// <summary>Probes begun since <see cref="Start"/>.</summary>
    public long Probes => _connections.Started;

    /// <summary>A point in time to give to <see cref="LongestGap"/>.</summary>
    public static MonotonicTime Mark() => LabClock.Now;

    /// <summary>Starts asking.</summary>
    public void Start()
    {
        if (_thread is not null)
        {
            throw new InvalidOperationException("The prober was started before.");
        }

        _thread = new Thread(Probe) { IsBackground = true, Name = "prober" };
        _thread.Start();
    }

    /// <summary>See <see cref="AnswerLog.LongestGap"/>.</summary>
    /// <exception cref="LabException">The prober itself failed.</exception>
    public AnswerGap LongestGap(MonotonicTime from, MonotonicTime to)
    {
        ThrowIfFailed();
        return Answers.LongestGap(from, to);
    }

    /// <summary>Who answered last, and how long ago; null when nobody ever did.</summary>
    public (string Responder, Duration Age)? LastAnswer()
    {
        ThrowIfFailed();
        return Answers.Last is ProbeAnswer last ? (last.Responder, LabClock.Now - last.At) : null;
    }

    /// <summary>Stops asking; the answers stay readable.</summary>
    public void Dispose()
    {
        _stop = true;
        _thread?.Join();
    }

    private void ThrowIfFailed()
    {
        if (_failure is Exception failure)
        {
            throw new LabException($"The client's prober failed: {failure.Message}", failure);
        }
    }

    private void Probe()
    {
        try
        {
            NetworkNamespace.EnterForever(_networkNamespace);

            // Best effort: without the right to it, the prober is just noisier, and the lab reports its noise.
            _ = LabLibC.SetScheduler(0, LabLibC.SchedFifo, 1);
            using (_connections)
            {
                MonotonicTime next = LabClock.Now;
                while (!_stop)
                {
                    MonotonicTime now = LabClock.Now;
                    if (now >= next)
                    {
                        _connections.Begin(now);

                        // Missed ticks are not made up for: a burst would tell nothing that one probe does not.
                        next = next + _interval > now ? next + _interval : now + _interval;
                    }

                    _connections.GiveUpOld(now);
                    _connections.Serve(next);
                }
            }
        }
#pragma warning disable CA1031 // Reported by ThrowIfFailed on the reader's thread.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
        }
    }
}
