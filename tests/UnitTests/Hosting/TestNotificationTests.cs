using HotStandby.Abstractions;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Hosting;

namespace HotStandby.UnitTests.Hosting;

/// <summary>Nothing that a test says may be taken for a real virtual router's transition.</summary>
public class TestNotificationTests
{
    [Theory]
    [InlineData("master", RouterState.Master, false)]
    [InlineData("backup", RouterState.Backup, false)]
    [InlineData("fault", RouterState.Fault, false)]
    [InlineData("stop", RouterState.Initialize, true)]
    public void It_is_marked_in_every_way_there_is(string state, RouterState to, bool stopping)
    {
        Transition told = TestNotification.Of(state, DateTimeOffset.UnixEpoch);

        Assert.Equal((to, to, stopping), (told.From, told.To, told.Stopping));
        Assert.True(told.Replay);
        Assert.Equal(0, told.Sequence);
        Assert.Empty(told.Addresses);
        Assert.Null(told.Peer);
        Assert.StartsWith("a test by ", told.Reason, StringComparison.Ordinal);
        Assert.DoesNotMatch(Names.Id.Pattern!, told.VirtualRouter);
    }

    [Fact]
    public void An_alarm_is_marked_too()
    {
        Alarm told = TestNotification.OfAlarm(DateTimeOffset.UnixEpoch);

        Assert.True(told.Replay);
        Assert.Equal(0, told.Sequence);
        Assert.StartsWith("a test by ", told.Sentence, StringComparison.Ordinal);
        Assert.DoesNotMatch(Names.Id.Pattern!, told.VirtualRouter);
    }

    [Fact]
    public void The_states_are_those_of_the_option() => Assert.Equal(["master", "backup", "fault", "stop", "alarm"], TestNotification.States);
}
