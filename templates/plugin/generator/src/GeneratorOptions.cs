using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Plugin_Name;

/// <summary>The keys under "options" of an entry in plugins.json. The host refuses every other key, and values that an annotation refuses.</summary>
[Description("How the table looks.")]
public sealed record GeneratorOptions
{
    [Description("What stands between two columns.")]
    [StringLength(8, MinimumLength = 1)]
    public string Separator { get; init; } = " ";
}
