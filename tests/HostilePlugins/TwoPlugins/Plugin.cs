using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.HostilePlugins.TwoPlugins;

public sealed record NoOptions;

public abstract class Common : IPlugin
{
    public string Description => "Two ways in.";

    public Type OptionsType => typeof(NoOptions);

    public void Register(IServiceCollection services)
    {
    }
}

public sealed class FirstPlugin : Common;

public sealed class SecondPlugin : Common;
