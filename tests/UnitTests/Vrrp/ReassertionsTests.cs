using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>Notifiers of a master that won are told again: once, when the loser has let go, and ever more rarely against one that never does.</summary>
public sealed class ReassertionsTests
{
    private static readonly Address Loser = Address.Parse("192.0.2.13");

    private readonly Reassertions _reassertions = new();

    /// <summary>When it is told, with the other heard at these times.</summary>
    private List<double> Told(IEnumerable<double> heard, double end)
    {
        List<double> told = [];
        Queue<double> rest = new(heard);
        while (true)
        {
            double due = _reassertions.NextDeadline == MonotonicTime.Never ? double.MaxValue : _reassertions.NextDeadline.Nanoseconds / 1e9;
            double next = Math.Min(due, rest.Count > 0 ? rest.Peek() : double.MaxValue);
            if (next > end)
            {
                return told;
            }

            if (rest.Count > 0 && rest.Peek() <= next)
            {
                _reassertions.Won(Loser, At(rest.Dequeue()));
            }

            if (_reassertions.TryTake(At(next), out Address loser))
            {
                Assert.Equal(Loser, loser);
                told.Add(next);
            }
        }
    }

    [Fact]
    public void A_split_that_ends_is_told_once_a_moment_later() => Assert.Equal([101.0], Told([100, 100.01, 100.5], 200));

    [Fact]
    public void Nothing_is_told_of_a_role_that_was_left_meanwhile()
    {
        _reassertions.Won(Loser, At(1));
        _reassertions.Stop();
        Assert.Equal(MonotonicTime.Never, _reassertions.NextDeadline);
        Assert.False(_reassertions.TryTake(At(5), out _));
    }

    [Fact]
    public void A_second_split_right_after_the_first_is_told_too_and_not_lost() => Assert.Equal([101.0, 111.0], Told([100, 103], 200));

    [Fact]
    public void A_peer_that_never_yields_is_told_of_ever_more_rarely()
    {
        List<double> told = Told(Enumerable.Range(0, 86_400).Select(second => (double)second), 86_400);
        Assert.InRange(told.Count, 20, 40);
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 10, $"{pair}"));
    }

    [Fact]
    public void After_a_quiet_time_it_is_told_at_once_again()
    {
        List<double> told = Told([.. Enumerable.Range(0, 300).Select(second => (double)second), 10_000], 20_000);
        Assert.Equal(10_001, told[^1]);
    }

    private static MonotonicTime At(double seconds) => new((long)Math.Round(seconds * 1e9));
}
