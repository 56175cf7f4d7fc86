namespace HotStandby.Agent.Configuration;

/// <summary>What came of reading plugins.json.</summary>
/// <param name="Config">Null when there is an error.</param>
/// <param name="Diagnostics">Everything found, in the order of the file.</param>
public sealed record ConfigResult(HotStandbyConfig? Config, IReadOnlyList<Diagnostic> Diagnostics)
{
    public bool HasErrors => Diagnostics.Any(one => one.Severity == Severity.Error);

    public bool HasWarnings => Diagnostics.Any(one => one.Severity == Severity.Warning);
}
