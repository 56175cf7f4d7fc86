using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>The generator behind <c>hotstandby render keepalived</c>.</summary>
internal sealed class KeepalivedConfigGenerator(KeepalivedConfigOptions options, PluginContext context) : IConfigGenerator
{
    /// <inheritdoc/>
    public string Target => "keepalived";

    /// <inheritdoc/>
    public IReadOnlyList<string> CheckCommand => ["keepalived", "--config-test", "--use-file", "{file}"];

    /// <inheritdoc/>
    public Task<string> GenerateAsync(ClusterModel model, string node, CancellationToken cancellationToken) =>
        GenerateAsync(new GenerationRequest(model, node), cancellationToken);

    /// <inheritdoc/>
    public async Task<string> GenerateAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        KeepalivedTarget target = request.TargetVersion.Length > 0
            ? KeepalivedTarget.Parse(request.TargetVersion, "--target")
            : KeepalivedTarget.Parse(options.KeepalivedVersion, "keepalivedVersion");
        KeepalivedModel values = new ModelTranslation(request.Model, request.Node, context.BaseDirectory, target, options, new Gaps(request.Lenient)).Translate();
        ConfigTemplate template = options.Template is { } path
            ? await ConfigTemplate.ReadAsync(path, context.BaseDirectory, cancellationToken)
            : await ConfigTemplate.ReadBuiltInAsync(cancellationToken);
        return template.Render(values, cancellationToken) + await AppendedAsync(cancellationToken);
    }

    private async Task<string> AppendedAsync(CancellationToken cancellationToken)
    {
        if (options.Append is not { } path)
        {
            return "";
        }

        string file = Path.GetFullPath(path, context.BaseDirectory);
        try
        {
            string text = await File.ReadAllTextAsync(file, cancellationToken);
            return $"\n# From {path}, as it is.\n{text.ReplaceLineEndings("\n").TrimEnd('\n')}\n";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GenerationException($"the file {file} (append) can't be read: {exception.Message}", exception);
        }
    }
}
