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
