using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp.Rig;

/// <summary>Without signatures anybody can make a backup take over for a moment; the master sees to it that clients hardly notice.</summary>
public class ForgedAdvertTests
{
    private static readonly Address Master = Address.Parse("192.0.2.13");

    /// <summary>In the master's name, with an interval of 10 ms: after 40 ms of silence the backup takes the role.</summary>
    [Theory]
    [InlineData(3, 5, 1000)]
    [InlineData(3, 20, 1000)]
    [InlineData(3, 20, 100)]
    public void Clients_keep_their_answers_while_a_backup_is_made_to_take_over_again_and_again(byte version, int aSecond, int milliseconds)
    {
        VirtualRouterSettings settings = Dut.Settings with { Version = version, AdvertisementInterval = Duration.FromMilliseconds(milliseconds) };
        Network network = new();
        Node strong = network.Add("192.0.2.13", 200, settings);
        Node weak = network.Add("192.0.2.12", 100, settings);
        network.StartAll();
        network.Run(10);
        Assert.Same(strong, Assert.Single(network.Masters));

        double answered = network.AnsweredSeconds;
        byte[] forged = Packets.Advert(settings, Master, 200, Duration.FromMilliseconds(10));
        for (int i = 0; i < 30 * aSecond; i++)
        {
            network.Forge(forged);
            network.Run(1.0 / aSecond);
        }

        double share = (network.AnsweredSeconds - answered) / 30;
        TestContext.Current.TestOutputHelper?.WriteLine($"{aSecond} a second, own interval {milliseconds} ms: {weak.Router.Statistics.BecameMaster} false take-overs, {100 * share:0.0} % answered");
        Assert.True(weak.Router.Statistics.BecameMaster > 100, "The backup was not led astray.");
        Assert.InRange(share, 0.97, 1);
    }
}
