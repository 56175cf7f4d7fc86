using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.Tomcat;

/// <summary>One GET a check, on a connection of its own: a pooled one would say little about the next client's.</summary>
internal sealed class TomcatCheck : IHealthCheck, IDisposable
{
    /// <summary>Most of a body that is read, in bytes.</summary>
    public const int BodyLimit = 64 * 1024;

    private readonly TomcatOptions _options;
    private readonly PluginContext _context;
    private readonly HttpClient _client;
    private long? _downSince;

    public TomcatCheck(TomcatOptions options, PluginContext context)
    {
        _options = options;
        _context = context;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 64,
        };
        if (!options.VerifyTls)
        {
#pragma warning disable CA5359 // The operator said verifyTls: false.
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_context.Timeout);
        long started = Stopwatch.GetTimestamp();
        CheckResult result;
        try
        {
            result = await AskAsync(started, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            result = CheckResult.Down($"no complete answer within {Milliseconds(started)}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            result = CheckResult.Down($"{Explain(e)} after {Milliseconds(started)}");
        }

        return WithGrace(result);
    }

    public void Dispose() => _client.Dispose();

    private async Task<CheckResult> AskAsync(long started, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _options.Url);
        request.Headers.ConnectionClose = true;
        request.Headers.Host = _options.Host;
        request.Headers.TryAddWithoutValidation("User-Agent", "hotstandby");
        foreach ((string name, string value) in _options.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await _client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        int status = (int)response.StatusCode;
        if (!_options.ExpectStatus.Contains(status))
        {
            string to = response.Headers.Location is { } location ? $" to {location}" : "";
            return CheckResult.Down($"HTTP {status}{to} after {Milliseconds(started)}, expected {string.Join(" or ", _options.ExpectStatus)}");
        }

        if (_options.ExpectBody is null && _options.ExpectJson is null)
        {
            return CheckResult.Up($"HTTP {status} in {Milliseconds(started)}");
        }

        (byte[] body, bool cut) = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        string answer = $"HTTP {status} in {Milliseconds(started)}";
        if (_options.ExpectBody is { } text && !Encoding.UTF8.GetString(body).Contains(text, StringComparison.Ordinal))
        {
            return CheckResult.Down($"{answer}, but \"{text}\" is not in the {(cut ? "first 64 KiB of the " : "")}body");
        }

        return _options.ExpectJson is { } json && JsonProbe.Fault(json, body, cut) is { } fault
            ? CheckResult.Down($"{answer}, but {fault}")
            : CheckResult.Up($"{answer}, body as expected");
    }

    private static async Task<(byte[] Body, bool Cut)> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = new byte[BodyLimit + 1];
        int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return (buffer[..Math.Min(length, BodyLimit)], length > BodyLimit);
    }

    /// <summary>A failing server stays failed during the grace; only the words tell a start from a fault.</summary>
    private CheckResult WithGrace(CheckResult result)
    {
        if (result.Healthy)
        {
            _downSince = null;
            return result;
        }

        if (_options.StartGrace == TimeSpan.Zero)
        {
            return result;
        }

        _downSince ??= Stopwatch.GetTimestamp();
        TimeSpan down = Stopwatch.GetElapsedTime(_downSince.Value);
        string words = down < _options.StartGrace
            ? string.Create(CultureInfo.InvariantCulture, $"starting ({down.TotalSeconds:0} s of {_options.StartGrace.TotalSeconds:0} s grace)")
            : string.Create(CultureInfo.InvariantCulture, $"has not come up within {_options.StartGrace.TotalSeconds:0} s");
        return CheckResult.Down($"{words}: {result.Reason}");
    }

    private static string Explain(Exception e) => e.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => "the URL's host name has no address",
        AuthenticationException tls => "TLS failed: " + tls.Message,
        { } inner => inner.Message,
        null => e.Message,
    };

    private static string Milliseconds(long started) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms");
}
