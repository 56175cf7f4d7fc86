using CsCheck;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Configuration;

/// <summary>Durations, addresses and near words.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("800ms", 800)]
    [InlineData("1s", 1000)]
    [InlineData("1.5s", 1500)]
    [InlineData("0.01s", 10)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("0s", 0)]
    public void A_duration_is_read_exactly(string text, int milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("s")]
    [InlineData("1 s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1S")]
    [InlineData(".5s")]
    [InlineData("5.s")]
    [InlineData("1.2.3s")]
    [InlineData("1e3ms")]
    [InlineData("1m30s")]
    [InlineData("1d")]
    [InlineData("0.00000001s")]
    [InlineData("99999999999999999999h")]
    [InlineData("99999999999999h")]
    [InlineData("١s")]
    public void Anything_else_is_no_duration(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Fact]
    public void What_is_written_is_read_again() => Gen.Long[0, TimeSpan.TicksPerDay * 1000].Sample(ticks =>
        DurationText.TryParse(DurationText.Format(TimeSpan.FromTicks(ticks)), out TimeSpan read) && read.Ticks == ticks);

    [Theory]
    [InlineData("192.168.56.188", true)]
    [InlineData("fe80::1", true)]
    [InlineData("192.168.56", false)]
    [InlineData("192.168.056.1", false)]
    [InlineData("0x7f.0.0.1", false)]
    [InlineData("3232250044", false)]
    [InlineData("256.0.0.1", false)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("[::1]", false)]
    [InlineData("[::1]:80", false)]
    [InlineData("::1/64", false)]
    [InlineData(":", false)]
    [InlineData("", false)]
    public void An_address_is_only_what_people_mean_by_it(string text, bool expected)
    {
        Assert.Equal(expected, AddressText.TryParse(text, out Address address));
        Assert.Equal(expected, address != default);
    }

    [Theory]
    [InlineData("10.0.0.1/0")]
    [InlineData("10.0.0.1/33")]
    [InlineData("10.0.0.1/08")]
    [InlineData("10.0.0.1/+8")]
    [InlineData("10.0.0.1/")]
    [InlineData("10.0.0.1/255.255.255.0")]
    [InlineData("::1/129")]
    public void A_prefix_length_is_a_number_within_the_family(string text) => Assert.False(AddressText.TryParsePrefix(text, out _));

    [Theory]
    [InlineData("pidfle", "pidFile")]
    [InlineData("PIDFILE", "pidFile")]
    [InlineData("pid_file", "pidFile")]
    [InlineData("proccesName", "processName")]
    [InlineData("rul", "url")]
    [InlineData("proc", "processName")]
    [InlineData("colour", null)]
    [InlineData("", null)]
    public void The_nearest_word_is_guessed_only_when_it_is_near(string word, string? expected) =>
        Assert.Equal(expected, Nearest.To(word, ["pidFile", "processName", "url", "startGrace"]));

    [Fact]
    public void A_swap_is_one_step_and_distance_knows_no_direction()
    {
        Assert.Equal(1, Nearest.Distance("ngnix", "nginx"));
        Assert.Equal(3, Nearest.Distance("kitten", "sitting"));
        Gen.Select(Gen.String[0, 12], Gen.String[0, 12]).Sample((left, right) =>
            Nearest.Distance(left, right) == Nearest.Distance(right, left) && Nearest.Distance(left, left) == 0);
    }
}
