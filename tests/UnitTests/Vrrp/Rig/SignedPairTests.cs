using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp.Rig;

/// <summary>Two nodes that sign, with clocks that are wrong, or with somebody who plays what he has recorded.</summary>
public class SignedPairTests
{
    private static readonly VirtualRouterSettings Settings = HmacTests.With(Dut.Settings);
    private static readonly Duration Hour = Duration.FromSeconds(3600);

    private readonly Network _network = new();
    private readonly Node _strong;
    private readonly Node _weak;

    public SignedPairTests()
    {
        _strong = _network.Add("192.0.2.13", 200, Settings);
        _weak = _network.Add("192.0.2.12", 100, Settings);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3600, 0)]
    [InlineData(0, 3600)]
    [InlineData(-31_536_000, 0)]
    public void Clocks_out_of_step_cost_two_masters_for_a_moment_and_no_more(int strong, int weak)
    {
        _strong.WallOffset = Duration.FromSeconds(strong);
        _weak.WallOffset = Duration.FromSeconds(weak);
        _network.StartAll();
        _network.Run(60);
        Assert.Same(_strong, Assert.Single(_network.Masters));
        Assert.InRange(_network.DualSeconds, 0, 0.01);

        // Whoever starts anew knows nobody, and its clock is as wrong as before.
        foreach (Node node in _network.Nodes)
        {
            node.Crash();
            _network.Run(10);
            node.Restart();
            _network.Run(60);
            Assert.Same(_strong, Assert.Single(_network.Masters));
        }

        Assert.InRange(_network.DualSeconds, 0, 0.05);
    }

    [Theory]
    [InlineData(true, 3600)]
    [InlineData(true, -3600)]
    [InlineData(false, 3600)]
    [InlineData(false, -3600)]
    public void A_clock_that_is_stepped_while_the_agents_run_costs_no_more(bool isStrong, int seconds)
    {
        Start();
        (isStrong ? _strong : _weak).WallOffset += Duration.FromSeconds(seconds);
        _network.Run(60);
        Assert.Same(_strong, Assert.Single(_network.Masters));
        Assert.InRange(_network.DualSeconds, 0, 0.01);
        (isStrong ? _strong : _weak).WallOffset = Duration.Zero;
        _network.Run(60);
        Assert.Same(_strong, Assert.Single(_network.Masters));
        Assert.InRange(_network.DualSeconds, 0, 0.01);
        Assert.True(_network.DarkSeconds < 4, "Somebody held the addresses all the time.");
    }

    [Fact]
    public void A_clock_that_stood_still_while_the_machine_was_paused_makes_no_two_masters()
    {
        Start();
        _strong.Crash();
        _network.Run(60);
        _strong.WallOffset = Duration.FromSeconds(-60);
        _strong.Restart();
        _network.Run(60);
        Assert.Same(_strong, Assert.Single(_network.Masters));
        Assert.InRange(_network.DualSeconds, 0, 0.01);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_recording_of_the_dead_master_at_its_own_pace_moves_nobody(bool forgets)
    {
        Start();
        int begin = _strong.Tape.Count;
        _network.Run(40);
        (double At, byte[] Packet)[] tape = [.. _strong.Tape.Skip(begin)];
        Replay(tape, forgets);
        Assert.Equal(40, _weak.Router.Statistics.Dropped(forgets ? DropReason.HmacStale : DropReason.HmacReplay));
    }

    [Fact]
    public void What_was_kept_back_moves_nobody_either_though_it_was_never_heard()
    {
        Start();
        int begin = _strong.Tape.Count;
        _network.Reaches = (from, _) => from != _strong;
        _network.Run(40);
        Assert.Equal(2, _network.Masters.Length);
        (double At, byte[] Packet)[] tape = [.. _strong.Tape.Skip(begin)];
        Replay(tape, forgets: false);
        Assert.True(_weak.Router.Statistics.Dropped(DropReason.HmacStale) >= 40);
    }

    [Fact]
    public void The_last_adverts_of_the_dead_master_hold_a_take_over_off_by_the_window_at_most()
    {
        Start();
        _network.Reaches = (_, _) => false;
        _strong.Crash();
        _network.Reaches = (_, _) => true;
        double before = _network.DarkSeconds;

        // The last one once a second, for as long as it takes.
        byte[] last = _strong.Tape[^1].Packet;
        for (int i = 0; i < 20; i++)
        {
            _network.Forge(last);
            _network.Run(1);
        }

        Assert.Same(_weak, Assert.Single(_network.Masters));
        Assert.InRange(_network.DarkSeconds - before, 0, 3.7);
    }

    private void Start()
    {
        _network.StartAll();
        _network.Run(10);
        Assert.Same(_strong, Assert.Single(_network.Masters));
    }

    /// <summary>The strong node is gone, the weak one has taken over; then the tape is played.</summary>
    private void Replay((double At, byte[] Packet)[] tape, bool forgets)
    {
        _strong.Crash();
        _network.Run(10);
        if (forgets)
        {
            _weak.Crash();
            _weak.Restart();
            _network.Run(4);
        }

        Assert.Same(_weak, Assert.Single(_network.Masters));
        double dark = _network.DarkSeconds;
        double start = _network.Now.Nanoseconds / 1e9;
        foreach ((double at, byte[] packet) in tape)
        {
            _network.RunUntil(start + at - tape[0].At);
            _network.Forge(packet);
        }

        _network.Run(10);
        Assert.Same(_weak, Assert.Single(_network.Masters));
        Assert.Equal(dark, _network.DarkSeconds);
    }
}
