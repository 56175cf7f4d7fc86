using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>Renders keepalived.conf from plugins.json, for the pairs that stay with keepalived.</summary>
public sealed class Plugin : IPlugin
{
    /// <inheritdoc/>
    public string Description => "Renders keepalived.conf for one node from a Scriban template (hotstandby render keepalived).";

    /// <inheritdoc/>
    public Type OptionsType => typeof(KeepalivedConfigOptions);

    /// <inheritdoc/>
    public void Register(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IConfigGenerator, KeepalivedConfigGenerator>();
    }
}
