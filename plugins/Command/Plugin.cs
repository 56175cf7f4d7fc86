using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.Plugins.Command;

/// <summary>The plugin's entry point.</summary>
public sealed class Plugin : IPlugin
{
    /// <inheritdoc/>
    public string Description => "Runs a program of the operator's as a check: exit status 0 is healthy, anything else, and no end in time, is failed.";

    /// <inheritdoc/>
    public Type OptionsType => typeof(CommandOptions);

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddSingleton<IHealthCheck, CommandCheck>();
}
