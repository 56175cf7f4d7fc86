using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace Plugin_Name;

/// <summary>What the host finds in this DLL. It does no work: that begins with the first transition.</summary>
public sealed class Plugin : IPlugin
{
    public string Description => "Appends a line to a file for every transition.";

    public Type OptionsType => typeof(NotifierOptions);

    public void Register(IServiceCollection services) => services.AddSingleton<INotifier, Notifier>();
}
