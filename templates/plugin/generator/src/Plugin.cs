using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace Plugin_Name;

/// <summary>What the host finds in this DLL. It does no work: that begins with the first rendering.</summary>
public sealed class Plugin : IPlugin
{
    public string Description => "Renders a table of the virtual addresses.";

    public Type OptionsType => typeof(GeneratorOptions);

    public void Register(IServiceCollection services) => services.AddSingleton<IConfigGenerator, Generator>();
}
