using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>What lasts is told once at its begin and once at its end, whatever is thrown at it.</summary>
public class StandingAlarmsTests
{
    private static readonly Duration Holds = Duration.FromSeconds(8);

    private readonly StandingAlarms _alarms = new();
    private readonly ActionBuffer _actions = new();

    [Fact]
    public void What_is_seen_again_and_again_begins_once_and_ends_when_it_is_not_seen_any_more()
    {
        See(At(0), Peer(1));
        See(At(5), Peer(1));
        See(At(10), Peer(1));
        Assert.Equal([RouterActionKind.AlarmBegan], Told());
        Assert.Equal(At(18), _alarms.NextDeadline);
        StandingAlarm alarm = Assert.Single(_alarms.Standing);
        Assert.Equal((At(0), At(10), 3L), (alarm.Since, alarm.LastSeen, alarm.Times));

        _alarms.Expire(At(17.9), _actions);
        Assert.True(_alarms.Stands(AlarmCode.DeafPeer, Peer(1)));
        _alarms.Expire(At(18), _actions);
        Assert.Equal([RouterActionKind.AlarmBegan, RouterActionKind.AlarmEnded], Told());
        Assert.Empty(_alarms.Standing);
        Assert.Equal(MonotonicTime.Never, _alarms.NextDeadline);
    }

    [Fact]
    public void One_that_holds_for_ever_stands_until_it_is_ended()
    {
        _alarms.Begin(AlarmCode.DeafPeer, default, "It is so.", holds: null, At(0), _actions);
        _alarms.Expire(At(1_000_000), _actions);
        Assert.True(_alarms.Stands(AlarmCode.DeafPeer));
        _alarms.End(AlarmCode.DeafPeer, default, "It was mended.", _actions);
        Assert.False(_alarms.Stands(AlarmCode.DeafPeer));
        Assert.Equal("It was mended.", _actions[1].Sentence);
        _alarms.End(AlarmCode.DeafPeer, default, "It was mended.", _actions);
        Assert.Equal(2, _actions.Count);
    }

    [Fact]
    public void Another_cause_of_what_keeps_a_node_from_serving_is_told_and_the_same_again_is_not()
    {
        _alarms.Begin(AlarmCode.CannotServe, default, "eth0 is down", holds: null, At(0), _actions);
        _alarms.Begin(AlarmCode.CannotServe, default, "eth0 is down", holds: null, At(1), _actions);
        _alarms.Begin(AlarmCode.CannotServe, default, "eth0 does not exist", holds: null, At(2), _actions);
        Assert.Equal([RouterActionKind.AlarmBegan, RouterActionKind.AlarmBegan], Told());
        Assert.Equal(("eth0 does not exist", At(0)), (_actions[1].Sentence, _actions[1].Since));

        // What others send could change it as often as they like.
        _actions.Clear();
        _alarms.Begin(AlarmCode.AddressListDiffers, default, "one", holds: null, At(3), _actions);
        _alarms.Begin(AlarmCode.AddressListDiffers, default, "other", holds: null, At(4), _actions);
        Assert.Equal([RouterActionKind.AlarmBegan], Told());
    }

    [Fact]
    public void When_nobody_looks_any_more_every_one_ends_with_what_it_was_about_and_when_it_began()
    {
        See(At(0), Peer(1));
        See(At(5), Peer(2));
        _actions.Clear();
        _alarms.EndAll("Stopped.", _actions);
        Assert.Empty(_alarms.Standing);
        Assert.Equal([RouterActionKind.AlarmEnded, RouterActionKind.AlarmEnded], Told());
        Assert.Equal([(Peer(2), At(5)), (Peer(1), At(0))], _actions.AsSpan().ToArray().Select(action => (action.About, action.Since)));
    }

    [Fact]
    public void Of_one_kind_only_some_are_kept_and_they_hide_no_other()
    {
        for (int i = 0; i < 200; i++)
        {
            See(At(0), Peer(i));
        }

        _alarms.Begin(AlarmCode.AddressListDiffers, Peer(7), "The files differ.", Holds, At(0), _actions);
        Assert.Equal(StandingAlarms.MostOfOneCode + 1, _alarms.Standing.Count);
        Assert.True(_alarms.Stands(AlarmCode.AddressListDiffers, Peer(7)));
    }

    [Fact]
    public void What_comes_and_goes_all_the_time_fills_no_journal_and_every_end_that_is_told_was_begun()
    {
        for (int i = 0; i < 10_000; i++)
        {
            MonotonicTime now = At(i / 10.0);
            See(now, Peer(i));
            _alarms.End(AlarmCode.DeafPeer, Peer(i), "It is over.", _actions);
        }

        RouterActionKind[] told = Told();
        Assert.InRange(told.Length, 2, 2 * (16 + (1000 / 10) + 1));
        Assert.All(told.Chunk(2), pair => Assert.Equal([RouterActionKind.AlarmBegan, RouterActionKind.AlarmEnded], pair));
    }

    [Fact]
    public void Who_forges_packets_keeps_nothing_about_this_machine_from_being_kept_and_told()
    {
        AlarmCode[] forged = [.. Enum.GetValues<AlarmCode>().Where(code => code != AlarmCode.None && !AlarmCodes.IsOfThisNode(code))];
        for (int i = 0; i < 200; i++)
        {
            _alarms.Begin(forged[i % forged.Length], Peer(i), "Forged.", Holds, At(0), _actions);
        }

        _actions.Clear();
        _alarms.Begin(AlarmCode.CannotServe, default, "The interface is gone.", holds: null, At(1), _actions);
        Assert.Equal([RouterActionKind.AlarmBegan], Told());
        Assert.True(_alarms.Stands(AlarmCode.CannotServe));
    }

    [Fact]
    public void After_the_end_of_all_none_begins_until_somebody_looks_again()
    {
        See(At(0), Peer(1));
        _alarms.EndAll("Stopped.", _actions);
        See(At(1), Peer(2));
        Assert.Equal([RouterActionKind.AlarmBegan, RouterActionKind.AlarmEnded], Told());
        Assert.Empty(_alarms.Standing);
        _alarms.Open();
        See(At(2), Peer(2));
        Assert.True(_alarms.Stands(AlarmCode.DeafPeer, Peer(2)));
    }

    [Fact]
    public void What_is_only_seen_again_allocates_nothing()
    {
        See(At(0), Peer(1));
        AlarmAbout peer = Peer(1);

        // The first round is the runtime's: what it allocates for code that has not run yet depends on which tests came before.
        long before = 0;
        for (int i = 0; i < 1000; i++)
        {
            before = i == 1 ? GC.GetAllocatedBytesForCurrentThread() : before;
            Assert.True(_alarms.Again(AlarmCode.DeafPeer, peer, At(0)));
            _alarms.Expire(At(1), _actions);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static AlarmAbout Peer(int number) => new(Address.Parse($"192.0.2.{number % 250}"), MacAddress.Read([2, 0, 0, 0, (byte)(number >> 8), (byte)number]));

    private static MonotonicTime At(double seconds) => new((long)(seconds * 1e9));

    private RouterActionKind[] Told() => [.. _actions.AsSpan().ToArray().Select(action => action.Kind)];

    private void See(MonotonicTime now, AlarmAbout peer)
    {
        if (!_alarms.Again(AlarmCode.DeafPeer, peer, now))
        {
            _alarms.Begin(AlarmCode.DeafPeer, peer, "It does not hear this node.", Holds, now, _actions);
        }
    }
}
