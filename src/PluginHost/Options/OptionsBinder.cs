using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HotStandby.HostProtocol;

namespace HotStandby.PluginHost.Options;

/// <summary>The options of an entry don't fit the plugin's record. The message names every fault found, ready for the operator.</summary>
internal sealed class OptionsException(IReadOnlyList<OptionFault> faults) : Exception(string.Join("; ", faults.Select(Sentence)))
{
    public OptionsException(string path, string message) : this([new OptionFault(path, message)])
    {
    }

    public IReadOnlyList<OptionFault> Faults { get; } = faults;

    private static string Sentence(OptionFault fault) => $"options{(fault.Path.Length == 0 || fault.Path[0] == '[' ? "" : ".")}{fault.Path}: {fault.Message}";
}

/// <summary>Binds the <c>options</c> object of an entry to the plugin's record and validates it.</summary>
internal static class OptionsBinder
{
    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    /// <exception cref="OptionsException">An unknown, doubled or missing key, a wrong type, or a value its annotations refuse.</exception>
    public static object Bind(Type type, JsonElement options)
    {
        if (options.ValueKind == JsonValueKind.Undefined)
        {
            options = Empty;
        }

        if (options.ValueKind != JsonValueKind.Object)
        {
            throw new OptionsException("", $"expected an object, found {options.ValueKind}");
        }

        JsonTypeInfo info = OptionsJson.Strict.GetTypeInfo(type);
        CheckKeys(info, options);
        object bound;
        try
        {
            bound = options.Deserialize(info) ?? throw new OptionsException("", "expected an object, found null");
        }
        catch (JsonException e)
        {
            throw new OptionsException(Trimmed(e.Path).TrimStart('.'), Explain(info, e));
        }

        var faults = new List<OptionFault>();
        Validate(bound, "", faults);
        return faults.Count == 0 ? bound : throw new OptionsException(faults);
    }

    private static void CheckKeys(JsonTypeInfo info, JsonElement options)
    {
        var faults = new List<OptionFault>();
        var seen = new HashSet<string>();
        foreach (JsonProperty property in options.EnumerateObject())
        {
            if (!seen.Add(property.Name))
            {
                faults.Add(new(property.Name, "the key stands there twice"));
            }
            else if (!info.Properties.Any(known => known.Name == property.Name))
            {
                string keys = info.Properties.Count == 0 ? "it takes none" : "known keys: " + string.Join(", ", info.Properties.Select(p => p.Name));
                faults.Add(new(property.Name, $"unknown key; {keys}"));
            }
        }

        faults.AddRange(info.Properties
            .Where(known => known.IsRequired && !seen.Contains(known.Name))
            .Select(known => new OptionFault(known.Name, $"missing; expected {Expected(known.PropertyType)}")));
        if (faults.Count > 0)
        {
            throw new OptionsException(faults);
        }
    }

    /// <summary>The serializer speaks of .NET types; the operator of JSON.</summary>
    private static string Explain(JsonTypeInfo info, JsonException e)
    {
        string message = e.Message.Split(" Path: ")[0];
        if (message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
            && info.Properties.FirstOrDefault(known => "." + known.Name == Trimmed(e.Path).Split('[')[0]) is { } property)
        {
            bool inList = e.Path!.EndsWith(']') && Element(property.PropertyType) is not null;
            return "expected " + Expected(inList ? Element(property.PropertyType)! : property.PropertyType);
        }

        return message;
    }

    private static string Trimmed(string? path) => path is null or "$" ? "" : path.TrimStart('$');

    private static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) || type == typeof(Uri) => "a string",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(TimeSpan) => "a duration with a unit, such as \"800ms\"",
            _ when type == typeof(int) || type == typeof(long) || type == typeof(ushort) || type == typeof(byte) => "a whole number",
            _ when type == typeof(double) || type == typeof(decimal) || type == typeof(float) => "a number",
            { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
            _ when type.IsAssignableTo(typeof(IDictionary)) => "an object",
            _ when Element(type) is { } element => $"a list, each {Expected(element)}",
            _ => "an object",
        };
    }

    private static Type? Element(Type type) =>
        type.IsArray ? type.GetElementType()
        : type != typeof(string) && type.IsGenericType && type.GenericTypeArguments.Length == 1 && type.IsAssignableTo(typeof(IEnumerable))
            ? type.GenericTypeArguments[0]
            : null;

    private static void Validate(object value, string path, List<OptionFault> faults)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true);
        foreach (ValidationResult result in results)
        {
            string? member = result.MemberNames.FirstOrDefault() is string name ? JsonNamingPolicy.CamelCase.ConvertName(name) : null;
            faults.Add(new(member is null ? path : Below(path, member), result.ErrorMessage ?? "refused by the plugin, which does not say why"));
        }

        // DataAnnotations stop at the first level; records inside options are checked too.
        foreach (JsonPropertyInfo property in OptionsJson.Strict.GetTypeInfo(value.GetType()).Properties)
        {
            object? inner = property.Get?.Invoke(value);
            if (inner is IEnumerable items and not string and not IDictionary && Element(property.PropertyType) is { } element)
            {
                int index = 0;
                foreach (object? item in items)
                {
                    if (item is not null && IsOwnRecord(element, value))
                    {
                        Validate(item, $"{Below(path, property.Name)}[{index}]", faults);
                    }

                    index++;
                }
            }
            else if (inner is not null && IsOwnRecord(property.PropertyType, value))
            {
                Validate(inner, Below(path, property.Name), faults);
            }
        }
    }

    private static string Below(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static bool IsOwnRecord(Type type, object owner) => type.IsClass && type.Assembly == owner.GetType().Assembly;
}
