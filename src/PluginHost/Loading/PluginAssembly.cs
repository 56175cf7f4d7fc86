using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using HotStandby.Abstractions;
using HotStandby.PluginHost.Streams;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.PluginHost.Loading;

/// <summary>
/// A plugin's DLL in its own load context, loaded once for the life of the host: a new DLL takes a new host (contexts that can be unloaded
/// cost ten times the load time and don't die once options were bound).
/// </summary>
internal sealed record PluginAssembly(PluginFile File, IPlugin Plugin, string Version, IReadOnlyList<string> TypeNames)
{
    private static readonly ConcurrentDictionary<string, Lazy<PluginAssembly>> Loaded = new();

    /// <exception cref="PluginRefusedException">It is not a plugin, or not one for this host.</exception>
    public static PluginAssembly Load(PluginFile file)
    {
        Lazy<PluginAssembly> lazy = Loaded.GetOrAdd(file.Path, _ => new Lazy<PluginAssembly>(() => LoadNow(file)));
        try
        {
            return lazy.Value;
        }
        catch
        {
            // A reload may find the file mended.
            Loaded.TryRemove(KeyValuePair.Create(file.Path, lazy));
            throw;
        }
    }

    private static PluginAssembly LoadNow(PluginFile file)
    {
        ContractGate gate = ContractGate.Read(file);
        if (gate.Refusal is not null)
        {
            throw new PluginRefusedException(gate.Refusal);
        }

        var loader = PluginLoader.CreateFromAssemblyFile(file.Path, config =>
        {
            config.IsUnloadable = false;
            config.IsLazyLoaded = true;
            config.SharedAssemblies.Add(typeof(IPlugin).Assembly.GetName());
            config.SharedAssemblies.Add(typeof(IServiceCollection).Assembly.GetName());
        });
        Type[] types;
        try
        {
            // All types, not only the exported ones: a missing dependency is to show now, not at the first failover.
            types = loader.LoadDefaultAssembly().GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            string causes = string.Join("; ", e.LoaderExceptions.Select(cause => cause?.Message).Distinct().Take(3));
            throw new PluginRefusedException($"its types can't be loaded: {causes}");
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            throw new PluginRefusedException($"it can't be loaded: {e.Message}");
        }

        Type[] plugins = [.. types.Where(type => type is { IsClass: true, IsAbstract: false, IsVisible: true } && type.IsAssignableTo(typeof(IPlugin)))];
        if (plugins.Length != 1)
        {
            string found = plugins.Length == 0 ? "none" : string.Join(", ", plugins.Select(type => type.FullName));
            throw new PluginRefusedException($"expected exactly one public class that implements IPlugin, found {found}");
        }

        IPlugin plugin;
        try
        {
            plugin = (IPlugin)Activator.CreateInstance(plugins[0])!;
        }
        catch (MissingMethodException)
        {
            throw new PluginRefusedException($"{plugins[0].FullName} has no public constructor without arguments");
        }
        catch (TargetInvocationException e)
        {
            throw new PluginRefusedException($"its constructor threw {Words.Of(e)}");
        }

        string[] names = [.. types
            .Where(type => !type.IsNested && type.FullName is not null && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
            .Select(type => type.FullName!)
            .Where(name => !name.StartsWith('<'))
            .Take(100)];
        return new PluginAssembly(file, plugin, gate.Version?.ToString() ?? "", names);
    }
}
