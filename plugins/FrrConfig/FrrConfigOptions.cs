using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace HotStandby.Plugins.FrrConfig;

/// <summary>The <c>options</c> of a plugins.json entry that uses FrrConfig.</summary>
[Description("Renders the VRRP part of frr.conf.")]
public sealed record FrrConfigOptions
{
    /// <summary>The FRR the file is for: some commands are younger than others.</summary>
    [Description("The FRR version the file is for, e.g. 8.4.4 (the default, Debian 12) or 8.5; --target stands above it.")]
    [RegularExpression(@"^\d+\.\d+(\.\d+)?$", ErrorMessage = "frrVersion must be two or three numbers, e.g. \"8.4.4\".")]
    public string FrrVersion { get; init; } = "8.4.4";
}
