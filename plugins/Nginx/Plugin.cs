using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.Plugins.Nginx;

/// <summary>The plugin's entry point.</summary>
public sealed class Plugin : IPlugin
{
    /// <inheritdoc/>
    public string Description => "Watches the nginx master process, so that its death is known in milliseconds, and if asked probes a URL.";

    /// <inheritdoc/>
    public Type OptionsType => typeof(NginxOptions);

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddSingleton<IPushedHealthCheck, NginxCheck>();
}
