using HotStandby.Agent.Control;

namespace HotStandby.UnitTests.Control;

/// <summary>The line that systemctl status shows follows the state.</summary>
public sealed class ServiceStateTests
{
    private readonly List<string> _said = [];
    private readonly ServiceState _state;

    public ServiceStateTests()
    {
        _state = new ServiceState("web1", _said.Add);
        _state.Configured(["VI_1", "VI_2"]);
    }

    [Fact]
    public void It_has_every_virtual_router_and_why_one_takes_no_part()
    {
        _state.Moved("VI_1", "MASTER", "no master was heard");
        _state.Moved("VI_2", "FAULT", "interface eth9 does not exist");
        Assert.Equal("web1: VI_1 MASTER; VI_2 FAULT (interface eth9 does not exist)", _said[^1]);

        _state.Moved("VI_2", "BACKUP", "interface eth9 is there");
        Assert.Equal("web1: VI_1 MASTER; VI_2 BACKUP", _said[^1]);
        Assert.Equal(_said[^1], _state.Text);
    }

    [Fact]
    public void Alarms_stand_in_it_until_they_end()
    {
        _state.Alarm("VI_1", "foreign-owner", began: true);
        _state.Alarm("VI_1", "foreign-owner", began: true);
        _state.Alarm("VI_1", "foreign-owner", began: false);
        Assert.EndsWith("; ALARM foreign-owner of VI_1", _said[^1], StringComparison.Ordinal);
        _state.Alarm("VI_1", "foreign-owner", began: false);
        Assert.DoesNotContain("ALARM", _said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_drain_and_a_refused_reload_stay_in_it_until_they_end()
    {
        _state.Drained("Drained by the operator (upgrade)");
        _state.Reloaded("reload refused, nothing changed: x");
        _state.Moved("VI_1", "BACKUP", "");
        Assert.Contains("Drained by the operator (upgrade)", _said[^1], StringComparison.Ordinal);
        Assert.Contains("reload refused", _said[^1], StringComparison.Ordinal);
        _state.Drained(null);
        _state.Reloaded(null);
        Assert.Equal("web1: VI_1 BACKUP; VI_2 INITIALIZE", _said[^1]);
    }

    [Fact]
    public void A_reload_takes_routers_out_and_in_and_what_did_not_change_is_not_said_again()
    {
        _state.Moved("VI_1", "MASTER", "");
        int said = _said.Count;
        _state.Moved("VI_1", "MASTER", "");
        Assert.Equal(said, _said.Count);
        _state.Configured(["VI_1", "VI_3"]);
        Assert.Equal("web1: VI_1 MASTER; VI_3 INITIALIZE", _said[^1]);
    }

    [Fact]
    public void Of_many_virtual_routers_the_states_are_counted_and_those_that_take_no_part_are_named()
    {
        string[] names = [.. Enumerable.Range(1, 250).Select(i => $"VI_{i}")];
        _state.Configured(names);
        foreach (string name in names)
        {
            _state.Moved(name, "MASTER", "");
        }

        _state.Moved("VI_7", "FAULT", "its check failed");
        Assert.Equal("web1: 249 MASTER, 1 FAULT; VI_7 FAULT (its check failed)", _said[^1]);
    }
}
