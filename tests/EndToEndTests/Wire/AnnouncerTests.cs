using HotStandby.Agent.Loop;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;
using HotStandby.EndToEndTests.Linux;

namespace HotStandby.EndToEndTests.Wire;

/// <summary>Volleys of announcements on a real interface.</summary>
public sealed class AnnouncerTests : IDisposable
{
    private static readonly AddressPrefix[] Addresses = [new(Address.Parse("10.0.0.100"), 24), new(Address.Parse("10.0.0.101"), 24)];

    private readonly VethPair _network = new();

    [Theory]
    [InlineData(5, 1, 10)]
    [InlineData(1, 5, 10)]
    public void A_volley_that_goes_on_is_not_cut_short_by_a_smaller_one(int first, int second, long sent)
    {
        using InterfaceChannel channel = _network.Left.Run(() => InterfaceChannel.Open(VethPair.Interface));
        Announcer announcer = new();
        announcer.Begin(Addresses.Length, first);
        announcer.Begin(Addresses.Length, second);
        while (announcer.Pending)
        {
            Assert.Null(announcer.Continue(channel, new byte[6], Addresses));
        }

        Assert.Equal(sent, announcer.Sent);
        announcer.Begin(Addresses.Length, 1);
        Assert.Null(announcer.Continue(channel, new byte[6], Addresses));
        Assert.Equal((sent + 2, false), (announcer.Sent, announcer.Pending));
    }

    public void Dispose() => _network.Dispose();
}
