using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using HotStandby.Plugins.Script;

namespace HotStandby.Plugins.Command;

/// <summary>The options of the Command plugin.</summary>
[Description("A program whose exit status is the answer.")]
public sealed record CommandOptions : IValidatableObject
{
    /// <summary>The program and its arguments; no shell takes part.</summary>
    [Description("The program's absolute path, then its arguments; no shell takes part. Exit status 0 is healthy.")]
    public required IReadOnlyList<string> Command { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CommandVector.Problem(Command) is string problem)
        {
            yield return new ValidationResult(problem, [nameof(Command)]);
        }
    }
}
