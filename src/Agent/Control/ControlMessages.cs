using System.Text.Json.Serialization;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Control;

/// <summary>A request on the control socket: one JSON line; the answer is one JSON line.</summary>
/// <param name="Verb">"status", "switchover", "switchback", "drain", "undrain", "reload" or "plan" (what reload would do).</param>
/// <param name="Router">The virtual router it is about; null for verbs that are about the agent.</param>
/// <param name="Reason">For "drain": the operator's words; null for none.</param>
public sealed record ControlRequest(
    string Verb,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Router = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null);

/// <summary>The answer to a verb that was carried out.</summary>
/// <param name="Done">Always true.</param>
/// <param name="Lines">What was done, for verbs that tell; else empty.</param>
public sealed record ControlDone(bool Done, IReadOnlyList<string>? Lines = null);

/// <summary>The answer when there is no report.</summary>
public sealed record ControlError(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlError))]
[JsonSerializable(typeof(ControlDone))]
[JsonSerializable(typeof(DrainRecord))]
internal sealed partial class ControlJson : JsonSerializerContext;
