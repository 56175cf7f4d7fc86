using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using HotStandby.PluginHost.Options;

namespace HotStandby.PluginTests.Options;

/// <summary>Nothing in options is ignored: every fault is named with its key and what was expected.</summary>
public sealed class OptionsBinderTests
{
    [Description("Sample.")]
    private sealed record Sample
    {
        [Range(1, 9)]
        [Description("A digit.")]
        public required int Digit { get; init; }

        public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(1.5);

        public TimeSpan? Maybe { get; init; }

        public string Text { get; init; } = "";

        public string? Nothing { get; init; }

        public bool Flag { get; init; }

        public Colour Colour { get; init; }

        [MinLength(1)]
        public IReadOnlyList<int> Numbers { get; init; } = [7];

        public Inner? Inner { get; init; }

        [RegularExpression("[a-z]+")]
        public string Word { get; init; } = "a";
    }

    private sealed record Inner
    {
        [Range(1, 3)]
        public int Level { get; init; } = 1;
    }

    private enum Colour
    {
        Red,
        DarkBlue,
    }

    private static Sample Bind(string json) => (Sample)OptionsBinder.Bind(typeof(Sample), JsonDocument.Parse(json).RootElement);

    [Fact]
    public void Every_kind_of_value_is_bound()
    {
        Sample bound = Bind("""
            { "digit": 3, "wait": "800ms", "maybe": "2m", "text": "x", "nothing": null, "flag": true, "colour": "darkBlue", "numbers": [1, 2], "inner": { "level": 2 } }
            """);
        Assert.Equal(3, bound.Digit);
        Assert.Equal(TimeSpan.FromMilliseconds(800), bound.Wait);
        Assert.Equal(TimeSpan.FromMinutes(2), bound.Maybe);
        Assert.Equal(Colour.DarkBlue, bound.Colour);
        Assert.Equal([1, 2], bound.Numbers);
        Assert.Equal(2, bound.Inner!.Level);
    }

    [Theory]
    [InlineData("""{ }""", "options.digit: missing; expected a whole number")]
    [InlineData("""{ "digit": "3" }""", "options.digit: expected a whole number")]
    [InlineData("""{ "digit": 10 }""", "options.digit: The field Digit must be between 1 and 9")]
    [InlineData("""{ "digit": 3, "Digit": 3 }""", "options.Digit: unknown key; known keys: digit, wait")]
    [InlineData("""{ "digit": 3, "digit": 4 }""", "options.digit: the key stands there twice")]
    [InlineData("""{ "digit": 3, "wait": "800" }""", "options.wait: expected a duration with a unit")]
    [InlineData("""{ "digit": 3, "wait": 800 }""", "options.wait: expected a duration with a unit")]
    [InlineData("""{ "digit": 3, "wait": null }""", "options.wait: expected a duration with a unit")]
    [InlineData("""{ "digit": 3, "text": null }""", "options.text")]
    [InlineData("""{ "digit": 3, "flag": 1 }""", "options.flag: expected true or false")]
    [InlineData("""{ "digit": 3, "colour": "green" }""", "options.colour: expected one of red, darkBlue")]
    [InlineData("""{ "digit": 3, "colour": 1 }""", "options.colour: expected one of red, darkBlue")]
    [InlineData("""{ "digit": 3, "numbers": 1 }""", "options.numbers: expected a list, each a whole number")]
    [InlineData("""{ "digit": 3, "numbers": ["1"] }""", "options.numbers[0]: expected a whole number")]
    [InlineData("""{ "digit": 3, "numbers": [] }""", "options.numbers: ")]
    [InlineData("""{ "digit": 3, "inner": { "level": 9 } }""", "options.inner.level: ")]
    [InlineData("""{ "digit": 3, "inner": { "depth": 1 } }""", "options.inner")]
    [InlineData("""{ "digit": 3, "word": "A" }""", "options.word: ")]
    [InlineData("""[ ]""", "options: expected an object")]
    public void A_fault_is_named(string json, string expected)
    {
        Assert.StartsWith(expected, Assert.Throws<OptionsException>(() => Bind(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_unknown_and_missing_keys_are_named_at_once()
    {
        string message = Assert.Throws<OptionsException>(() => Bind("""{ "a": 1, "b": 2 }""")).Message;
        Assert.Contains("options.a: ", message, StringComparison.Ordinal);
        Assert.Contains("options.b: ", message, StringComparison.Ordinal);
        Assert.Contains("options.digit: missing", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1ms", 1)]
    [InlineData("1.5s", 1500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("0s", 0)]
    public void A_duration_has_a_unit(string text, double milliseconds)
    {
        Assert.True(DurationConverter.TryParse(text, out TimeSpan value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("1")]
    [InlineData("-1s")]
    [InlineData(" 1s")]
    [InlineData("1 s")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("1sec")]
    [InlineData(".5s")]
    [InlineData("99999999h")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationConverter.TryParse(text, out _));

    [Fact]
    public void The_schema_says_what_the_binder_obeys()
    {
        JsonElement schema = OptionsSchema.Of(typeof(Sample));
        JsonElement properties = schema.GetProperty("properties");
        Assert.Equal("Sample.", schema.GetProperty("description").GetString());
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(["digit"], schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("A digit.", properties.GetProperty("digit").GetProperty("description").GetString());
        Assert.Equal(9, properties.GetProperty("digit").GetProperty("maximum").GetInt32());
        Assert.Equal("1500ms", properties.GetProperty("wait").GetProperty("default").GetString());
        Assert.Equal(DurationConverter.Pattern, properties.GetProperty("wait").GetProperty("pattern").GetString());
        Assert.Equal(["string", "null"], properties.GetProperty("maybe").GetProperty("type").EnumerateArray().Select(type => type.GetString()));
        Assert.Equal(["red", "darkBlue"], properties.GetProperty("colour").GetProperty("enum").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(1, properties.GetProperty("numbers").GetProperty("minItems").GetInt32());
        Assert.Equal("^(?:[a-z]+)$", properties.GetProperty("word").GetProperty("pattern").GetString());
        Assert.Equal(3, properties.GetProperty("inner").GetProperty("properties").GetProperty("level").GetProperty("maximum").GetInt32());
    }
}
