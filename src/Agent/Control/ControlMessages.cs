using System.Text.Json.Serialization;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Control;

/// <summary>A request on the control socket: one JSON line; the answer is one JSON line.</summary>
public sealed record ControlRequest(string Verb);

/// <summary>The answer when there is no report.</summary>
public sealed record ControlError(string Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlError))]
internal sealed partial class ControlJson : JsonSerializerContext;
