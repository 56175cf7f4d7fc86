using System.Buffers;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>A GET as curl makes it, within single quotes of a shell command that stands in keepalived.conf.</summary>
internal sealed class HttpRequest
{
    /// <summary>What neither keepalived.conf (# ! quotes \), nor a shell within double quotes ($ `), reads in another way.</summary>
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/:?&=;,.%+@[]_*-");

    private readonly string _url;
    private readonly string _timeout;

    /// <exception cref="GenerationException">The URL is none, or can't be written into keepalived.conf.</exception>
    public HttpRequest(PluginModel check, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new GenerationException($"the check \"{check.Id}\": url \"{url}\" is no http or https address.");
        }

        _url = uri.AbsoluteUri;
        int wrong = _url.AsSpan().IndexOfAnyExcept(Allowed);
        if (wrong >= 0)
        {
            throw new GenerationException(
                $"the check \"{check.Id}\": url \"{url}\" holds '{_url[wrong]}', which keepalived.conf or the shell reads in another way; write it as a %XX escape.");
        }

        _timeout = KeepalivedSyntax.Seconds(check.Timeout);
    }

    /// <summary>
    /// The command. The status is compared, because curl's --fail takes every answer below 400. A quote is written as \" for keepalived.
    /// </summary>
    /// <param name="statuses">Accepted status codes; null for any below 500.</param>
    /// <param name="verifyTls">Whether the certificate must be valid.</param>
    public string Command(IReadOnlyList<int>? statuses, bool verifyTls)
    {
        string matches = statuses is null
            ? " -e \\\"[1-4][0-9][0-9]\\\""
            : string.Concat(statuses.Select(status => $" -e {status}"));
        return $"/usr/bin/curl --silent --globoff{(verifyTls ? "" : " --insecure")} --max-time {_timeout} --output /dev/null"
            + $" --write-out %{{http_code}} \\\"{_url}\\\" | /bin/grep -qx{matches}";
    }

    /// <summary>What must hold, for a comment.</summary>
    public string Sentence(IReadOnlyList<int>? statuses) =>
        $"{_url} answers {(statuses is null ? "below 500" : string.Join(" or ", statuses))} within {_timeout} s";
}
