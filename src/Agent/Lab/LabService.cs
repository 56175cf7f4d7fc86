using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HotStandby.Agent.Lab;

/// <summary>A real service on one node of the lab; it answers every request with the node's name and a line end.</summary>
internal abstract class LabService(LabNode node, LabServiceSpec spec) : IDisposable
{
    private LabProcess? _process;

    public LabNode Node { get; } = node;

    public LabServiceSpec Spec { get; } = spec;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Its folder for generated files.</summary>
    protected string Folder { get; } = Directory.CreateDirectory(Path.Combine(node.Directory, $"{spec.Program}-{spec.Port}")).FullName;

    /// <summary>What it wrote to its output, and to its error log if it has one.</summary>
    public abstract string Words { get; }

    protected string OutputFile => Path.Combine(Folder, "output.log");

    /// <summary>Starts it; <see cref="WaitUntilItAnswers"/> tells when it serves.</summary>
    public void Start()
    {
        if (!IsRunning)
        {
            _process?.Dispose();
            _process = Launch();
        }
    }

    /// <summary>SIGKILL to all its processes: a crash.</summary>
    public void Crash() => _process?.KillTree();

    /// <exception cref="LabException">It ended, or did not answer within <paramref name="bound"/>; its last words are in the message.</exception>
    public void WaitUntilItAnswers(TimeSpan bound, CancellationToken cancellationToken = default)
    {
        long begin = Environment.TickCount64;
        while (!Answers())
        {
            if (!IsRunning || Environment.TickCount64 - begin > bound.TotalMilliseconds)
            {
                throw new LabException(
                    $"{Spec.Program} on {Node.Name} {(IsRunning ? $"does not answer on port {Spec.Port}" : "ended at once")}:\n{LabLog.Tail(Words)}");
            }

            cancellationToken.WaitHandle.WaitOne(20);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Whether it answers a request from its own node now.</summary>
    public bool Answers() => NetworkNamespace.Run(Node.NamespaceName, () =>
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 2000, SendTimeout = 2000 };
            socket.Connect(IPAddress.Loopback, Spec.Port);
            socket.Send(Encoding.ASCII.GetBytes($"GET {Spec.Path} HTTP/1.0\r\nHost: localhost\r\n\r\n"));
            var buffer = new byte[4096];
            int length = 0;
            for (int received; length < buffer.Length && (received = socket.Receive(buffer.AsSpan(length))) > 0; length += received)
            {
            }

            return ProbeAnswerParser.TryRead(buffer.AsSpan(0, length), out ReadOnlySpan<byte> body) && Ascii.Equals(body, Node.Name);
        }
        catch (SocketException)
        {
            return false;
        }
    });

    public void Dispose() => _process?.Dispose();

    protected abstract LabProcess Launch();
}
