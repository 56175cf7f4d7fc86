using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.Plugins.TcpPort;

/// <summary>The plugin's entry point.</summary>
public sealed class Plugin : IPlugin
{
    /// <inheritdoc/>
    public string Description => "Checks that a TCP port accepts connections and, if asked, greets with a banner.";

    /// <inheritdoc/>
    public Type OptionsType => typeof(TcpPortOptions);

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddSingleton<IHealthCheck, TcpPortCheck>();
}
