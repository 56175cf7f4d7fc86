using System.Diagnostics;

namespace HotStandby.PluginTests.Support;

/// <summary>Waits for conditions; the bound is for a broken build on a busy machine, not a measure.</summary>
internal static class Wait
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Bound, $"waited {Bound.TotalSeconds} s in vain for: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
