using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>A master asks for each of its addresses again and again, at a bounded rate.</summary>
public class AddressProbesTests
{
    private static readonly Duration Grace = Duration.FromSeconds(4);

    private readonly AddressProbes _probes = new();
    private MonotonicTime _now = new(1_000_000_000_000);

    /// <summary>Runs for a time, always asking when it is due; when each address was asked for.</summary>
    private List<(double At, int Address)> Run(int addresses, Duration length, Duration? conflictEvery = null)
    {
        List<(double, int)> asked = [];
        MonotonicTime start = _now;
        MonotonicTime end = _now + length;
        MonotonicTime conflict = conflictEvery is Duration every ? _now + every : MonotonicTime.Never;
        for (int turns = 0; MonotonicTime.Min(_probes.NextDeadline, conflict) < end; turns++)
        {
            Assert.True(turns < 100_000, "a deadline that is never served");
            _now = MonotonicTime.Max(_now, MonotonicTime.Min(_probes.NextDeadline, conflict));
            if (_now >= conflict)
            {
                _probes.Conflict(_now);
                conflict = _now + conflictEvery!.Value;
            }

            (int first, int last) = _probes.Due(addresses, _now);
            Assert.InRange(last - first, 0, AddressProbes.Batch);
            asked.AddRange(Enumerable.Range(first, last - first).Select(i => ((_now - start).Nanoseconds / 1e9, i)));
            Assert.True(_probes.NextDeadline > _now, "a deadline that stays in the past");
        }

        _now = end;
        return asked;
    }

    [Fact]
    public void The_first_round_comes_after_the_grace_and_then_one_a_minute()
    {
        _probes.Begin(Grace, _now);
        Assert.Equal([(4.0, 0), (4.0, 1), (64.0, 0), (64.0, 1), (124.0, 0), (124.0, 1)], Run(2, Duration.FromSeconds(180)));
    }

    [Fact]
    public void Who_is_not_master_asks_for_nothing()
    {
        Assert.Equal(MonotonicTime.Never, _probes.NextDeadline);
        _probes.Conflict(_now);
        _probes.PutOff(_now);
        Assert.Equal(MonotonicTime.Never, _probes.NextDeadline);
        _probes.Begin(Grace, _now);
        _probes.Stop();
        Assert.Equal(MonotonicTime.Never, _probes.NextDeadline);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(5000)]
    public void However_many_addresses_every_one_is_asked_for_and_no_second_has_more_than_forty(int addresses)
    {
        _probes.Begin(Grace, _now);
        List<(double At, int Address)> asked = Run(addresses, Duration.FromSeconds(300));
        Assert.Equal(addresses, asked.Select(one => one.Address).Distinct().Count());
        for (int i = 40; i < asked.Count; i++)
        {
            Assert.True(asked[i].At - asked[i - 40].At >= 1 - 1e-9, $"{asked[i]}");
        }

        // Each in its turn: none is asked for twice before the others were.
        Assert.All(asked.Select((one, i) => (one, i)), pair => Assert.Equal(pair.i % addresses, pair.one.Address));
    }

    [Fact]
    public void While_somebody_else_has_one_a_round_comes_every_five_seconds_and_no_sooner()
    {
        _probes.Begin(Grace, _now);
        double[] rounds = [.. Run(1, Duration.FromSeconds(60), conflictEvery: Duration.FromMilliseconds(100)).Select(one => one.At)];
        Assert.True(rounds.Length >= 9, $"{rounds.Length} rounds");
        Assert.All(rounds.Zip(rounds.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 5, $"{pair}"));
    }

    [Fact]
    public void What_is_put_off_is_made_up_for()
    {
        _probes.Begin(Grace, _now);
        _now += Grace;
        _probes.PutOff(_now);
        Assert.Equal(_now + AddressProbes.Pause, _probes.NextDeadline);
        Assert.Equal(0, Run(1, Duration.FromSeconds(1))[0].Address);
    }
}
