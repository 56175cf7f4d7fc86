using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>Repeated adverts, and clocks that are stepped: a peer must not be locked out for ever, a capture must be.</summary>
public class ReplayTests
{
    private static readonly VirtualRouterSettings Settings = HmacTests.With(Dut.Settings);
    private static readonly Duration Hour = Duration.FromSeconds(3600);

    private readonly Dut _dut = new(Settings);
    private SequenceSource _sequences = new();
    private Duration _peerClock;

    /// <summary>The peer's wall clock by its own error.</summary>
    private WallStamp PeerWall => WallStamp.FromUnix(Dut.Seconds(1_780_000_000).Nanoseconds + _dut.Now.Nanoseconds + _peerClock.Nanoseconds);

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(31_536_000)]
    [InlineData(-31_536_000)]
    public void A_peer_whose_clock_is_stepped_stays_heard_without_a_gap(int seconds)
    {
        Pass(5);
        _peerClock += Duration.FromSeconds(seconds);
        Assert.All(Pass(20), reason => Assert.Equal(DropReason.None, reason));
        _peerClock = Duration.Zero;
        Assert.All(Pass(20), reason => Assert.Equal(DropReason.None, reason));
        Assert.Empty(_dut.Alarms);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void A_peer_stays_heard_whatever_the_own_clock_does(int seconds)
    {
        Pass(5);
        _dut.WallOffset += Duration.FromSeconds(seconds);
        Assert.All(Pass(20), reason => Assert.Equal(DropReason.None, reason));
    }

    [Fact]
    public void A_peer_that_restarts_with_a_clock_stepped_back_is_learned_anew_before_it_counts_as_dead()
    {
        Pass(5);
        _peerClock -= Hour;
        _sequences = new();
        Assert.Equal([DropReason.HmacReplay, DropReason.None, DropReason.None, DropReason.None], Pass(4));
        Assert.Equal(1, _dut.Router.Statistics.HmacRelearned);
        Assert.Contains(_dut.Alarms, alarm => alarm.Contains("Learned the sequence of 192.0.2.13 anew", StringComparison.Ordinal));

        // Once in 10 minutes: the same again is locked out until then, and no longer.
        _peerClock -= Hour;
        _sequences = new();
        DropReason[] reasons = Pass(600);
        Assert.All(reasons[..590], reason => Assert.Equal(DropReason.HmacReplay, reason));
        Assert.Equal(DropReason.None, reasons[^1]);
    }

    [Fact]
    public void A_peer_whose_wrong_future_clock_was_put_right_is_heard_when_it_restarts()
    {
        _peerClock = Hour;
        Pass(5);
        _peerClock = Duration.Zero;
        _sequences = new();
        Assert.Equal([DropReason.HmacReplay, DropReason.None, DropReason.None], Pass(3));
        Assert.Equal(1, _dut.Router.Statistics.HmacRelearned);
    }

    [Fact]
    public void An_unknown_peer_with_a_wrong_clock_is_heard_from_its_second_advert_on()
    {
        _peerClock = -1 * Hour;
        Assert.Equal([DropReason.HmacReplay, DropReason.None, DropReason.None], Pass(3));
    }

    [Fact]
    public void A_capture_is_locked_out_while_its_sender_lives_at_any_pace_whatever_the_own_clock_does()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            Dut dut = new(Settings);
            SequenceSource sequences = new();
            List<byte[]> capture = [];
            for (int second = 0; second < 60; second++)
            {
                dut.RunUntil(second);
                if (random.Next(6) == 0)
                {
                    dut.WallOffset += Dut.Seconds(random.Next(-7200, 7200));
                }

                WallStamp peer = WallStamp.FromUnix(Dut.Seconds(1_780_000_000 + second).Nanoseconds);
                byte[] genuine = Packets.Signed(Settings, Dut.Peer, sequences.Next(peer, dut.Now), 200);
                DropReason heard = dut.Receive(genuine);
                Assert.True(heard == DropReason.None || second == 0, $"seed {seed}, second {second}: {heard}");
                capture.Add(genuine);
                int first = random.Next(capture.Count);
                foreach (byte[] replayed in capture[first..])
                {
                    dut.RunUntil(second + (0.9 * random.NextDouble() / capture.Count) + ((dut.Now.Nanoseconds / 1e9) - second));
                    DropReason reason = dut.Receive(replayed);
                    Assert.True(reason == DropReason.HmacReplay, $"seed {seed}, second {second}: a replayed advert was judged {reason}");
                }
            }
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.4)]
    [InlineData(2.0)]
    public void A_capture_at_another_pace_stays_locked_out_after_its_sender_is_gone(double pace)
    {
        List<byte[]> capture = [];
        for (int i = 0; i < 30; i++)
        {
            _dut.RunUntil(i);
            capture.Add(Packets.Signed(Settings, Dut.Peer, _sequences.Next(PeerWall, _dut.Now), 200));
            Assert.Equal(DropReason.None, _dut.Receive(capture[^1]));
        }

        for (int i = 0; i < 30; i++)
        {
            _dut.RunUntil(100 + (i * pace));
            Assert.Equal(DropReason.HmacReplay, _dut.Receive(capture[i]));
        }
    }

    [Fact]
    public void A_capture_in_a_loop_at_the_right_pace_gets_in_once_in_10_minutes_with_an_alarm()
    {
        List<byte[]> capture = [];
        for (int i = 0; i < 10; i++)
        {
            _dut.RunUntil(i);
            capture.Add(Packets.Signed(Settings, Dut.Peer, _sequences.Next(PeerWall, _dut.Now), 200));
            _dut.Receive(capture[^1]);
        }

        int accepted = 0;
        for (int i = 0; i < 500; i++)
        {
            _dut.RunUntil(100 + i);
            accepted += _dut.Receive(capture[i % 10]) == DropReason.None ? 1 : 0;
        }

        Assert.Equal(9, accepted);
        Assert.Equal(1, _dut.Router.Statistics.HmacRelearned);
    }

    [Fact]
    public void Monotonic_knows_no_clock_and_never_goes_back()
    {
        _dut.Do((router, now, actions) => router.Apply(Settings with { Hmac = Settings.Hmac! with { AntiReplay = AntiReplay.Monotonic } }, now, actions));
        _peerClock = -24 * Hour;
        Assert.All(Pass(5), reason => Assert.Equal(DropReason.None, reason));
        _peerClock = -25 * Hour;
        _sequences = new();
        Assert.All(Pass(30), reason => Assert.Equal(DropReason.HmacReplay, reason));
        _peerClock = Duration.Zero;
        Assert.All(Pass(5), reason => Assert.Equal(DropReason.None, reason));
    }

    [Fact]
    public void The_end_of_32_bits_of_seconds_is_no_event()
    {
        _dut.WallOffset = Dut.Seconds(uint.MaxValue - 5);
        _peerClock = Dut.Seconds(uint.MaxValue - 5) - Dut.Seconds(1_780_000_000);
        Assert.All(Pass(20), reason => Assert.Equal(DropReason.None, reason));
    }

    [Fact]
    public void Each_sender_has_its_own_mark_and_many_senders_only_make_room()
    {
        for (int i = 0; i < 3 * ReplayGuard.MostSenders; i++)
        {
            var sender = Address.Read([192, 0, 2, (byte)(20 + i)]);
            byte[] packet = Packets.Signed(Settings, sender, _dut.Wall.Value, 200);
            Assert.Equal(DropReason.None, _dut.Receive(packet));
            Assert.Equal(DropReason.HmacReplay, _dut.Receive(packet));
        }
    }

    [Fact]
    public void Sequences_always_grow_and_keep_the_pace_of_time()
    {
        Random random = new(1);
        SequenceSource sequences = new();
        MonotonicTime now = default;
        long wall = 1_780_000_000_000_000_000;
        ulong last = sequences.Next(WallStamp.FromUnix(wall), now);
        for (int i = 0; i < 10_000; i++)
        {
            long passed = random.Next(3) == 0 ? 0 : random.Next(2_000_000_000);
            now += new Duration(passed);
            bool isBack = random.Next(10) == 0;
            wall += passed - (isBack ? random.NextInt64(3_600_000_000_000) : 0);
            ulong next = sequences.Next(WallStamp.FromUnix(wall), now);
            Assert.True(WallStamp.IsAfter(next, last));
            Assert.InRange(WallStamp.Distance(next - last, WallStamp.Units(passed)), 0ul, WallStamp.Units(2_000_000));
            last = next;
        }
    }

    /// <summary>So many adverts of the peer, one a second.</summary>
    private DropReason[] Pass(int adverts)
    {
        List<DropReason> reasons = [];
        for (int i = 0; i < adverts; i++)
        {
            _dut.RunUntil(_dut.Now + Duration.FromSeconds(1));
            reasons.Add(_dut.Receive(Packets.Signed(Settings, Dut.Peer, _sequences.Next(PeerWall, _dut.Now), 200)));
        }

        return [.. reasons];
    }
}
