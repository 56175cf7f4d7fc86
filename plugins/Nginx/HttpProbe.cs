using System.Diagnostics;
using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.Nginx;

/// <summary>Asks the local nginx for one URL, on a new connection each time.</summary>
internal sealed class HttpProbe : IDisposable
{
    private readonly Uri _url;
    private readonly IReadOnlyList<int>? _expectStatus;
    private readonly TimeSpan _deadline;
    private readonly HttpClient _client;

    /// <param name="deadline">Time from the start to the answer's headers.</param>
    public HttpProbe(Uri url, IReadOnlyList<int>? expectStatus, TimeSpan deadline)
    {
        _url = url;
        _expectStatus = expectStatus;
        _deadline = deadline;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 64,
            // The probe asks whether nginx answers, on this machine; whether a certificate is still good is another check's question.
#pragma warning disable CA5359
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Never throws; a cancelled probe is a failed one.</summary>
    public async Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_deadline);
        long started = Stopwatch.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _url);
            request.Headers.ConnectionClose = true;
            request.Headers.TryAddWithoutValidation("User-Agent", "hotstandby");
            using HttpResponseMessage response = await _client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token)
                .ConfigureAwait(false);
            int status = (int)response.StatusCode;
            bool good = _expectStatus?.Contains(status) ?? status < 500;
            string expected = _expectStatus is null ? "below 500" : string.Join(" or ", _expectStatus);
            return good
                ? CheckResult.Up($"HTTP {status} in {Milliseconds(started)}")
                : CheckResult.Down($"HTTP {status} after {Milliseconds(started)}, expected {expected}");
        }
        catch (OperationCanceledException)
        {
            return CheckResult.Down($"{_url} gave no answer within {Milliseconds(started)}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return CheckResult.Down($"{_url}: {e.InnerException?.Message ?? e.Message} after {Milliseconds(started)}");
        }
    }

    public void Dispose() => _client.Dispose();

    private static string Milliseconds(long started) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms");
}
