using System.Diagnostics;

namespace HotStandby.PluginHost.Running;

/// <summary>Lets a burst of ten through at once and then one every 20 ms: enough for any real check, too little to flood the core.</summary>
internal sealed class Throttle
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private const double Burst = 10;

    private double _tokens = Burst;
    private long _at = Stopwatch.GetTimestamp();

    public bool TryPass()
    {
        long now = Stopwatch.GetTimestamp();
        _tokens = Math.Min(Burst, _tokens + (Stopwatch.GetElapsedTime(_at, now) / Pause));
        _at = now;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
