using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>The generator behind <c>hotstandby render keepalived</c>.</summary>
internal sealed class KeepalivedConfigGenerator(KeepalivedConfigOptions options, PluginContext context) : IConfigGenerator
{
    /// <inheritdoc/>
    public string Target => "keepalived";

    /// <inheritdoc/>
    public async Task<string> GenerateAsync(ClusterModel model, string node, CancellationToken cancellationToken)
    {
        if (!Version.TryParse(options.KeepalivedVersion, out Version? keepalived))
        {
            throw new GenerationException($"keepalivedVersion \"{options.KeepalivedVersion}\" is no version; write it as \"2.2.7\".");
        }

        KeepalivedModel values = ModelTranslation.Translate(model, node, context.BaseDirectory, keepalived);
        ConfigTemplate template = options.Template is { } path
            ? await ConfigTemplate.ReadAsync(path, context.BaseDirectory, cancellationToken)
            : await ConfigTemplate.ReadBuiltInAsync(cancellationToken);
        return template.Render(values, cancellationToken);
    }
}
