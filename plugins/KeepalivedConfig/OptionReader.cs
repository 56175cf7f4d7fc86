using System.Text.Json;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>Reads another plugin's options and remembers which were read, so that none is passed over.</summary>
internal sealed class OptionReader
{
    private readonly PluginModel _plugin;
    private readonly Dictionary<string, JsonElement> _unread = [];

    /// <exception cref="GenerationException">The options are no JSON object.</exception>
    public OptionReader(PluginModel plugin)
    {
        _plugin = plugin;
        switch (plugin.Options.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in plugin.Options.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null))
                {
                    _unread[property.Name] = property.Value;
                }

                break;
            default:
                throw new GenerationException($"the options of \"{plugin.Id}\" are no JSON object.");
        }
    }

    /// <summary>A text, or null when it is not there.</summary>
    /// <exception cref="GenerationException">It is no text.</exception>
    public string? Text(string name) => Take(name) is { } value
        ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "a text")
        : null;

    /// <summary>A truth value, or null when it is not there.</summary>
    /// <exception cref="GenerationException">It is none.</exception>
    public bool? Flag(string name) => Take(name) is { } value
        ? value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false")
        : null;

    /// <summary>A whole number, or null when it is not there.</summary>
    /// <exception cref="GenerationException">It is no whole number.</exception>
    public int? Number(string name) => Take(name) is { } value
        ? value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Wrong(name, "a whole number")
        : null;

    /// <summary>A list of whole numbers with at least one, or null when it is not there.</summary>
    /// <exception cref="GenerationException">It is no such list.</exception>
    public IReadOnlyList<int>? Numbers(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        List<int> numbers = [];
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in value.EnumerateArray())
            {
                numbers.Add(item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int number) ? number : throw Wrong(name, "a list of whole numbers"));
            }
        }

        return numbers.Count > 0 ? numbers : throw Wrong(name, "a list of whole numbers");
    }

    /// <summary>A list of texts with at least one, or null when it is not there.</summary>
    /// <exception cref="GenerationException">It is no such list.</exception>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        List<string> texts = [];
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in value.EnumerateArray())
            {
                texts.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(name, "a list of texts"));
            }
        }

        return texts.Count > 0 ? texts : throw Wrong(name, "a list of texts");
    }

    /// <summary>Options that nothing read, by name: keepalived could not do what they say.</summary>
    public IReadOnlyList<string> Unread => [.. _unread.Keys.Order(StringComparer.Ordinal)];

    /// <exception cref="GenerationException">There are options that nothing read: keepalived could not do what they say.</exception>
    public void RefuseOthers()
    {
        if (_unread.Count > 0)
        {
            string names = string.Join(", ", _unread.Keys.Order(StringComparer.Ordinal));
            throw new GenerationException(
                $"the entry \"{_plugin.Id}\" ({_plugin.Use}) has options that have no equivalent in keepalived: {names}.");
        }
    }

    private JsonElement? Take(string name) =>
        _unread.Remove(name, out JsonElement value) ? value : null;

    private GenerationException Wrong(string name, string expected) =>
        new($"the entry \"{_plugin.Id}\" ({_plugin.Use}): its option {name} must be {expected}.");
}
