using HotStandby.Abstractions;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Hosting;

/// <summary>A notifier hears of every alarm's begin and then of its end, whatever becomes of plugin hosts and entries meanwhile.</summary>
public class AlarmTellingTests
{
    private const string Id = "tell";

    private readonly List<Alarm> _sent = [];
    private readonly List<string> _warned = [];
    private readonly AlarmTelling _telling;
    private bool _hostIsThere = true;

    public AlarmTellingTests() => _telling = new(
        (_, alarm) =>
        {
            if (_hostIsThere)
            {
                _sent.Add(alarm);
            }

            return _hostIsThere;
        },
        _warned.Add);

    private static Alarm Of(long sequence, bool began, string about = "192.0.2.100", bool replay = false) =>
        new(sequence, "foreign-owner", "VI_1", about, "words", began, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, replay);

    private static AlarmTold Outcome(long sequence, bool wasTold) =>
        new(Id, sequence, Listens: true, Succeeded: wasTold, "", TimeSpan.Zero) { WasTold = wasTold };

    private void Tell(Alarm alarm) => _telling.Tell(alarm, [Id]);

    private void Answer(long sequence, bool wasTold = true) => _telling.Answered(Outcome(sequence, wasTold));

    private long[] Sent => [.. _sent.Select(alarm => alarm.Sequence)];

    [Fact]
    public void An_end_waits_until_its_begin_is_answered()
    {
        Tell(Of(1, began: true));
        Tell(Of(2, began: false));
        Assert.Equal([1], Sent);
        Answer(1);
        Assert.Equal([1, 2], Sent);
    }

    [Fact]
    public void What_was_answered_is_not_sent_again()
    {
        Tell(Of(1, began: true));
        Tell(Of(2, began: false));
        Answer(1);
        Answer(2);
        _telling.HostReady();
        _telling.Runs(Id);
        Assert.Equal(2, _sent.Count);
    }

    [Fact]
    public void What_a_host_died_with_is_sent_again_as_a_replay_and_what_no_host_took_as_it_is()
    {
        Tell(Of(1, began: true));
        _hostIsThere = false;
        Tell(Of(2, began: false));
        _hostIsThere = true;
        _telling.HostReady();
        Answer(1);
        Answer(2);
        Assert.Equal([(1L, false), (1L, true), (2L, false)], _sent.Select(alarm => (alarm.Sequence, alarm.Replay)));
    }

    [Fact]
    public void What_a_retiring_entry_did_not_tell_goes_to_the_one_that_runs_and_not_round_and_round()
    {
        Tell(Of(1, began: true));
        _telling.Runs(Id);
        Answer(1, wasTold: false);
        Assert.Equal([1, 1], Sent);
        Answer(1, wasTold: false);
        Tell(Of(2, began: false));
        Assert.Equal([1, 1], Sent);
        _telling.Runs(Id);
        Answer(1);
        Assert.Equal([1, 1, 1, 2], Sent);
    }

    [Fact]
    public void An_end_goes_to_whoever_heard_the_begin_and_to_nobody_else()
    {
        _telling.Tell(Of(1, began: true), [Id]);
        Answer(1);
        _telling.Tell(Of(2, began: false), ["another"]);
        Answer(2);
        _telling.Tell(Of(3, began: false), [Id]);
        Assert.Equal([1, 2], Sent);
    }

    [Fact]
    public void An_entry_that_leaves_the_file_is_told_nothing_more()
    {
        Tell(Of(1, began: true));
        _telling.Configured(["another"]);
        Tell(Of(2, began: false));
        _telling.HostReady();
        Assert.Equal([1], Sent);
    }

    [Fact]
    public void At_the_stop_all_goes_out_in_its_order()
    {
        Tell(Of(1, began: true));
        Tell(Of(2, began: false));
        Tell(Of(3, began: true));
        _telling.Stopping();
        Assert.Equal([1, 2, 3], Sent);
    }

    [Fact]
    public void A_host_that_stays_away_costs_bounded_memory_and_what_is_given_up_is_known()
    {
        Tell(Of(1, began: true));
        Answer(1);
        _hostIsThere = false;
        Tell(Of(2, began: false));
        for (int i = 3; i <= AlarmTelling.Room + 100; i++)
        {
            Tell(Of(i, began: i % 2 == 1));
        }

        _hostIsThere = true;
        _sent.Clear();
        _telling.HostReady();
        for (int at = 0; at < _sent.Count; at++)
        {
            Answer(_sent[at].Sequence);
        }

        // The end of what was heard is among them, and every other end comes after its begin.
        Assert.Equal((2L, AlarmTelling.Room - 1), (_sent[0].Sequence, _sent.Count));
        Assert.Equal(_sent.Skip(1).Select((_, i) => i % 2 == 0), _sent.Skip(1).Select(alarm => alarm.Began));
        Assert.Equal(AlarmTelling.Room + 100 - 1 - _sent.Count, _telling.GivenUp);
        Assert.Single(_warned);
    }

    /// <summary>Hosts that die, entries that a reload replaces while their calls run, hosts that retire, alarms that come, go and are replayed: in any order.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void In_any_order_of_answers_deaths_and_reloads_each_begin_is_heard_before_its_end(int seed)
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
        AlarmTelling? telling = null;
        Dictionary<string, Alarm> standing = [];
        long sequence = 0;
        ScriptedHosts<Alarm> hosts = null!;
        hosts = new ScriptedHosts<Alarm>(random.Next)
        {
            Answer = (alarm, wasTold) => telling!.Answered(Outcome(alarm.Sequence, wasTold)),
            Runs = () => telling!.Runs(Id),
            Ready = () =>
            {
                telling!.HostReady();
                foreach (Alarm alarm in standing.Values)
                {
                    telling.Tell(alarm with { Sequence = ++sequence, Replay = true }, [Id]);
                }
            },
        };
        telling = new AlarmTelling((_, alarm) => hosts.Send(alarm), _ => { });
        List<Alarm> happened = [];
        List<string> steps = [];
        for (int i = 0; i < 60; i++)
        {
            int what = random.Next(12);
            steps.Add(what switch { < 4 => "alarm", 4 => "replace", 5 => "die", 6 => "start", _ => "step" });
            switch (what)
            {
                case < 4:
                    string about = $"{random.Next(2)}";
                    bool began = !standing.Remove(about);
                    Alarm alarm = Of(++sequence, began, about) with { Since = DateTimeOffset.UnixEpoch.AddSeconds(i) };
                    if (began)
                    {
                        standing.Add(about, alarm);
                    }

                    happened.Add(alarm);
                    telling.Tell(alarm, [Id]);
                    break;
                default:
                    hosts.Befall(what);
                    break;
            }
        }

        hosts.Settle();

        string? broken = !hosts.IsQuiet ? "it never comes to rest" : Judge(happened, hosts.Heard);
        return broken is null ? null : $"seed {seed}: {broken}\n{string.Join(' ', steps)}\nhappened {Words(happened)}\nheard    {Words(hosts.Heard)}";
    }

    /// <summary>Of each alarm: begin and end alternate as they happened, none is missing; a replay may come again.</summary>
    private static string? Judge(List<Alarm> happened, List<Alarm> heard)
    {
        foreach (string about in happened.Select(alarm => alarm.About).Distinct())
        {
            List<bool> wanted = [.. happened.Where(alarm => alarm.About == about).Select(alarm => alarm.Began)];
            List<bool> told = [];
            foreach (Alarm alarm in heard.Where(alarm => alarm.About == about))
            {
                // What is heard again at once is a replay.
                if (told.Count == 0 || told[^1] != alarm.Began)
                {
                    told.Add(alarm.Began);
                }
            }

            if (!wanted.SequenceEqual(told))
            {
                return $"of {about} was heard {string.Join(' ', told)}, happened had {string.Join(' ', wanted)}";
            }
        }

        return null;
    }

    private static string Words(IEnumerable<Alarm> alarms) =>
        string.Join(' ', alarms.Select(alarm => $"{alarm.About}{(alarm.Began ? "begins" : "ends")}#{alarm.Sequence}{(alarm.Replay ? "r" : "")}"));
}
