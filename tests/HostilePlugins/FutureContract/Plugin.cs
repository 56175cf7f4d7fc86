using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.HostilePlugins.FutureContract;

public sealed record NoOptions;

public sealed class Plugin : IPlugin
{
    public string Description => "Built against a later contract.";

    public Type OptionsType => typeof(NoOptions);

    public void Register(IServiceCollection services) => services.AddSingleton<IHealthCheck, AlwaysUp>();
}

internal sealed class AlwaysUp : IHealthCheck
{
    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(CheckResult.Up("fine"));
}
