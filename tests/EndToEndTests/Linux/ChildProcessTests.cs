using HotStandby.Agent.Commands;
using HotStandby.Agent.Lab;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.TestKit.Conformance;

namespace HotStandby.EndToEndTests.Linux;

/// <summary>Whoever starts a process closes its pipes himself: an agent whose heap is small sees no collection for hours.</summary>
public sealed class ChildProcessTests
{
    private static void LeavesNothingOpen(Action run)
    {
        string? left = Footprint.Growth(() =>
        {
            run();
            return null;
        });
        Assert.True(left is null, $"{Footprint.Many} runs have left {left}");
    }

    [Fact]
    public void A_tool_of_the_lab_leaves_no_pipe_open() => LeavesNothingOpen(() => Assert.Equal("", SystemCommand.Run("true")));

    [Fact]
    public void A_program_that_checks_a_file_leaves_no_pipe_open() =>
        LeavesNothingOpen(() => Assert.Null(ProgramCheck.RunAsync(["/bin/true", "{file}"], "/etc/hostname").GetAwaiter().GetResult().Refusal));

    [Fact]
    public void An_accept_filter_leaves_no_pipe_open()
    {
        using NetworkNamespace network = new();
        AcceptFilter filter = new(51, false, "eth0", [Address.Parse("10.0.0.100")]);
        network.Run(() => LeavesNothingOpen(() =>
        {
            AcceptFilters filters = new();
            Assert.Null(filters.Load(filter));
            filters.Remove(filter);
        }));
    }
}
