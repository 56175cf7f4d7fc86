using System.Diagnostics;

namespace HotStandby.EndToEndTests.Lab;

/// <summary>Waits for conditions with a bound, never for a time alone.</summary>
internal static class Wait
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static void Until(Func<bool> condition, string what)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < Bound, $"Waited {Bound.TotalSeconds} s in vain for {what}.");
            Thread.Sleep(5);
        }
    }
}
