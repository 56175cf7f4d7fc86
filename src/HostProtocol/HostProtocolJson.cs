using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotStandby.HostProtocol;

/// <summary>One message is one line of JSON, so that a half-written message can't be mistaken for a whole one.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(ToHost))]
[JsonSerializable(typeof(FromHost))]
public sealed partial class HostProtocolJson : JsonSerializerContext
{
    public static string ToLine(ToHost message) => JsonSerializer.Serialize(message, Default.ToHost);

    public static string ToLine(FromHost message) => JsonSerializer.Serialize(message, Default.FromHost);

    /// <exception cref="JsonException">The line is not a message of this version.</exception>
    public static ToHost ReadToHost(string line) =>
        JsonSerializer.Deserialize(line, Default.ToHost) ?? throw new JsonException("A message can't be null.");

    /// <exception cref="JsonException">The line is not a message of this version.</exception>
    public static FromHost ReadFromHost(string line) =>
        JsonSerializer.Deserialize(line, Default.FromHost) ?? throw new JsonException("An event can't be null.");
}
