using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>The <c>options</c> of a plugins.json entry that uses KeepalivedConfig.</summary>
[Description("Renders keepalived.conf.")]
public sealed record KeepalivedConfigOptions
{
    /// <summary>The site's own template; relative to the folder of plugins.json. Null: the one in the plugin.</summary>
    [Description("Path of your own Scriban template, relative to the folder of plugins.json; without it the template in the plugin is used.")]
    public string? Template { get; init; }

    /// <summary>The keepalived the file is for: some keywords are younger than others.</summary>
    [Description("The keepalived version the file is for, e.g. 2.2.7 (the default, Debian 12) or 2.3.1; --target stands above it.")]
    [RegularExpression(@"^\d+\.\d+\.\d+$", ErrorMessage = "keepalivedVersion must be three numbers, e.g. \"2.2.7\".")]
    public string KeepalivedVersion { get; init; } = "2.2.7";

    /// <summary>What checks become: "probe" or "script".</summary>
    [Description("\"probe\": keepalived runs the file's own checks with hotstandby probe; \"script\": what Debian's base system and curl can do instead.")]
    [RegularExpression("^(probe|script)$", ErrorMessage = "checks must be \"probe\" or \"script\".")]
    public string Checks { get; init; } = "probe";

    /// <summary>The program that probes, on the node.</summary>
    [Description("Absolute path of the program hotstandby on the node, for \"checks\": \"probe\".")]
    [RegularExpression("^/.*", ErrorMessage = "hotstandby must be an absolute path.")]
    public string Hotstandby { get; init; } = "/usr/bin/hotstandby";

    /// <summary>The file with the checks, on the node.</summary>
    [Description("Absolute path of plugins.json on the node, for \"checks\": \"probe\".")]
    [RegularExpression("^/.*", ErrorMessage = "pluginsJson must be an absolute path.")]
    public string PluginsJson { get; init; } = "/etc/hotstandby/plugins.json";

    /// <summary>What keepalived does beside VRRP (IPVS), relative to the folder of plugins.json. Null: nothing.</summary>
    [Description("Path of a file that is put at the end as it is, such as virtual_server blocks, relative to the folder of plugins.json.")]
    public string? Append { get; init; }
}
