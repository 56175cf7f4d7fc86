using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using HotStandby.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.PluginHost.Loading;

/// <summary>What a plugin's metadata says, read without loading it.</summary>
/// <param name="Version">The plugin's own assembly version; null when the file isn't a .NET assembly.</param>
/// <param name="Contract">The contract version it was built against; null when it references none.</param>
/// <param name="Refusal">Why it can't be loaded; null when it can.</param>
internal sealed record ContractGate(Version? Version, Version? Contract, string? Refusal)
{
    private static readonly AssemblyName Own = typeof(IPlugin).Assembly.GetName();

    /// <summary>Its types are in the contract, so that a plugin gets the host's, whichever it brings.</summary>
    private static readonly AssemblyName Container = typeof(IServiceCollection).Assembly.GetName();

    /// <summary>The contract version of this host.</summary>
    public static Version HostVersion => Own.Version!;

    /// <summary>
    /// Compares versions before anything is loaded; the rule stands in src/Abstractions/README.md. A newer contract would otherwise fail in ways that name nothing: a plugin that ships its
    /// own copy of the contract simply seems to implement no interface.
    /// </summary>
    public static ContractGate Read(PluginFile plugin)
    {
        string name = Own.Name!;
        Version? version;
        Version? contract;
        Version? container;
        try
        {
            using FileStream file = File.OpenRead(plugin.Path);
            using var portable = new PEReader(file);
            if (!portable.HasMetadata)
            {
                return new ContractGate(null, null, $"{plugin.Path} is not a .NET assembly");
            }

            MetadataReader metadata = portable.GetMetadataReader();
            version = metadata.GetAssemblyDefinition().Version;
            contract = Reference(metadata, name);
            container = Reference(metadata, Container.Name!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
        {
            return new ContractGate(null, null, $"cannot read {plugin.Path} as a .NET assembly: {e.Message}");
        }

        return new ContractGate(version, contract, Judge(contract, name) ?? JudgeContainer(container) ?? JudgePrivateCopy(plugin, name));
    }

    /// <returns>Null when the assembly does not reference it.</returns>
    private static Version? Reference(MetadataReader metadata, string name) => metadata.AssemblyReferences
        .Select(metadata.GetAssemblyReference)
        .Where(reference => metadata.StringComparer.Equals(reference.Name, name))
        .Select(reference => reference.Version)
        .FirstOrDefault();

    private static string? Judge(Version? contract, string name)
    {
        if (contract is null)
        {
            return $"it does not reference {name}, so it is not a plugin";
        }

        if (contract.Major != HostVersion.Major || contract.Minor > HostVersion.Minor)
        {
            return $"it was built against {name} {Short(contract)}, this host has {Short(HostVersion)}: "
                + (contract > HostVersion ? "upgrade HotStandby or use an older build of the plugin" : "rebuild the plugin against the host's contract");
        }

        return null;
    }

    /// <summary>The runtime gives an older one's place to the host's, and never a newer one's: the plugin would seem to implement no <c>Register</c>.</summary>
    private static string? JudgeContainer(Version? container) => container is null || container <= Container.Version
        ? null
        : $"it was built against {Container.Name} {Short(container)}, this host has {Short(Container.Version!)}: "
            + "reference the host's version in the plugin's project, or upgrade HotStandby";

    private static string? JudgePrivateCopy(PluginFile plugin, string name)
    {
        string copy = Path.Combine(Path.GetDirectoryName(plugin.Path)!, name + ".dll");
        if (!File.Exists(copy))
        {
            return null;
        }

        Version? version;
        try
        {
            version = AssemblyName.GetAssemblyName(copy).Version;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException)
        {
            return $"its folder holds an unreadable {name}.dll ({e.Message}): delete it, the host brings its own";
        }

        return version == HostVersion
            ? null
            : $"its folder holds a private {name}.dll {Short(version!)}, this host has {Short(HostVersion)}: delete the copy, the host brings its own";
    }

    private static string Short(Version version) => $"{version.Major}.{version.Minor}";
}
