namespace HotStandby.TestKit.Conformance;

/// <summary>Options that must be refused.</summary>
/// <param name="Options">The <c>options</c> object as JSON.</param>
/// <param name="Key">The key that the refusal must name.</param>
public sealed record RefusedOptions(string Options, string Key);
