using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.Plugins.FrrConfig;

/// <summary>Renders the VRRP part of frr.conf from plugins.json, for routers whose VRRP is FRR's vrrpd.</summary>
public sealed class Plugin : IPlugin
{
    /// <inheritdoc/>
    public string Description => "Renders the VRRP part of frr.conf for one node (hotstandby render frr).";

    /// <inheritdoc/>
    public Type OptionsType => typeof(FrrConfigOptions);

    /// <inheritdoc/>
    public void Register(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IConfigGenerator, FrrConfigGenerator>();
    }
}
