using System.Diagnostics;

namespace HotStandby.EndToEndTests.Linux;

/// <summary>Waits for a condition, with a bound that only a broken build reaches.</summary>
internal static class Wait
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(15);

    public static void Until(Func<bool> condition, string what)
    {
        Stopwatch stopwatch = Stopwatch.StartNew();
        while (!condition())
        {
            if (stopwatch.Elapsed > Bound)
            {
                Assert.Fail($"Not within {Bound.TotalSeconds} s: {what}.");
            }

            Thread.Sleep(5);
        }
    }
}
