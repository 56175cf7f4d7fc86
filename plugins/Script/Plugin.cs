using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.Plugins.Script;

/// <summary>The plugin's entry point.</summary>
public sealed class Plugin : IPlugin
{
    /// <inheritdoc/>
    public string Description => "Runs the operator's scripts on master, backup, fault and stop, with keepalived's arguments and a documented environment.";

    /// <inheritdoc/>
    public Type OptionsType => typeof(ScriptOptions);

    /// <inheritdoc/>
    public void Register(IServiceCollection services) => services.AddSingleton<INotifier, ScriptNotifier>();
}
