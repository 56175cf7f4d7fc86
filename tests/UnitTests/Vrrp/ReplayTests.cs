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
        Assert.Equal(seconds > 0, _dut.Router.Alarms.Stands(AlarmCode.ClockOutOfStep, new(Dut.Peer)));
    }

    [Fact]
    public void A_peer_stays_heard_when_the_own_clock_is_stepped_back()
    {
        Pass(5);
        _dut.WallOffset -= Hour;
        Assert.All(Pass(20), reason => Assert.Equal(DropReason.None, reason));
    }

    [Fact]
    public void A_peer_that_restarts_with_a_clock_stepped_back_is_not_believed_until_its_clock_is_right()
    {
        Pass(5);
        _peerClock -= Hour;
        _sequences = new();
        Assert.All(Pass(1000), reason => Assert.Equal(DropReason.HmacReplay, reason));
        _peerClock = Duration.Zero;
        Assert.All(Pass(5), reason => Assert.Equal(DropReason.None, reason));
    }

    [Fact]
    public void An_unknown_peer_whose_clock_is_behind_is_not_believed_however_long_it_keeps_the_pace()
    {
        _peerClock = Duration.FromSeconds(-6);
        Assert.All(Pass(1000), reason => Assert.Equal(DropReason.HmacStale, reason));
        Assert.Contains("timeWindow", Assert.Single(_dut.Alarms[..1]), StringComparison.Ordinal);
        _peerClock = Duration.FromSeconds(-4);
        Assert.All(Pass(5), reason => Assert.Equal(DropReason.None, reason));
    }

    [Fact]
    public void A_peer_whose_clock_is_ahead_is_followed()
    {
        _peerClock = Hour;
        Assert.All(Pass(5), reason => Assert.Equal(DropReason.None, reason));
        Assert.Equal(1, _dut.Router.Statistics.HmacFollowed);
        ulong next = _dut.Router.NextSequence(_dut.Wall, _dut.Now);
        Assert.InRange(WallStamp.Distance(next, PeerWall.Value), 0ul, WallStamp.Units(5_000_000));

        // From here on an advert by the true time is an old one.
        Assert.Equal(DropReason.HmacStale, _dut.Receive(Packets.Signed(Settings, Dut.SmallPeer, _dut.Wall.Value, 200)));
    }

    [Fact]
    public void A_capture_is_locked_out_while_its_sender_lives_at_any_pace_however_often_the_own_clock_is_stepped_back()
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
                    dut.WallOffset -= Dut.Seconds(random.Next(7200));
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
    [InlineData(0.1, false)]
    [InlineData(1.0, false)]
    [InlineData(2.0, false)]
    [InlineData(0.1, true)]
    [InlineData(1.0, true)]
    [InlineData(2.0, true)]
    public void A_capture_at_any_pace_stays_locked_out_after_its_sender_is_gone_whether_it_was_heard_or_kept_back(double pace, bool isKeptBack)
    {
        List<byte[]> capture = [];
        for (int i = 0; i < 30; i++)
        {
            _dut.RunUntil(i);
            capture.Add(Packets.Signed(Settings, Dut.Peer, _sequences.Next(PeerWall, _dut.Now), 200));
            Assert.True(isKeptBack || _dut.Receive(capture[^1]) == DropReason.None);
        }

        for (int i = 0; i < 300; i++)
        {
            _dut.RunUntil(36 + (i * pace));
            Assert.Equal(isKeptBack ? DropReason.HmacStale : DropReason.HmacReplay, _dut.Receive(capture[i % 30]));
        }
    }

    [Fact]
    public void What_is_late_by_less_than_the_window_is_believed_once()
    {
        byte[] packet = Packets.Signed(Settings, Dut.Peer, _sequences.Next(PeerWall, _dut.Now), 200);
        _dut.RunUntil(4.9);
        Assert.Equal(DropReason.None, _dut.Receive(packet));
        Assert.Equal(DropReason.HmacReplay, _dut.Receive(packet));
        byte[] late = Packets.Signed(Settings, Dut.Peer, _sequences.Next(PeerWall, _dut.Now), 200);
        _dut.RunUntil(10);
        Assert.Equal(DropReason.HmacStale, _dut.Receive(late));
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
