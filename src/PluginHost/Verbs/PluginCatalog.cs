using System.Text.Json;
using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Loading;
using HotStandby.PluginHost.Options;
using HotStandby.PluginHost.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.PluginHost.Verbs;

/// <summary>Answers <see cref="HostProtocol.Describe"/>: what every plugin under the paths is, usable or not.</summary>
internal sealed class PluginCatalog(Outbox outbox, OpenCalls calls)
{
    public void Describe(Describe request)
    {
        foreach (PluginFile file in PluginFile.All(request.PluginPaths))
        {
            if (calls.Begin(file.Name, CancellationToken.None))
            {
                outbox.Send(Describe(file, request.Refusals.GetValueOrDefault(file.Name)));
                calls.End(file.Name);
            }
        }

        outbox.Send(new Done());
    }

    public static PluginDescribed Describe(PluginFile file, string? refusal)
    {
        ContractGate gate = ContractGate.Read(file);
        gate = refusal is null ? gate : gate with { Refusal = refusal };
        var described = new PluginDescribed(
            file.Name, file.Path, gate.Version?.ToString() ?? "", gate.Contract?.ToString() ?? "", Usable: false, gate.Refusal ?? "", "", [], null);
        if (gate.Refusal is not null)
        {
            return described;
        }

        PluginConsole.Enter(file.Name);
        try
        {
            IPlugin plugin = PluginAssembly.Load(file).Plugin;
            JsonElement schema = OptionsSchema.Of(plugin.OptionsType);
            return described with
            {
                Usable = true,
                Description = Words.OneLine(plugin.Description, ""),
                Kinds = KindsOf(file, plugin),
                OptionsSchema = schema,
            };
        }
        catch (Exception e)
        {
            return described with { Why = e is PluginRefusedException ? e.Message : Words.Of(e) };
        }
    }

    private static IReadOnlyList<string> KindsOf(PluginFile file, IPlugin plugin)
    {
        var services = new ServiceCollection();
        services.AddSingleton(new PluginContext(file.Name, "", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), "/", _ => { }));
        try
        {
            services.AddSingleton(plugin.OptionsType, OptionsBinder.Bind(plugin.OptionsType, default));
        }
        catch (OptionsException)
        {
            // Some key is required; registering rarely needs the options themselves.
        }

        plugin.Register(services);
        IReadOnlyList<string> kinds = PluginServices.Kinds(services);
        return kinds.Count > 0 ? kinds : throw new PluginRefusedException("it registers no health check, notifier or config generator");
    }
}
