using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>A deadline that nobody meets is found, told once, and does not turn the loop.</summary>
public class DeadlineWatchTests
{
    private static readonly MonotonicTime Start = new(1_000_000_000_000);
    private static readonly Duration Turn = new(20_000);

    /// <summary>A loop whose turns take no longer than <see cref="Turn"/>, for so long; returns its turns.</summary>
    private static int Turns(DeadlineWatch watch, Func<MonotonicTime, MonotonicTime> deadline, Duration length)
    {
        int turns = 0;
        for (MonotonicTime now = Start; now < Start + length; turns++)
        {
            MonotonicTime next = watch.Judge(DeadlineOf.Addresses, deadline(now), now);
            now = MonotonicTime.Max(now, next) + Turn;
        }

        return turns;
    }

    [Fact]
    public void A_deadline_that_stays_in_the_past_turns_the_loop_about_once_a_second()
    {
        DeadlineWatch watch = new();
        Assert.InRange(Turns(watch, _ => Start - Turn, Duration.FromSeconds(60)), 60, 75);
        Assert.Equal(1, watch.Faults);
    }

    [Fact]
    public void It_is_told_once_and_by_its_name()
    {
        DeadlineWatch watch = new();
        watch.Judge(DeadlineOf.Routes, Start, Start);
        Assert.False(watch.AnyUnmet);
        Assert.False(watch.TryTakeFault(out _));
        for (int i = 0; i < 10; i++)
        {
            watch.Judge(DeadlineOf.Routes, Start, Start + Turn);
        }

        Assert.True(watch.TryTakeFault(out DeadlineOf part));
        Assert.Equal(DeadlineOf.Routes, part);
        Assert.False(watch.TryTakeFault(out _));
        Assert.True(watch.AnyUnmet);
        watch.Judge(DeadlineOf.Routes, Start + Turn + Turn, Start + Turn);
        Assert.False(watch.AnyUnmet);
    }

    [Fact]
    public void What_came_up_in_a_turn_is_met_by_the_next_and_is_no_fault()
    {
        DeadlineWatch watch = new();
        bool past = false;
        Turns(watch, now => (past = !past) ? now : now + Turn, Duration.FromMilliseconds(10));
        Assert.Equal(0, watch.Faults);
        Assert.Equal(Start, watch.Judge(DeadlineOf.Timers, Start, Start));
    }

    [Fact]
    public void One_that_is_lost_makes_no_other_late()
    {
        DeadlineWatch watch = new();
        MonotonicTime advert = Start + Duration.FromMilliseconds(10);
        for (int i = 0; i < 5; i++)
        {
            watch.Judge(DeadlineOf.Claims, Start - Turn, Start);
            Assert.Equal(advert, watch.Judge(DeadlineOf.Timers, advert, Start));
        }

        Assert.Equal(1, watch.Faults);
    }

    [Fact]
    public void One_that_waits_for_nothing_is_none() =>
        Assert.Equal(MonotonicTime.Never, new DeadlineWatch().Judge(DeadlineOf.Timers, MonotonicTime.Never, Start));
}
