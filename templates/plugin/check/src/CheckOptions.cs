using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Plugin_Name;

/// <summary>The keys under "options" of an entry in plugins.json. The host refuses every other key, and values that an annotation refuses.</summary>
[Description("What is looked at.")]
public sealed record CheckOptions
{
    [Description("The file that must be there; relative to the folder of plugins.json.")]
    [StringLength(4096, MinimumLength = 1)]
    public required string Path { get; init; }
}
