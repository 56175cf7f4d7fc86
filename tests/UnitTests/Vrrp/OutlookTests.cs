using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

/// <summary>The sentence that says what a virtual router waits for.</summary>
public class OutlookTests
{
    private static string Of(Dut dut) => dut.Router.Outlook(dut.Now);

    [Fact]
    public void A_backup_says_until_when_it_listens_and_whose_silence_it_waits_for()
    {
        Dut dut = new();
        dut.RunUntil(1);
        Assert.Equal("Takes the role in 2.609 s unless it hears a master before.", Of(dut));
        dut.HearAt(2, 200);
        Assert.Equal("192.0.2.13 is stronger (priority 200 > 100); takes the role if no advertisement comes for 3.609 s (3 x 1 s + skew 0.609 s).", Of(dut));
        dut.HearAt(3, 0);
        Assert.Equal("Takes the role in 0.609 s unless somebody else does: 192.0.2.13 left on purpose.", Of(dut));
    }

    [Fact]
    public void A_backup_of_a_weaker_master_says_what_keeps_it_from_the_role()
    {
        Dut preempts = new();
        preempts.HearAt(1, 50);
        Assert.Equal("Takes the role from the weaker 192.0.2.13 (priority 50 < 100) in 2.609 s.", Of(preempts));

        Dut off = new(Dut.Settings with { Preempt = false });
        off.HearAt(1, 50);
        Assert.StartsWith("192.0.2.13 is weaker (priority 50 < 100), but preempt is off; takes the role if no advertisement comes for", Of(off), StringComparison.Ordinal);

        Dut delayed = new(Dut.Settings with { PreemptDelay = Duration.FromSeconds(60) });
        delayed.HearAt(1, 50);
        delayed.HearAt(2, 50);
        Assert.Equal("192.0.2.13 is weaker (priority 50 < 100); the preempt delay is over in 59 s.", Of(delayed));

        Dut gaveWay = Dut.Master();
        gaveWay.Do((router, now, actions) => router.StepDown("By hand.", now, actions));
        Assert.StartsWith("Left the role on purpose; takes it back in", Of(gaveWay), StringComparison.Ordinal);
        gaveWay.HearAt(0.01, 50);
        Assert.StartsWith("192.0.2.13 is weaker (priority 50 < 100), but has the role by a switchover;", Of(gaveWay), StringComparison.Ordinal);
    }

    [Fact]
    public void A_master_says_whom_it_would_yield_to_and_a_fault_what_must_end()
    {
        Dut master = Dut.Master();
        Assert.StartsWith("Leaves the role to whoever advertises a priority above 100, or 100 from a greater address than 192.0.2.12;", Of(master), StringComparison.Ordinal);
        Assert.Equal("Keeps the role: it owns the addresses (priority 255).", Of(new Dut(Dut.Settings with { Priority = 255 })));
        master.Do((router, now, actions) => router.SetReadiness(Readiness.Fault, "nginx is down.", now, actions));
        Assert.Equal("Takes part again when this has changed: nginx is down.", Of(master));
    }
}
