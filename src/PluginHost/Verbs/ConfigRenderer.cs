using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Loading;
using HotStandby.PluginHost.Running;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Verbs;

/// <summary>Answers <see cref="HostProtocol.Render"/>: finds the one generator for the target and lets it write the node's file.</summary>
internal sealed class ConfigRenderer(Outbox outbox, OpenCalls calls)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public void Render(Render request)
    {
        Rendered rendered;
        try
        {
            rendered = Generate(request);
        }
        catch (PluginRefusedException e)
        {
            rendered = new Rendered(null, e.Message);
        }

        outbox.Send(rendered);
        outbox.Send(new Done());
    }

    private Rendered Generate(Render request)
    {
        var generators = new List<(string Plugin, IConfigGenerator Generator)>();
        var refused = new List<string>();
        foreach (PluginFile file in Candidates(request))
        {
            calls.Begin(file.Name, CancellationToken.None);
            try
            {
                // Only a plugin that the core lets in is loaded: a plugin's code runs as soon as it is asked what it renders.
                if (request.Refusals.TryGetValue(file.Name, out string? refusal))
                {
                    throw new PluginRefusedException(refusal);
                }

                if (Load(file, request) is { } generator)
                {
                    generators.Add((file.Name, generator));
                }
            }
            catch (PluginRefusedException e)
            {
                refused.Add($"{file.Name}: {e.Message}");
            }

            calls.End(file.Name);
        }

        if (request.Plugin.Length > 0 && generators.Count == 0)
        {
            throw new PluginRefusedException(refused.Count > 0 ? refused[0] : $"{request.Plugin} is no generator: it renders nothing");
        }

        (string Plugin, IConfigGenerator Generator)[] fitting =
        [
            .. generators.Where(candidate => request.Plugin.Length > 0 || string.Equals(candidate.Generator.Target, request.Target, StringComparison.Ordinal)),
        ];
        return fitting.Length switch
        {
            1 => Call(fitting[0].Plugin, fitting[0].Generator, request),
            0 => throw new PluginRefusedException(NoneFor(request.Target, [.. generators.Select(candidate => candidate.Generator.Target)], refused)),
            _ => throw new PluginRefusedException($"several plugins render \"{request.Target}\": {string.Join(", ", fitting.Select(one => one.Plugin))}"),
        };
    }

    private static IReadOnlyList<PluginFile> Candidates(Render request) => request.Plugin.Length > 0
        ? [PluginFile.Find(request.Plugin, request.PluginPaths, request.Refusals)]
        : PluginFile.All(request.PluginPaths);

    /// <returns>Null when the plugin is fine but generates nothing.</returns>
    private IConfigGenerator? Load(PluginFile file, Render request)
    {
        PluginConsole.Enter(file.Name);
        PluginAssembly assembly = PluginAssembly.Load(file);
        PluginModel? entry = request.Model.Plugins.FirstOrDefault(plugin => plugin.Use == file.Name);
        if (!Offers(assembly))
        {
            return null;
        }

        var context = new PluginContext(
            entry?.Id ?? file.Name,
            request.Node,
            entry?.Interval ?? TimeSpan.FromSeconds(1),
            entry?.Timeout ?? TimeSpan.FromSeconds(1),
            request.BaseDirectory,
            line => outbox.Send(new Logged(entry?.Id ?? file.Name, Words.OneLine(line, "(empty line)"))));
        return PluginServices.Create(assembly, context, entry?.Options ?? default).Generator;
    }

    /// <summary>A plugin without a generator is not set up at all: its required options are of no concern here.</summary>
    private static bool Offers(PluginAssembly assembly) =>
        assembly.Plugin.GetType().Assembly.GetTypes().Any(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IConfigGenerator)));

    private Rendered Call(string plugin, IConfigGenerator generator, Render request)
    {
        calls.Begin(plugin, CancellationToken.None);
        var failure = new Failure();
        var wanted = new GenerationRequest(request.Model, request.Node) { TargetVersion = request.TargetVersion, Lenient = request.Lenient };
        PluginCall<string> call = PluginCall<string>.Start(plugin, async token =>
        {
            try
            {
                return await generator.GenerateAsync(wanted, token).ConfigureAwait(false);
            }
            catch (GenerationException e)
            {
                failure.Message = e.Message;
                return "";
            }
        });
        if (!call.Wait(Limit, CancellationToken.None))
        {
            throw new PluginRefusedException($"{plugin} has not rendered the file within {Words.Span(Limit)}");
        }

        calls.End(plugin);
        string? text = call.Result(threw => throw new PluginRefusedException($"{plugin} failed: {threw}"));
        return failure.Message is { } message
            ? throw new PluginRefusedException(message)
            : new Rendered(text ?? throw new PluginRefusedException($"{plugin} answered null"), null)
            {
                CheckCommand = generator.CheckCommand,
                Target = generator.Target,
            };
    }

    private static string NoneFor(string target, List<string> targets, List<string> refused)
    {
        string known = targets.Count == 0 ? "no usable plugin renders anything" : "targets: " + string.Join(", ", targets.Order(StringComparer.Ordinal));
        string broken = refused.Count == 0 ? "" : $" (refused: {string.Join("; ", refused)})";
        return $"no plugin renders \"{target}\"; {known}{broken}";
    }

    private sealed class Failure
    {
        public string? Message { get; set; }
    }
}
