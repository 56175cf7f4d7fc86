using System.Collections.Concurrent;
using HotStandby.Agent.Linux;

namespace HotStandby.Agent.Loop;

/// <summary>The one way into the protocol thread from outside: a queue and an eventfd that wakes it.</summary>
public sealed class Mailbox : IDisposable
{
    private readonly ConcurrentQueue<LoopMessage> _messages = new();
    private readonly Wakeup _wakeup = new();

    public int Descriptor => _wakeup.Descriptor;

    /// <summary>From any thread; never blocks.</summary>
    public void Post(LoopMessage message)
    {
        _messages.Enqueue(message);
        _wakeup.Signal();
    }

    /// <summary>Wakes the protocol thread for another turn without a message.</summary>
    public void Nudge() => _wakeup.Signal();

    /// <summary>Quiets the descriptor; call before taking messages.</summary>
    public void Acknowledge() => _wakeup.Acknowledge();

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LoopMessage? message) => _messages.TryDequeue(out message);

    public void Dispose() => _wakeup.Dispose();
}
