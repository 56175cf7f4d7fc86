using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

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
        if (Command.Count == 0 || !Command[0].StartsWith('/'))
        {
            string found = Command.Count == 0 ? "an empty list" : $"\"{Command[0]}\"";
            yield return new ValidationResult($"expected the absolute path of a program first, found {found}", [nameof(Command)]);
        }
        else if (Command is [var line] && line.Contains(' ') && !File.Exists(line))
        {
            string items = string.Join(", ", line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(item => $"\"{item}\""));
            yield return new ValidationResult($"there is no program \"{line}\", and no shell splits it; write each argument as an item of its own: [{items}]", [nameof(Command)]);
        }
        else if (Command.Any(argument => argument.Contains('\0')))
        {
            yield return new ValidationResult("an argument holds a zero byte, which no program can be given", [nameof(Command)]);
        }
    }
}
