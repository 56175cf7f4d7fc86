using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace HotStandby.Plugins.Nginx;

/// <summary>The options of the Nginx plugin.</summary>
[Description("The nginx master process that must be alive, and a URL it must answer.")]
public sealed record NginxOptions : IValidatableObject
{
    /// <summary>Where nginx writes its process id.</summary>
    [Description("The file nginx writes its process id to (its directive pid); null to look for the process by its name.")]
    [StringLength(4096, MinimumLength = 1)]
    public string? PidFile { get; init; } = "/run/nginx.pid";

    /// <summary>The process's name.</summary>
    [Description("The process's name as /proc/PID/comm has it; the process in the pid file must bear it, so that a stale pid file is not taken for nginx.")]
    [StringLength(15, MinimumLength = 1)]
    public string ProcessName { get; init; } = "nginx";

    /// <summary>What to ask nginx for.</summary>
    [Description("A http:// or https:// URL that nginx must answer, asked every interval: a process can be alive and hang. null to watch the process only.")]
    [StringLength(2048, MinimumLength = 1)]
    public string? Url { get; init; }

    /// <summary>Accepted status codes.</summary>
    [Description("Accepted HTTP status codes of url; null for any below 500.")]
    [MinLength(1)]
    public IReadOnlyList<int>? ExpectStatus { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is not null && (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")))
        {
            yield return new ValidationResult($"expected an absolute http:// or https:// URL, found \"{Url}\"", [nameof(Url)]);
        }

        if (Url is null && ExpectStatus is not null)
        {
            yield return new ValidationResult("is of no use without url", [nameof(ExpectStatus)]);
        }

        if (ExpectStatus?.FirstOrDefault(status => status is < 100 or > 599) is int wrong and not 0)
        {
            yield return new ValidationResult($"expected HTTP status codes, 100 to 599, found {wrong}", [nameof(ExpectStatus)]);
        }
    }
}
