using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration;

/// <summary>Collects the diagnostics of one file.</summary>
internal sealed class Findings(string file)
{
    private readonly List<Diagnostic> _found = [];

    public int Count => _found.Count;

    public bool HasErrors { get; private set; }

    public void Error(Position at, string code, string message, string? remedy = null)
    {
        HasErrors = true;
        _found.Add(new(Severity.Error, code, file, at.Line, at.Column, message, remedy));
    }

    public void Warning(Position at, string code, string message, string? remedy = null) =>
        _found.Add(new(Severity.Warning, code, file, at.Line, at.Column, message, remedy));

    /// <summary>In the order of the file; what stands at one place keeps the order it was found in.</summary>
    public IReadOnlyList<Diagnostic> InOrder() => [.. _found.OrderBy(one => one.Line).ThenBy(one => one.Column)];
}
