using System.Text.Json.Serialization;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Control;

/// <summary>A request on the control socket: one JSON line; the answer is one JSON line.</summary>
/// <param name="Verb">"status", "switchover" or "switchback".</param>
/// <param name="Router">The virtual router it is about; null for verbs that are about the agent.</param>
public sealed record ControlRequest(
    string Verb, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Router = null);

/// <summary>The answer to a verb that was carried out.</summary>
public sealed record ControlDone(bool Done);

/// <summary>The answer when there is no report.</summary>
public sealed record ControlError(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlError))]
[JsonSerializable(typeof(ControlDone))]
internal sealed partial class ControlJson : JsonSerializerContext;
