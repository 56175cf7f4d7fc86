using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>When good answers came and from whom. One thread writes, any thread reads.</summary>
internal sealed class AnswerLog
{
    private readonly Lock _lock = new();
    private readonly List<ProbeAnswer> _answers = new(1 << 16);

    /// <summary>Times must not go backwards.</summary>
    public void Add(MonotonicTime at, string responder)
    {
        lock (_lock)
        {
            _answers.Add(new ProbeAnswer(at, responder));
        }
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _answers.Count;
            }
        }
    }

    public ProbeAnswer? Last
    {
        get
        {
            lock (_lock)
            {
                return _answers.Count == 0 ? null : _answers[^1];
            }
        }
    }

    /// <summary>Answers from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public IReadOnlyList<ProbeAnswer> Between(MonotonicTime from, MonotonicTime to)
    {
        lock (_lock)
        {
            return _answers[FirstAfter(from, including: true)..Math.Max(FirstAfter(from, including: true), FirstAfter(to, including: false))];
        }
    }

    /// <summary>
    /// The longest time without an answer in the window. The answer before the window and the window's end count as its edges, so a gap that
    /// is still open counts in full; without any answer before the window, the window's begin is the edge.
    /// </summary>
    public AnswerGap LongestGap(MonotonicTime from, MonotonicTime to)
    {
        lock (_lock)
        {
            int next = FirstAfter(from, including: false);
            ProbeAnswer? before = next > 0 ? _answers[next - 1] : null;
            MonotonicTime edge = before?.At ?? from;
            var longest = new AnswerGap(edge, edge, before?.Responder, null);
            for (; next < _answers.Count && _answers[next].At <= to; next++)
            {
                Consider(_answers[next].At, _answers[next].Responder);
                before = _answers[next];
                edge = before.Value.At;
            }

            Consider(to, null);
            return longest;

            void Consider(MonotonicTime end, string? after)
            {
                if (end - edge > longest.Length)
                {
                    longest = new AnswerGap(edge, end, before?.Responder, after);
                }
            }
        }
    }

    private int FirstAfter(MonotonicTime time, bool including)
    {
        int low = 0;
        int high = _answers.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_answers[middle].At < time || (!including && _answers[middle].At == time))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}

/// <summary>A good answer.</summary>
/// <param name="Responder">The body's first line: the node's name in the lab.</param>
internal readonly record struct ProbeAnswer(MonotonicTime At, string Responder);

/// <summary>A time without answers.</summary>
/// <param name="Before">Who answered last before it; null when nobody had.</param>
/// <param name="After">Who answered first after it; null when the window ended first.</param>
internal readonly record struct AnswerGap(MonotonicTime Start, MonotonicTime End, string? Before, string? After)
{
    public Duration Length => End - Start;
}
