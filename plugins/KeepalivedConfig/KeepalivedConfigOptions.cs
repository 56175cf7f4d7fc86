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
    [Description("The keepalived version the file is for, e.g. 2.2.7 (the default, Debian 12) or 2.3.1.")]
    [RegularExpression(@"^\d+\.\d+\.\d+$", ErrorMessage = "keepalivedVersion must be three numbers, e.g. \"2.2.7\".")]
    public string KeepalivedVersion { get; init; } = "2.2.7";
}
