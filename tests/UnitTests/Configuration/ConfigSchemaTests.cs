using System.Text.Json;
using HotStandby.Agent.Configuration;

namespace HotStandby.UnitTests.Configuration;

public sealed class ConfigSchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(ConfigSchema.Write(DescribedPlugins.All)).RootElement;

    [Fact]
    public void Every_key_has_a_description()
    {
        int keys = AssertDescribed(Schema);
        Assert.True(keys > 35, $"only {keys} keys");
    }

    [Fact]
    public void Says_what_it_is()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", Schema.GetProperty("$schema").GetString());
        Assert.Equal("plugins.schema.json", Schema.GetProperty("$id").GetString());
        Assert.Contains("HotStandby", Schema.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.False(Schema.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(["nodes", "virtualRouters"], Schema.GetProperty("required").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public void A_plugin_entry_takes_the_options_of_the_plugin_it_uses()
    {
        JsonElement[] cases = [.. Entry.GetProperty("allOf").EnumerateArray()];

        Assert.Equal(
            ["Nginx", "Script"],
            cases.Select(one => one.GetProperty("if").GetProperty("properties").GetProperty("use").GetProperty("const").GetString()));
        JsonElement nginx = cases[0].GetProperty("then").GetProperty("properties").GetProperty("options");
        Assert.True(nginx.GetProperty("properties").TryGetProperty("pidFile", out _));
        Assert.False(cases[0].GetProperty("then").TryGetProperty("required", out _));
        Assert.Equal("options", cases[1].GetProperty("then").GetProperty("required")[0].GetString());
    }

    [Fact]
    public void Editors_are_not_misled_by_a_plugins_own_schema_or_by_iso_durations()
    {
        JsonElement script = Entry.GetProperty("allOf")[1].GetProperty("then").GetProperty("properties").GetProperty("options");
        JsonElement timeout = script.GetProperty("properties").GetProperty("timeout");

        Assert.False(script.TryGetProperty("$schema", out _));
        Assert.False(timeout.TryGetProperty("format", out _));
        Assert.Equal("^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$", timeout.GetProperty("pattern").GetString());
    }

    [Fact]
    public void The_same_plugins_give_the_same_text_in_any_order() =>
        Assert.Equal(ConfigSchema.Write(DescribedPlugins.All), ConfigSchema.Write([.. DescribedPlugins.All.Reverse()]));

    [Fact]
    public void Without_plugins_any_options_are_taken()
    {
        string text = ConfigSchema.Write([]);
        Assert.DoesNotContain("\"if\"", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }

    private static JsonElement Entry => Schema.GetProperty("properties").GetProperty("plugins").GetProperty("items");

    private static int AssertDescribed(JsonElement schema)
    {
        int keys = 0;
        foreach (string holder in (string[])["items", "additionalProperties"])
        {
            if (schema.TryGetProperty(holder, out JsonElement inner) && inner.ValueKind == JsonValueKind.Object)
            {
                keys += AssertDescribed(inner);
            }
        }

        if (schema.TryGetProperty("properties", out JsonElement properties))
        {
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                Assert.True(
                    property.Value.TryGetProperty("description", out JsonElement text) && text.GetString()!.EndsWith('.'), property.Name);
                keys += 1 + AssertDescribed(property.Value);
            }
        }

        return keys;
    }
}
