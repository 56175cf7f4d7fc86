using System.Reflection;
using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.HostilePlugins.Conflict;

public sealed record NoOptions;

public sealed class Plugin : IPlugin
{
    public string Description => "Says what its dependency says, and which one that is.";

    public Type OptionsType => typeof(NoOptions);

    public void Register(IServiceCollection services) => services.AddSingleton<IHealthCheck, Check>();
}

internal sealed class Check : IHealthCheck
{
    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        AssemblyName dependency = typeof(Dispute).Assembly.GetName();
        return Task.FromResult(CheckResult.Up($"{Dispute.Say()}, says {dependency.Name} {dependency.Version}"));
    }
}
