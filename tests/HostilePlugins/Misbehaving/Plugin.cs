using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.HostilePlugins.Misbehaving;

public sealed class Plugin : IPlugin
{
    public string Description => "Does wrong what it is told to.";

    public Type OptionsType => typeof(Options);

    public void Register(IServiceCollection services)
    {
        Options options = services.Select(service => service.ImplementationInstance).OfType<Options>().Single();
        switch (options.Deed)
        {
            case Deed.ThrowInRegister:
                throw new InvalidOperationException("no registering today");
            case Deed.NothingAtAll:
                break;
            case Deed.CheckAndPush:
                services.AddSingleton<IHealthCheck, Check>();
                services.AddSingleton<IPushedHealthCheck, PushedCheck>();
                break;
            case >= Deed.PushUp and <= Deed.PushBlockForever:
                services.AddSingleton<IPushedHealthCheck, PushedCheck>();
                break;
            case >= Deed.Notify and <= Deed.NotifyNeverReturn:
                services.AddSingleton<INotifier, Notifier>();
                break;
            case Deed.DisposeAsync or Deed.ThrowInDispose:
                services.AddSingleton<IHealthCheck, DisposedCheck>();
                break;
            default:
                services.AddSingleton<IHealthCheck, Check>();
                break;
        }
    }
}
