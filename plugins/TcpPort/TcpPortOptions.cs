using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace HotStandby.Plugins.TcpPort;

/// <summary>The options of the TcpPort plugin.</summary>
[Description("A TCP port that must accept connections.")]
public sealed record TcpPortOptions : IValidatableObject
{
    /// <summary>Where to connect to.</summary>
    [Description("IPv4 or IPv6 address, or a name; of a name's addresses one must answer.")]
    [StringLength(253, MinimumLength = 1)]
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port.</summary>
    [Description("The port, 1 to 65535.")]
    [Range(1, 65535)]
    public required int Port { get; init; }

    /// <summary>What the server must say first.</summary>
    [Description("Text the server's greeting must start with, such as \"SSH-2.0-\" or \"220 \"; null to ask only for the connection. At most 512 characters, compared byte by byte as UTF-8.")]
    [StringLength(512, MinimumLength = 1)]
    public string? ExpectBanner { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
        {
            yield return new ValidationResult($"expected an IPv4 or IPv6 address or a host name, found \"{Host}\"", [nameof(Host)]);
        }
    }
}
