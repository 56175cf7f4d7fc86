using System.Text.Json;
using HotStandby.Abstractions;
using HotStandby.PluginHost.Options;
using HotStandby.PluginHost.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.PluginHost.Loading;

/// <summary>What one entry of plugins.json gets from its plugin, resolved and ready to be called.</summary>
internal sealed record PluginServices(
    PluginAssembly Assembly,
    ServiceProvider Provider,
    IHealthCheck? Check,
    IPushedHealthCheck? PushedCheck,
    INotifier? Notifier,
    IConfigGenerator? Generator)
{
    private static readonly Type[] Offers = [typeof(IHealthCheck), typeof(IPushedHealthCheck), typeof(INotifier), typeof(IConfigGenerator)];

    /// <summary>The words for what the plugin offers, as the operator reads them: "check", "notifier", "generator".</summary>
    public static IReadOnlyList<string> Kinds(IServiceCollection services)
    {
        bool Has(Type type) => services.Any(service => service.ServiceType == type);
        var kinds = new List<string>();
        if (Has(typeof(IHealthCheck)) || Has(typeof(IPushedHealthCheck)))
        {
            kinds.Add("check");
        }

        if (Has(typeof(INotifier)))
        {
            kinds.Add("notifier");
        }

        if (Has(typeof(IConfigGenerator)))
        {
            kinds.Add("generator");
        }

        return kinds;
    }

    /// <summary>What this entry offers, which may depend on its options.</summary>
    public IReadOnlyList<string> OwnKinds =>
    [
        .. Check is not null || PushedCheck is not null ? ["check"] : Array.Empty<string>(),
        .. Notifier is not null ? ["notifier"] : Array.Empty<string>(),
        .. Generator is not null ? ["generator"] : Array.Empty<string>(),
    ];

    /// <summary>Names of the types the host calls, then the assembly's others, for matching a crash's stack trace.</summary>
    public IReadOnlyList<string> TypeNames =>
        [.. new object?[] { Check, PushedCheck, Notifier, Generator, Assembly.Plugin }
            .Select(service => service?.GetType().FullName)
            .OfType<string>()
            .Concat(Assembly.TypeNames)
            .Distinct()];

    /// <exception cref="PluginRefusedException">Its options don't fit, or it threw, or it offers nothing or too much.</exception>
    public static PluginServices Create(PluginAssembly assembly, PluginContext context, JsonElement options)
    {
        var services = new ServiceCollection();
        try
        {
            Type optionsType = assembly.Plugin.OptionsType;
            services.AddSingleton(optionsType, OptionsBinder.Bind(optionsType, options));
            services.AddSingleton(context);
            assembly.Plugin.Register(services);
        }
        catch (OptionsException e)
        {
            throw new PluginRefusedException(e);
        }
        catch (Exception e)
        {
            throw new PluginRefusedException($"it threw while it registered: {Words.Of(e)}");
        }

        RefuseAmbiguous(services);
        ServiceProvider? provider = null;
        try
        {
            provider = services.BuildServiceProvider();
            return new PluginServices(
                assembly,
                provider,
                provider.GetService<IHealthCheck>(),
                provider.GetService<IPushedHealthCheck>(),
                provider.GetService<INotifier>(),
                provider.GetService<IConfigGenerator>());
        }
        catch (Exception e)
        {
            _ = provider is null ? null : Free(provider);
            throw new PluginRefusedException($"it threw while it was set up: {Words.Of(e)}");
        }
    }

    /// <summary>Frees what the plugin holds.</summary>
    /// <returns>What that threw, in words; null when nothing. It is no reason to refuse the plugin, which works all the same.</returns>
    public string? Free() => Free(Provider);

    private static string? Free(ServiceProvider provider)
    {
        try
        {
            // A service may be only IAsyncDisposable, which a provider's Dispose throws at.
            provider.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (Exception e)
        {
            return Words.Of(e);
        }
    }

    private static void RefuseAmbiguous(ServiceCollection services)
    {
        Type[] offered = [.. services.Select(service => service.ServiceType).Where(Offers.Contains)];
        if (offered.Length == 0)
        {
            throw new PluginRefusedException("it registers no health check, notifier or config generator");
        }

        if (offered.GroupBy(type => type).FirstOrDefault(group => group.Count() > 1) is { } doubled)
        {
            throw new PluginRefusedException($"it registers {doubled.Key.Name} {doubled.Count()} times; one entry is one check and one notifier");
        }

        if (offered.Contains(typeof(IHealthCheck)) && offered.Contains(typeof(IPushedHealthCheck)))
        {
            throw new PluginRefusedException("it registers both IHealthCheck and IPushedHealthCheck; one entry is one check");
        }
    }
}
