using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Configuration;

public sealed class TrackTests
{
    [Theory]
    [InlineData("""{ "check": "nginx", "onFail": "fault" }""", "nginx")]
    [InlineData("""{ "anyOf": ["nginx", { "allOf": [{ "process": "x" }, { "check": "nginx" }] }], "onFail": "fault" }""",
        "anyOf(nginx, allOf(process x quorum 1 upDelay 0 s downDelay 0 s, nginx))")]
    [InlineData("""{ "interface": "eth1", "upDelay": "2s", "needsAddress": true, "weight": -60 }""", "interface eth1 upDelay 2 s downDelay 0 s needsAddress")]
    [InlineData("""{ "file": "/run/drain", "missing": 0, "weight": -1 }""", "file /run/drain missing 0")]
    [InlineData("""{ "process": "worker", "quorum": 3, "onFail": "fault" }""", "process worker quorum 3 upDelay 0 s downDelay 0 s")]
    public void Every_kind_is_read_with_its_settings(string track, string text)
    {
        ConfigResult result = Sample.Read(Sample.With(track: track));
        Assert.DoesNotContain(result.Diagnostics, one => one.Severity == Severity.Error);
        Assert.Equal(text.Replace("0 s", Duration.Zero.ToString(), StringComparison.Ordinal), result.Config!.VirtualRouters[0].Tracks[0].What.Text);
    }

    [Theory]
    [InlineData("60", "true", false)]
    [InlineData("40", "true", true)]
    [InlineData("-40", "true", true)]
    [InlineData("-60", "true", false)]
    public void A_reversed_weight_must_be_able_to_move_it_too(string weight, string reverse, bool isError)
    {
        ConfigResult result = Sample.Read(Sample.With(track: $$"""{ "check": "nginx", "weight": {{weight}}, "reverse": {{reverse}} }"""));
        Assert.Equal(isError ? ["HS1405"] : [], result.Diagnostics.Select(one => one.Code));
        if (isError)
        {
            Assert.Contains("succeeds on", result.Diagnostics[0].Message, StringComparison.Ordinal);
            Assert.Contains($"Use {(weight[0] == '-' ? "-51 or less" : "51 or more")}", result.Diagnostics[0].Remedy, StringComparison.Ordinal);
        }
    }

    /// <summary>Import tells people to write the second: it makes the node wait until its own interface has been up for that long.</summary>
    [Theory]
    [InlineData("\"onFail\": \"fault\"", true)]
    [InlineData("\"upDelay\": \"5s\", \"onFail\": \"fault\"", false)]
    [InlineData("\"upDelay\": \"5s\", \"weight\": -60", false)]
    [InlineData("\"downDelay\": \"5s\", \"onFail\": \"fault\"", true)]
    public void An_entry_of_the_own_interface_is_to_be_removed_only_if_it_does_nothing(string keys, bool isUseless) => Assert.Equal(
        isUseless ? ["HS2004"] : [],
        Sample.Read(Sample.With(track: $$"""{ "check": "nginx", "onFail": "fault" }, { "interface": "eth0", {{keys}} }""")).Diagnostics.Select(one => one.Code));

    [Fact]
    public void A_changed_setting_of_what_is_tracked_is_a_change_of_the_reload()
    {
        HotStandbyConfig Said(string quorum) => Sample.Read(Sample.With(
            track: $$"""{ "check": "nginx", "onFail": "fault" }, { "process": "worker", "quorum": {{quorum}}, "onFail": "fault" }""")).Config!;
        HotStandbyConfig old = Said("2");
        HotStandbyConfig file = Said("3");
        SettingChange change = Assert.Single(Assert.Single(ReloadPlan.Between(old, old.Nodes[0], file, file.Nodes[0]).VirtualRouters).Changes);
        Assert.Equal("track", change.Setting);
    }
}
