using HotStandby.Agent.Hosting;

namespace HotStandby.UnitTests.Hosting;

public sealed class CrashAttributionTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Types = new()
    {
        ["good"] = ["HotStandby.Plugins.Nginx.NginxCheck"],
        ["bad"] = ["Hostile.DeepCheck"],
    };

    [Fact]
    public void A_type_in_the_stack_trace_decides_even_among_several_open_calls()
    {
        HostDeath death = new(134, ["Stack overflow.", "   at Hostile.DeepCheck.CheckAsync(System.Threading.CancellationToken)"]);

        (string? culprit, string sentence) = CrashAttribution.Blame(["good", "bad"], Types, death);

        Assert.Equal("bad", culprit);
        Assert.Equal("the plugin host died (signal 6): Stack overflow.", sentence);
    }

    [Fact]
    public void Among_two_entries_of_one_plugin_the_one_that_was_being_called_is_to_blame()
    {
        Dictionary<string, IReadOnlyList<string>> types = new() { ["first"] = ["Hostile.DeepCheck"], ["second"] = ["Hostile.DeepCheck"] };
        HostDeath death = new(134, ["Stack overflow.", "   at Hostile.DeepCheck.CheckAsync(System.Threading.CancellationToken)"]);

        Assert.Equal("second", CrashAttribution.Blame(["second"], types, death).Culprit);
    }

    [Fact]
    public void A_single_open_call_is_to_blame_when_the_trace_names_nobody()
    {
        Assert.Equal("bad", CrashAttribution.Blame(["bad"], Types, new HostDeath(1, [])).Culprit);
    }

    [Fact]
    public void Several_open_calls_without_a_trace_blame_nobody_alone_but_name_all()
    {
        (string? culprit, string sentence) = CrashAttribution.Blame(["good", "bad"], Types, new HostDeath(137, []));

        Assert.Null(culprit);
        Assert.Equal("the plugin host died (signal 9); being called were good, bad", sentence);
    }

    [Fact]
    public void A_longer_type_name_is_not_mistaken_for_a_shorter_one()
    {
        HostDeath death = new(134, ["   at Hostile.DeepCheckOfSomebodyElse.Run()"]);

        Assert.Null(CrashAttribution.Blame([], Types, death).Culprit);
    }
}
