using System.Runtime.InteropServices;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>
/// The prober's connections in flight, by raw non-blocking sockets and ppoll(2): no allocation per probe. All calls come from one thread,
/// which must be in the client's network namespace.
/// </summary>
internal sealed unsafe class ProbeConnections : IDisposable
{
    /// <summary>More than begin within <see cref="Patience"/> at 1 ms, so that there is always a free place.</summary>
    private const int Places = 128;

    private const int BufferLength = 1024;

    private static readonly Duration Patience = Duration.FromMilliseconds(100);

    private readonly byte[] _address;
    private readonly byte[] _request;
    private readonly int _family;
    private readonly IReadOnlyList<string> _responders;
    private readonly AnswerLog _answers;
    private readonly LabLibC.PollDescriptor[] _polled = GC.AllocateArray<LabLibC.PollDescriptor>(Places, pinned: true);
    private readonly byte[] _buffers = GC.AllocateArray<byte>(Places * BufferLength, pinned: true);
    private readonly Connection[] _connections = new Connection[Places];
    private int _count;
    private long _started;

    public ProbeConnections(ProbeTarget target, IReadOnlyList<string> responders, AnswerLog answers)
    {
        _address = target.SocketAddress();
        _request = target.Request();
        _family = target.Address.IsIPv6 ? LabLibC.InterNetworkV6 : LabLibC.InterNetwork;
        _responders = responders;
        _answers = answers;
        for (int place = 0; place < Places; place++)
        {
            _connections[place].Buffer = place * BufferLength;
        }
    }

    public long Started => Interlocked.Read(ref _started);

    /// <summary>Begins a probe. One that fails at once (no route, no buffer) is simply one without an answer.</summary>
    public void Begin(MonotonicTime now)
    {
        if (_count == Places)
        {
            End(Oldest());
        }

        Interlocked.Increment(ref _started);
        int descriptor = LabLibC.OpenSocket(_family, LabLibC.StreamSocket | LabLibC.NonBlocking | LabLibC.CloseOnExec, 0);
        if (descriptor < 0)
        {
            throw new LabException($"Can't open a socket: {LabLibC.LastError()}.");
        }

        var linger = new LabLibC.Linger { On = 1, Seconds = 0 };
        _ = LabLibC.SetSocketOption(descriptor, LabLibC.SocketLevel, LabLibC.LingerOption, &linger, (uint)sizeof(LabLibC.Linger));
        int result;
        fixed (byte* address = _address)
        {
            result = LabLibC.Connect(descriptor, address, (uint)_address.Length);
        }

        if (result != 0 && Marshal.GetLastPInvokeError() != LabLibC.InProgress)
        {
            _ = LabLibC.Close(descriptor);
            return;
        }

        _polled[_count] = new LabLibC.PollDescriptor { Descriptor = descriptor, Events = LabLibC.PollOut };
        _connections[_count].Begun = now;
        _connections[_count].Received = 0;
        _count++;
    }

    /// <summary>Drops probes that got no answer in time.</summary>
    public void GiveUpOld(MonotonicTime now)
    {
        for (int index = _count - 1; index >= 0; index--)
        {
            if (now - _connections[index].Begun > Patience)
            {
                End(index);
            }
        }
    }

    /// <summary>Waits for the kernel until <paramref name="until"/> at the longest and handles what is ready, once.</summary>
    public void Serve(MonotonicTime until)
    {
        long left = Math.Max(0, (until - LabClock.Now).Nanoseconds);
        var timeout = new LabLibC.TimeSpecification { Seconds = left / 1_000_000_000, Nanoseconds = left % 1_000_000_000 };
        int ready;
        fixed (LabLibC.PollDescriptor* polled = _polled)
        {
            ready = LabLibC.Poll(polled, (nuint)_count, timeout, 0);
        }

        if (ready <= 0)
        {
            return;
        }

        // Backwards: End moves the last one, already handled, into the gap.
        for (int index = _count - 1; index >= 0; index--)
        {
            short events = _polled[index].Returned;
            if (events == 0)
            {
                continue;
            }

            bool goesOn = _polled[index].Events == LabLibC.PollOut && (events & ~LabLibC.PollOut) == 0 ? Ask(index) : Read(index);
            if (!goesOn)
            {
                End(index);
            }
        }
    }

    public void Dispose()
    {
        while (_count > 0)
        {
            End(_count - 1);
        }
    }

    private bool Ask(int index)
    {
        nint sent;
        fixed (byte* request = _request)
        {
            sent = LabLibC.Send(_polled[index].Descriptor, request, (nuint)_request.Length, LabLibC.NoSignal);
        }

        _polled[index].Events = LabLibC.PollIn;
        return sent == _request.Length;
    }

    private bool Read(int index)
    {
        ref Connection connection = ref _connections[index];
        nint received;
        fixed (byte* buffer = _buffers)
        {
            received = LabLibC.Receive(
                _polled[index].Descriptor,
                buffer + connection.Buffer + connection.Received,
                (nuint)(BufferLength - connection.Received),
                0);
        }

        if (received <= 0)
        {
            return received < 0 && Marshal.GetLastPInvokeError() == LabLibC.TryAgain;
        }

        connection.Received += (int)received;
        if (ProbeAnswerParser.TryRead(_buffers.AsSpan(connection.Buffer, connection.Received), out ReadOnlySpan<byte> body))
        {
            _answers.Add(LabClock.Now, ProbeAnswerParser.Name(body, _responders));
            return false;
        }

        return connection.Received < BufferLength;
    }

    private void End(int index)
    {
        _ = LabLibC.Close(_polled[index].Descriptor);
        _count--;
        if (index != _count)
        {
            _polled[index] = _polled[_count];
            (_connections[index], _connections[_count]) = (_connections[_count], _connections[index]);
        }
    }

    private int Oldest()
    {
        int oldest = 0;
        for (int index = 1; index < _count; index++)
        {
            if (_connections[index].Begun < _connections[oldest].Begun)
            {
                oldest = index;
            }
        }

        return oldest;
    }

    private struct Connection
    {
        public MonotonicTime Begun;
        public int Buffer;
        public int Received;
    }
}
