using HotStandby.Agent.Loop;

namespace HotStandby.UnitTests.Loop;

public class AnnouncerTests
{
    /// <summary>The loop comes back at once for as long as a volley goes on.</summary>
    [Fact]
    public void A_volley_whose_addresses_a_reload_has_taken_away_is_over()
    {
        Announcer announcer = new();
        announcer.Begin(1000, 5);
        Assert.Null(announcer.Continue(null!, [], []));
        Assert.False(announcer.Pending);
    }
}
