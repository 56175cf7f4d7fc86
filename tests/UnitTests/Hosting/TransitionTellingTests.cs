using HotStandby.Abstractions;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Hosting;

/// <summary>The last thing a notifier hears of a virtual router is its newest state, whatever becomes of plugin hosts and entries meanwhile.</summary>
public class TransitionTellingTests
{
    private const string Id = "tell";

    private readonly List<Transition> _sent = [];
    private readonly List<Notified> _superseded = [];
    private readonly TransitionTelling _telling;

    public TransitionTellingTests() => _telling = new(
        (_, transition) =>
        {
            _sent.Add(transition);
            return true;
        },
        _superseded.Add);

    private static Transition To(RouterState state, long sequence, string router = "VI_1", bool replay = false) => new(
        sequence, router, 51, "eth0", RouterState.Backup, state, false, 100, [], null, "words", DateTimeOffset.UnixEpoch, replay);

    private static Notified Outcome(Transition transition, bool wasTold) => new(Id, transition.Sequence, Succeeded: wasTold, "", TimeSpan.Zero)
    {
        Kind = transition.Kind,
        VirtualRouter = transition.VirtualRouter,
        WasTold = wasTold,
    };

    [Fact]
    public void While_one_is_told_the_newest_waits_and_the_one_between_is_said_to_be_superseded()
    {
        _telling.Tell(Id, To(RouterState.Master, 1));
        _telling.Tell(Id, To(RouterState.Backup, 2));
        _telling.Tell(Id, To(RouterState.Fault, 3));
        Assert.Equal([2L], _superseded.Select(outcome => outcome.Sequence));
        _telling.Answered(Outcome(_sent[0], wasTold: true));
        Assert.Equal([1L, 3L], _sent.Select(transition => transition.Sequence));
    }

    [Fact]
    public void Virtual_routers_do_not_wait_for_each_other_though_replays_have_one_number()
    {
        _telling.Tell(Id, To(RouterState.Master, 7, "VI_1", replay: true));
        _telling.Tell(Id, To(RouterState.Master, 7, "VI_2", replay: true));
        _telling.Tell(Id, To(RouterState.Backup, 8, "VI_2"));
        _telling.Answered(Outcome(_sent[0], wasTold: true));
        Assert.Equal(2, _sent.Count);
        _telling.Answered(Outcome(_sent[1], wasTold: true));
        Assert.Equal(("VI_2", 8L), (_sent[2].VirtualRouter, _sent[2].Sequence));
    }

    [Fact]
    public void At_the_stop_what_waits_goes_out()
    {
        _telling.Tell(Id, To(RouterState.Master, 1));
        _telling.Tell(Id, To(RouterState.Backup, 2));
        _telling.Stopping();
        Assert.Equal([1L, 2L], _sent.Select(transition => transition.Sequence));
    }

    [Fact]
    public void Of_a_virtual_router_that_a_reload_removed_the_last_is_told_by_the_next_host()
    {
        _telling.Tell(Id, To(RouterState.Initialize, 1, "gone"));
        _telling.Tell(Id, To(RouterState.Backup, 2, "there"));
        _telling.HostReady((_, name) => name == "there");
        Assert.Equal(("gone", true), (_sent[^1].VirtualRouter, _sent[^1].Replay));
        Assert.Equal(3, _sent.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_any_order_of_answers_deaths_and_reloads_the_newest_state_is_heard_last(int seed)
    {
        for (int run = 0; run < 1000; run++)
        {
            string? broken = Run((seed * 100_000) + run);
            Assert.True(broken is null, broken);
        }
    }

    private static string? Run(int seed)
    {
        Random random = new(seed);
        TransitionTelling? telling = null;
        Transition? newest = null;
        ScriptedHosts<Transition> hosts = null!;
        hosts = new ScriptedHosts<Transition>(random.Next)
        {
            Answer = (transition, wasTold) => telling!.Answered(Outcome(transition, wasTold)),
            Runs = () => telling!.Runs(Id),
            Ready = () =>
            {
                telling!.HostReady((_, _) => true);
                if (newest is not null)
                {
                    telling.Tell(Id, newest with { Replay = true });
                }
            },
        };
        telling = new TransitionTelling((_, transition) => hosts.Send(transition), _ => { });
        RouterState[] states = [RouterState.Master, RouterState.Backup, RouterState.Fault];
        for (int i = 0; i < 60; i++)
        {
            int what = random.Next(12);
            switch (what)
            {
                case < 4:
                    newest = To(states[random.Next(3)], i + 1);
                    telling.Tell(Id, newest);
                    break;
                default:
                    hosts.Befall(what);
                    break;
            }
        }

        hosts.Settle();

        return !hosts.IsQuiet ? $"seed {seed}: it never comes to rest"
            : newest is null || hosts.Heard[^1].Sequence == newest.Sequence ? null
            : $"seed {seed}: heard last is {hosts.Heard[^1].Sequence} {hosts.Heard[^1].To}, the newest is {newest.Sequence} {newest.To}";
    }
}
