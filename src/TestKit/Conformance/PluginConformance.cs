using System.Text.Json;
using HotStandby.Abstractions;
using Xunit;

namespace HotStandby.TestKit.Conformance;

/// <summary>
/// What the host asks of every plugin. Inherit <see cref="CheckConformance{TPlugin}"/>, <see cref="NotifierConformance{TPlugin}"/> or
/// <see cref="GeneratorConformance{TPlugin}"/> in a test project; the facts come with them.
/// </summary>
/// <typeparam name="TPlugin">The plugin's public class.</typeparam>
public abstract class PluginConformance<TPlugin>
    where TPlugin : IPlugin, new()
{
    /// <summary>Options, as JSON, that the plugin takes. What they point at need not be there.</summary>
    protected abstract string ValidOptions { get; }

    /// <summary>The keys without which the plugin can't work; none by default.</summary>
    protected virtual IReadOnlyList<string> RequiredOptions => [];

    /// <summary>Options that the plugin refuses for a rule of its own; wrong types and bounds are tried without being listed.</summary>
    protected virtual IReadOnlyList<RefusedOptions> Refused => [];

    /// <summary>The settings the calls are made with.</summary>
    protected virtual EntrySettings Settings => new();

    /// <summary>The host loads the DLL: one public class, a contract version it knows, every type and dependency there.</summary>
    [Fact]
    public void The_host_loads_the_assembly() => FakeHost.RequireLoadable(typeof(TPlugin).Assembly.Location);

    /// <summary>One line that says what the plugin does.</summary>
    [Fact]
    public void It_describes_itself_in_one_line()
    {
        string description = new TPlugin().Description;
        Assert.True(IsOneLine(description), $"Description must be one line that says something, but is \"{description}\"");
    }

    /// <summary>Constructors and Register touch nothing: the host makes instances to list them, also on a node where the service is not.</summary>
    [Fact]
    public void Setting_up_does_no_work()
    {
        string? work = Idleness.WorkOf(() => Load(ValidOptions).Dispose());
        Assert.True(work is null, $"constructors and Register must do no work before the first call, but did: {work}");
    }

    /// <summary>Nor do they hold anything.</summary>
    [Fact]
    public void Setting_up_holds_nothing()
    {
        string? held = Footprint.Growth(() => Load(ValidOptions));
        Assert.True(held is null, $"{Footprint.Many} entries that were set up and never called hold {held}");
    }

    /// <summary>A misspelt key is an error that names it.</summary>
    [Fact]
    public void An_unknown_option_is_refused_by_name() => RefusesEach([OptionFaults.With(ValidOptions, "noSuchOption", "1")]);

    /// <summary>The required keys are those of <see cref="RequiredOptions"/>, and a missing one is named.</summary>
    [Fact]
    public void A_missing_option_is_refused_by_name()
    {
        Assert.Equal(RequiredOptions.Order(StringComparer.Ordinal), OptionFaults.Required(Schema).Order(StringComparer.Ordinal));
        RefusesEach(RequiredOptions.Select(key => OptionFaults.Without(ValidOptions, key)));
    }

    /// <summary>A value of the wrong type is refused by its key's name.</summary>
    [Fact]
    public void An_option_of_the_wrong_type_is_refused_by_name() => RefusesEach(OptionFaults.WrongTypes(Schema, ValidOptions));

    /// <summary>A value beyond the bounds of the schema, and each of <see cref="Refused"/>, is refused by its key's name.</summary>
    [Fact]
    public void An_option_out_of_range_is_refused_by_name() => RefusesEach([.. OptionFaults.OutOfBounds(Schema, ValidOptions), .. Refused]);

    /// <summary>A number without bounds takes nonsense.</summary>
    [Fact]
    public void Every_number_has_bounds()
    {
        foreach (JsonProperty property in OptionFaults.Properties(Schema).Where(one => OptionFaults.Types(one.Value) is var types && (types.Contains("integer") || types.Contains("number"))))
        {
            Assert.True(
                property.Value.TryGetProperty("minimum", out _) && property.Value.TryGetProperty("maximum", out _),
                $"options.{property.Name} is a number without [Range]");
        }
    }

    /// <summary>Each option has a [Description]: it is what an editor shows.</summary>
    [Fact]
    public void Every_option_is_described()
    {
        foreach (JsonProperty property in OptionFaults.Properties(Schema))
        {
            Assert.True(
                property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("description", out JsonElement text) && IsOneLine(text.GetString()),
                $"options.{property.Name} has no [Description]");
        }
    }

    /// <summary>The schema of the plugin's options.</summary>
    protected static JsonElement Schema => FakeHost.SchemaOf(new TPlugin().OptionsType);

    /// <summary>Sets an entry up in a fake host.</summary>
    /// <param name="options">The options as JSON.</param>
    /// <param name="settings">Null: <see cref="Settings"/>.</param>
    protected FakeHost Load(string options, EntrySettings? settings = null) => FakeHost.Load(new TPlugin(), options, settings ?? Settings);

    /// <summary>Whether the text is one line that says something, of at most 1000 characters.</summary>
    protected static bool IsOneLine(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= 1000 && !text.AsSpan().Trim().ContainsAny('\n', '\r');

    /// <summary>Sets up, calls and disposes many times: nothing may throw, hang or stay behind.</summary>
    /// <param name="call">One call with <see cref="ValidOptions"/>.</param>
    private protected void RequireCleanEnd(Func<FakeHost, HostAnswer> call)
    {
        string? held = Footprint.Growth(() =>
        {
            FakeHost host = Load(ValidOptions);
            Assert.True(call(host).CameBack, "the call never came back");
            var end = Task.Run(host.Dispose, TestContext.Current.CancellationToken);
            Assert.True(end.Wait(FakeHost.Patience), "Dispose does not come back");
            return null;
        });
        Assert.True(held is null, $"{Footprint.Many} entries that were called and disposed have left {held}");
    }

    /// <summary>Makes a call that hangs and cuts it off, first at the entry's timeout, then at the stop of the host.</summary>
    /// <param name="options">Options with which a call hangs.</param>
    /// <param name="call">The call.</param>
    /// <param name="timeout">The entry's timeout.</param>
    /// <param name="stopAfter">When the host stops; null: never.</param>
    private protected HostAnswer CutOff(string options, Func<FakeHost, CancellationToken, HostAnswer> call, TimeSpan timeout, TimeSpan? stopAfter)
    {
        using var stop = new CancellationTokenSource();
        if (stopAfter is { } after)
        {
            stop.CancelAfter(after);
        }

        using FakeHost host = Load(options, Settings with { Timeout = timeout, Interval = timeout });
        return call(host, stop.Token);
    }

    private void RefusesEach(IEnumerable<RefusedOptions> wrong)
    {
        Load(ValidOptions).Dispose();
        foreach (RefusedOptions one in wrong)
        {
            HostRefusalException? refusal = null;
            try
            {
                Load(one.Options).Dispose();
            }
            catch (HostRefusalException e)
            {
                refusal = e;
            }

            Assert.True(refusal is not null, $"options {one.Options} were taken; expected a refusal that names {one.Key}");
            Assert.True(refusal.Message.Contains(one.Key, StringComparison.Ordinal), $"options {one.Options} were refused without naming {one.Key}: {refusal.Message}");
        }
    }
}
