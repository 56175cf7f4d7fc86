using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.TcpPort;

/// <summary>Connects, reads the banner if one is expected, and closes; a new connection each time.</summary>
internal sealed class TcpPortCheck(TcpPortOptions options, PluginContext context) : IHealthCheck
{
    private string Where => options.Host.Contains(':') ? $"[{options.Host}]:{options.Port}" : $"{options.Host}:{options.Port}";

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(context.Timeout);
        long started = Stopwatch.GetTimestamp();
        bool connected = false;
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(EndPoint(), deadline.Token).ConfigureAwait(false);
            connected = true;
            string took = Milliseconds(started);
            return options.ExpectBanner is null
                ? CheckResult.Up($"connected to {Where} in {took}")
                : await ReadBannerAsync(socket, options.ExpectBanner, took, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            string what = connected ? "connected, but no banner" : "no connection";
            return CheckResult.Down($"{Where}: {what} within {Milliseconds(started)}");
        }
        catch (SocketException e)
        {
            string what = connected ? "connected, then " : "";
            return CheckResult.Down($"{Where}: {what}{Explain(e)} after {Milliseconds(started)}");
        }
    }

    private EndPoint EndPoint() => IPAddress.TryParse(options.Host, out IPAddress? address)
        ? new IPEndPoint(address, options.Port)
        : new DnsEndPoint(options.Host, options.Port);

    /// <summary>Reads no more than the expected length: what a server says after it is of no interest.</summary>
    private async Task<CheckResult> ReadBannerAsync(Socket socket, string expected, string took, CancellationToken cancellationToken)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(expected);
        byte[] heard = new byte[wanted.Length];
        int length = 0;
        while (length < wanted.Length)
        {
            int read = await socket.ReceiveAsync(heard.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            if (read == 0 || !wanted.AsSpan(0, length).SequenceEqual(heard.AsSpan(0, length)))
            {
                break;
            }
        }

        return heard.AsSpan(0, length).SequenceEqual(wanted)
            ? CheckResult.Up($"connected to {Where} in {took}, banner starts with \"{Printable(wanted)}\"")
            : CheckResult.Down($"{Where}: expected a banner that starts with \"{Printable(wanted)}\", heard \"{Printable(heard.AsSpan(0, length))}\"");
    }

    private static string Printable(ReadOnlySpan<byte> bytes) =>
        string.Concat(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 80)]).Select(c => char.IsControl(c) ? '.' : c));

    private static string Explain(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData => "the name has no address",
        SocketError.TryAgain => "the name server does not answer",
        _ => e.Message,
    };

    private static string Milliseconds(long started) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms");
}
