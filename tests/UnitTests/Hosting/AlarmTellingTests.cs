using HotStandby.Abstractions;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Hosting;

/// <summary>The end of an alarm reaches whoever heard its begin, though the plugin host dies in between.</summary>
public class AlarmTellingTests
{
    private readonly List<(string Id, Alarm Alarm)> _sent = [];
    private readonly AlarmTelling _telling;
    private bool _hostIsThere = true;

    public AlarmTellingTests() => _telling = new((id, alarm) =>
    {
        _sent.Add((id, alarm));
        return _hostIsThere;
    });

    private static Alarm Of(long sequence, bool began) =>
        new(sequence, "foreign-owner", "VI_1", "192.0.2.100", "words", began, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Replay: false);

    private void Answer(long sequence) => _telling.Answered(new AlarmTold("tell", sequence, Listens: true, Succeeded: true, "", TimeSpan.Zero));

    [Fact]
    public void What_was_answered_is_not_sent_again()
    {
        _telling.Tell("tell", Of(1, began: true));
        _telling.Tell("tell", Of(2, began: false));
        Answer(1);
        Answer(2);
        _telling.HostLeft();
        _telling.HostReady();
        Assert.Equal(2, _sent.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_end_that_the_host_died_with_or_that_no_host_took_is_sent_again(bool died)
    {
        _telling.Tell("tell", Of(1, began: true));
        Answer(1);
        _hostIsThere = died;
        _telling.Tell("tell", Of(2, began: false));
        _hostIsThere = true;
        if (died)
        {
            _telling.HostLeft();
        }

        _telling.HostReady();
        _telling.HostReady();
        (_, Alarm again) = Assert.Single(_sent, one => one.Alarm.Replay);
        Assert.Equal((2L, false), (again.Sequence, again.Began));
    }

    [Fact]
    public void Of_an_alarm_that_nobody_heard_begin_the_end_is_not_told()
    {
        _hostIsThere = false;
        _telling.Tell("tell", Of(1, began: true));
        _telling.Tell("tell", Of(2, began: false));
        _hostIsThere = true;
        _telling.HostReady();
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public void A_host_that_stays_away_costs_bounded_memory()
    {
        _hostIsThere = false;
        for (int i = 1; i <= AlarmTelling.Room + 100; i++)
        {
            _telling.Tell("tell", Of(i, began: false));
        }

        _hostIsThere = true;
        int before = _sent.Count;
        _telling.HostReady();
        Assert.Equal(AlarmTelling.Room, _sent.Count - before);
        Assert.Equal(AlarmTelling.Room + 100L, _sent[^1].Alarm.Sequence);
    }
}
