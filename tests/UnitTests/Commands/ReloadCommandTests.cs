using HotStandby.Agent.Commands;
using HotStandby.Agent.Control;
using HotStandby.Agent.Hosting;

namespace HotStandby.UnitTests.Commands;

public class ReloadCommandTests
{
    /// <summary>Else it would say that no agent answers, of one that is about to say which plugin hangs.</summary>
    [Fact]
    public void It_waits_for_longer_than_the_agent_does_for_each_of_its_two_questions_to_the_plugins() =>
        Assert.True(ReloadCommand.Patience >= ControlClient.DefaultTimeout + (2 * HostTask.Patience));
}
