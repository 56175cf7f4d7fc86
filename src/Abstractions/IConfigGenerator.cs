namespace HotStandby.Abstractions;

/// <summary>Renders another program's configuration from plugins.json.</summary>
public interface IConfigGenerator
{
    /// <summary>The word after <c>hotstandby render</c>, e.g. <c>keepalived</c>.</summary>
    string Target { get; }

    /// <summary>
    /// Renders the file for one node. The same model must give the same bytes. What the target can't say is a
    /// <see cref="GenerationException"/>, never left out in silence.
    /// </summary>
    Task<string> GenerateAsync(ClusterModel model, string node, CancellationToken cancellationToken);

    /// <summary>
    /// The same with what the operator wants of the rendering. This is what the host calls; a generator that has neither versions nor a
    /// lenient way need not implement it.
    /// </summary>
    Task<string> GenerateAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.TargetVersion.Length > 0 ? throw new GenerationException($"the generator for {Target} knows no versions: leave --target out.")
            : request.Lenient ? throw new GenerationException($"the generator for {Target} knows no --lenient: what it can't render is an error.")
            : GenerateAsync(request.Model, request.Node, cancellationToken);
    }

    /// <summary>
    /// The program and arguments that let the target program itself check a file, which stands for <c>{file}</c> in them (for
    /// <c>render --verify</c>); it must refuse by an exit status that is not 0. Empty: there is none.
    /// </summary>
    IReadOnlyList<string> CheckCommand => [];
}

/// <summary>What is to be rendered, and how.</summary>
/// <param name="Model">plugins.json, validated.</param>
/// <param name="Node">The node the file is for.</param>
public sealed record GenerationRequest(ClusterModel Model, string Node)
{
    /// <summary>The version of the target program, e.g. "2.2.7"; empty for the generator's own default.</summary>
    public string TargetVersion { get; init; } = "";

    /// <summary>Whether what the target can't say becomes a comment that names it; else it is a <see cref="GenerationException"/>.</summary>
    public bool Lenient { get; init; }
}

/// <summary>The target can't express the model, or a template is wrong.</summary>
public sealed class GenerationException : Exception
{
    /// <summary>Creates the error with the sentence the operator reads.</summary>
    public GenerationException(string message) : base(message)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    public GenerationException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the error without a sentence.</summary>
    public GenerationException()
    {
    }
}
