using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HotStandby.Agent.Linux;

/// <summary>
/// Tells systemd what the service does (sd_notify(3): Type=notify-reload, WatchdogSec=). Does nothing when the agent was not started by
/// systemd. Never blocks and never throws after it was made: a message that can't be delivered is lost. Thread safe.
/// </summary>
public sealed class ServiceNotification : IDisposable
{
    private static readonly byte[] WatchdogMessage = "WATCHDOG=1"u8.ToArray();

    private readonly Socket? _socket;

    /// <param name="socketAddress">The value of NOTIFY_SOCKET: a path, "@name" for an abstract socket, or null.</param>
    /// <param name="watchdog">How long systemd waits between two <see cref="Watchdog"/>; null for no limit.</param>
    internal ServiceNotification(string? socketAddress, TimeSpan? watchdog)
    {
        WatchdogTimeout = watchdog;
        if (string.IsNullOrEmpty(socketAddress))
        {
            return;
        }

        if (socketAddress[0] is not ('/' or '@'))
        {
            Problem = $"NOTIFY_SOCKET is '{socketAddress}', but must begin with / or @; systemd is not told what the agent does.";
            return;
        }

        try
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            _socket = socket;
            socket.Connect(new UnixDomainSocketEndPoint(socketAddress[0] == '@' ? '\0' + socketAddress[1..] : socketAddress));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            _socket?.Dispose();
            _socket = null;
            Problem = $"NOTIFY_SOCKET '{socketAddress}' can't be used ({exception.Message}); systemd is not told what the agent does.";
        }
    }

    /// <summary>From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.</summary>
    public static ServiceNotification FromEnvironment()
    {
        TimeSpan? watchdog = null;
        string? pid = Environment.GetEnvironmentVariable("WATCHDOG_PID");
        bool forUs = pid is null || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        string? microseconds = Environment.GetEnvironmentVariable("WATCHDOG_USEC");
        if (forUs && long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value > 0)
        {
            watchdog = TimeSpan.FromMicroseconds(value);
        }

        return new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), watchdog);
    }

    /// <summary>Whether systemd listens.</summary>
    public bool Connected => _socket is not null;

    /// <summary>Why it does not although it was asked for; null when all is well.</summary>
    public string? Problem { get; }

    /// <summary>Send <see cref="Watchdog"/> at least this often (twice as often is customary), or be killed; null when there is no watchdog.</summary>
    public TimeSpan? WatchdogTimeout { get; }

    public void Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    public void Stopping() => Send("STOPPING=1");

    /// <summary>Follow it by <see cref="Ready"/> when the reload is done or was refused.</summary>
    public void Reloading() => Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={MonotonicClock.Now.Nanoseconds / 1000}"));

    /// <summary>One line, shown by systemctl status.</summary>
    public void Status(string text) => Send($"STATUS={OneLine(text)}");

    /// <summary>Allocates nothing.</summary>
    public void Watchdog() => Send(WatchdogMessage);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private void Send(string message)
    {
        if (_socket is not null)
        {
            Send(Encoding.UTF8.GetBytes(message));
        }
    }

    private void Send(ReadOnlySpan<byte> message)
    {
        try
        {
            _socket?.Send(message, SocketFlags.None, out SocketError _);
        }
        catch (ObjectDisposedException)
        {
            // The agent is on its way out.
        }
    }

    public void Dispose() => _socket?.Dispose();
}
