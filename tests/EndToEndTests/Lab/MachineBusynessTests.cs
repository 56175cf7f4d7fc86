using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Lab;

/// <summary>On a clock of its own: a nap takes as long as the test says.</summary>
public sealed class MachineBusynessTests : IDisposable
{
    private readonly Queue<TimeSpan> _naps = new([TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(181), TimeSpan.FromMilliseconds(40)]);
    private readonly ManualResetEventSlim _over = new();
    private long _now;

    public void Dispose() => _over.Dispose();

    [Fact]
    public void The_longest_wait_is_kept_until_it_is_asked_for()
    {
        using var busyness = new MachineBusyness(() => new MonotonicTime(_now), nap =>
        {
            if (_naps.TryDequeue(out TimeSpan took))
            {
                _now += (long)took.TotalNanoseconds;
                return;
            }

            _now += (long)nap.TotalNanoseconds;
            _over.Set();
            Thread.Yield();
        });
        Assert.True(_over.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(Duration.FromMilliseconds(180), busyness.TakeWorst());
        Assert.Equal(Duration.Zero, busyness.TakeWorst());
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(1000, 250)]
    public void What_is_too_busy_depends_on_the_shortest_interval(int interval, int limit) =>
        Assert.Equal(Duration.FromMilliseconds(limit), MachineBusyness.Limit(Duration.FromMilliseconds(interval)));
}
