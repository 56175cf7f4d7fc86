using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotStandby.Plugins.Tomcat;

/// <summary>The options of the Tomcat plugin.</summary>
[Description("An HTTP answer that tomcat, or any other application server, must give.")]
public sealed record TomcatOptions : IValidatableObject
{
    /// <summary>What is asked for.</summary>
    [Description("The absolute http:// or https:// URL to GET; ask the application, not only the connector.")]
    [StringLength(2048, MinimumLength = 1)]
    public required string Url { get; init; }

    /// <summary>Accepted status codes.</summary>
    [Description("Accepted HTTP status codes. Redirects are not followed: to accept one, list 302.")]
    [MinLength(1)]
    public IReadOnlyList<int> ExpectStatus { get; init; } = [200];

    /// <summary>Text the body must contain.</summary>
    [Description("Text that must occur in the first 64 KiB of the body, case-sensitive.")]
    [StringLength(1024, MinimumLength = 1)]
    public string? ExpectBody { get; init; }

    /// <summary>A value the JSON body must have.</summary>
    [Description("A value the body, a JSON document of at most 64 KiB, must have.")]
    public JsonExpectation? ExpectJson { get; init; }

    /// <summary>How long the server may take to come up.</summary>
    [Description("How long the server usually takes to come up. It is never counted as healthy meanwhile; within this time a failure says \"starting\", after it \"has not come up\".")]
    public TimeSpan StartGrace { get; init; } = TimeSpan.Zero;

    /// <summary>Request headers.</summary>
    [Description("Request headers, name to value.")]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Host header.</summary>
    [Description("Host header and TLS server name, when they differ from the URL's host (a name-based virtual host asked through 127.0.0.1).")]
    [StringLength(253, MinimumLength = 1)]
    public string? Host { get; init; }

    /// <summary>Whether the certificate must be valid.</summary>
    [Description("Whether the server's certificate must be valid for its name. false accepts any.")]
    public bool VerifyTls { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult($"expected an absolute http:// or https:// URL, found \"{Url}\"", [nameof(Url)]);
        }

        if (ExpectStatus.FirstOrDefault(status => status is < 100 or > 599) is not 0 and int wrong)
        {
            yield return new ValidationResult($"expected HTTP status codes, 100 to 599, found {wrong}", [nameof(ExpectStatus)]);
        }

        using var request = new HttpRequestMessage();
        foreach ((string name, string value) in Headers)
        {
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                yield return new ValidationResult("set the Host header with the option host", [nameof(Headers)]);
            }
            else if (!request.Headers.TryAddWithoutValidation(name, value) || value.AsSpan().ContainsAny('\r', '\n', '\0'))
            {
                yield return new ValidationResult($"\"{name}\" is not a request header that can be sent", [nameof(Headers)]);
            }
        }
    }
}

/// <summary>A value in a JSON document.</summary>
[Description("A value in a JSON document.")]
public sealed record JsonExpectation
{
    /// <summary>Where the value is.</summary>
    [Description("Where the value is: \"$\" and then member names and list indexes, such as \"$.status\" or \"$.nodes[0].up\".")]
    [RegularExpression(@"\$(\.[^.\[\]]+|\[[0-9]+\])*", ErrorMessage = "expected a path such as \"$.status\" or \"$.nodes[0].up\"")]
    public required string Path { get; init; }

    /// <summary>What it must be.</summary>
    [Description("What it must be: a JSON value, such as \"UP\", true or 3.")]
    [JsonPropertyName("equals")]
    public required JsonElement Value { get; init; }
}
