using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.Plugins.Tomcat;

/// <summary>The plugin's entry point.</summary>
public sealed class Plugin : IPlugin
{
    /// <inheritdoc/>
    public string Description => "Checks an HTTP answer of tomcat or any other application server: status, body text, JSON value.";

    /// <inheritdoc/>
    public Type OptionsType => typeof(TomcatOptions);

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddSingleton<IHealthCheck, TomcatCheck>();
}
