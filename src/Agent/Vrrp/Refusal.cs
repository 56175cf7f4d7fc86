namespace HotStandby.Agent.Vrrp;

/// <summary>
/// What the kernel has refused, and until when it is not asked again. The pause is there because nothing is known to have changed: a new interface,
/// address or setting ends it (<see cref="NewChance"/>), also for an answer that was still on its way when that came. Pure.
/// </summary>
public sealed class Refusal
{
    /// <summary>How long the kernel is not asked again while nothing changes.</summary>
    public static readonly Duration Pause = Duration.FromSeconds(5);

    private MonotonicTime _until;
    private int _chances;
    private int _chancesWhenAsked;

    /// <summary>Why it was refused; null when it was not, or may be asked for again.</summary>
    public string? Problem { get; private set; }

    /// <summary>When <see cref="EndIfDue"/> ends the pause; <see cref="MonotonicTime.Never"/> while there is none.</summary>
    public MonotonicTime Until => Problem is null ? MonotonicTime.Never : _until;

    /// <summary>The kernel is being asked.</summary>
    public void Asked() => _chancesWhenAsked = _chances;

    /// <summary>It refused.</summary>
    /// <returns>False: what it judged has changed since it was asked, so it is asked again at once.</returns>
    public bool Refused(string problem, MonotonicTime now)
    {
        if (_chances != _chancesWhenAsked)
        {
            Problem = null;
            return false;
        }

        Problem = problem;
        _until = now + Pause;
        return true;
    }

    /// <summary>It did not refuse, or it is not asked for anything any more.</summary>
    public void End() => Problem = null;

    /// <summary>Something changed that may have been the reason.</summary>
    public void NewChance()
    {
        _chances++;
        Problem = null;
    }

    /// <returns>Whether the pause ended now.</returns>
    public bool EndIfDue(MonotonicTime now)
    {
        if (Problem is null || now < _until)
        {
            return false;
        }

        Problem = null;
        return true;
    }
}
