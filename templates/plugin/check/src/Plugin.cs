using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace Plugin_Name;

/// <summary>What the host finds in this DLL. It does no work: that begins with the first call of the check.</summary>
public sealed class Plugin : IPlugin
{
    public string Description => "Checks that a file is there.";

    public Type OptionsType => typeof(CheckOptions);

    public void Register(IServiceCollection services) => services.AddSingleton<IHealthCheck, Check>();
}
