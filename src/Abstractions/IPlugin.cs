using Microsoft.Extensions.DependencyInjection;

namespace HotStandby.Abstractions;

/// <summary>
/// The way into a plugin assembly: exactly one public class of the assembly implements this, with a public constructor that takes no
/// arguments and does nothing. The plugin <c>Nginx</c> is the file <c>Nginx/Nginx.dll</c> under a plugins path; the folder's name is the
/// word that <c>"use"</c> names in plugins.json.
/// </summary>
public interface IPlugin
{
    /// <summary>One sentence for <c>hotstandby plugins list</c>: what the plugin does.</summary>
    string Description { get; }

    /// <summary>
    /// The record that the <c>"options"</c> object of a plugins.json entry is bound to. The host binds strictly: an unknown key, a wrong
    /// type or a value outside a <see cref="System.ComponentModel.DataAnnotations.ValidationAttribute"/> is an error. Durations are
    /// <see cref="TimeSpan"/> and written with a unit ("800ms", "2s"). A <see cref="System.ComponentModel.DescriptionAttribute"/> on the
    /// type and its properties becomes the text of the JSON schema.
    /// </summary>
    Type OptionsType { get; }

    /// <summary>
    /// Registers what the plugin offers: any of <see cref="IHealthCheck"/>, <see cref="IPushedHealthCheck"/>, <see cref="INotifier"/> and
    /// <see cref="IConfigGenerator"/>, each as a singleton. Called once for each entry of plugins.json that uses the plugin; the bound
    /// options (as <see cref="OptionsType"/>) and the <see cref="PluginContext"/> are already in <paramref name="services"/>. Must not open
    /// files, sockets or processes: that belongs to the first call.
    /// </summary>
    void Register(IServiceCollection services);
}
