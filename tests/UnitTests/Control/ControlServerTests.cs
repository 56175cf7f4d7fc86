using System.Net.Sockets;
using System.Text;
using HotStandby.Agent.Control;

namespace HotStandby.UnitTests.Control;

/// <summary>Where the control socket goes, and what it leaves alone.</summary>
public sealed class ControlServerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hs-control-");

    private string SocketPath => Path.Combine(_folder.FullName, "control.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("regular", "a regular file")]
    [InlineData("link", "a symbolic link")]
    [InlineData("folder", "a folder")]
    [InlineData("fifo", "a named pipe")]
    public void What_is_no_socket_is_never_deleted(string kind, string words)
    {
        switch (kind)
        {
            case "regular":
                File.WriteAllText(SocketPath, "precious");
                break;
            case "link":
                File.WriteAllText(SocketPath + ".target", "precious");
                File.CreateSymbolicLink(SocketPath, SocketPath + ".target");
                break;
            case "folder":
                Directory.CreateDirectory(SocketPath);
                break;
            default:
                using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [SocketPath]))
                {
                    mkfifo.WaitForExit();
                }

                break;
        }

        string[] before = Directory.GetFileSystemEntries(_folder.FullName);
        ControlException error = Assert.Throws<ControlException>(() => Listen());
        Assert.Contains($"{SocketPath} is {words}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public async Task A_datagram_socket_that_another_program_has_is_not_taken_from_it()
    {
        using (Socket syslog = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
        {
            syslog.Bind(new UnixDomainSocketEndPoint(SocketPath));
            ControlException error = Assert.Throws<ControlException>(() => Listen());
            Assert.Contains("the socket of another program", error.Message, StringComparison.Ordinal);
            Assert.True(File.Exists(SocketPath));
            Assert.False(ControlServer.SomebodyListens(SocketPath));
        }

        await using ControlServer server = Listen();
        Assert.True(ControlServer.SomebodyListens(SocketPath));
    }

    [Fact]
    public async Task The_socket_of_a_crashed_agent_is_replaced_and_one_that_answers_is_not()
    {
        using (Socket crashed = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Whoever closes it properly deletes it.
            crashed.Bind(new UnixDomainSocketEndPoint(SocketPath + ".bound"));
            File.Move(SocketPath + ".bound", SocketPath);
        }

        await using (ControlServer server = Listen())
        {
            Assert.Contains("another agent", Assert.Throws<ControlException>(() => Listen()).Message, StringComparison.Ordinal);
            Assert.Equal("""{"done":true}""", await AskAsync("{\"verb\":\"status\"}\n"));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public async Task The_end_does_not_delete_what_somebody_else_put_in_its_place()
    {
        ControlServer server = Listen();
        File.Delete(SocketPath);
        File.WriteAllText(SocketPath, "precious");
        await server.DisposeAsync();
        Assert.Equal("precious", await File.ReadAllTextAsync(SocketPath, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public async Task The_longest_path_is_the_kernels(int bytes, bool works)
    {
        // Two bytes a letter: it is bytes that count.
        int room = bytes - Encoding.UTF8.GetByteCount(_folder.FullName) - 1;
        string name = new string('ä', room / 2) + new string('a', room % 2);
        string path = Path.Combine(_folder.FullName, name);
        if (works)
        {
            await using ControlServer server = Listen(path);
            Assert.True(File.Exists(path));
            return;
        }

        Assert.Contains("at most 107 bytes, this one has 108", Assert.Throws<ControlException>(() => Listen(path)).Message, StringComparison.Ordinal);
        ControlException asked = await Assert.ThrowsAsync<ControlException>(
            () => ControlClient.ReadStatusAsync(path, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Contains("at most 107 bytes", asked.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/run/hotstandby/")]
    public void What_is_no_path_of_a_file_is_refused(string path) => Assert.Throws<ControlException>(() => Listen(path));

    [Theory]
    [InlineData("{}\n", "an object with a verb")]
    [InlineData("null\n", "an object with a verb")]
    [InlineData("nonsense\n", "an object with a verb")]
    [InlineData(null, "64 KiB")]
    public async Task A_request_that_is_none_gets_an_answer_that_says_so(string? request, string words)
    {
        await using ControlServer server = Listen();
        Assert.Contains(words, await AskAsync(request ?? new string(' ', 64 * 1024)), StringComparison.Ordinal);
    }

    private ControlServer Listen(string? path = null) => ControlServer.Listen(path ?? SocketPath, (_, _) => Task.FromResult("""{"done":true}"""), _ => { });

    private async Task<string> AskAsync(string request)
    {
        using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), TestContext.Current.CancellationToken);
        await using NetworkStream stream = new(client);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
        using StreamReader reader = new(stream, Encoding.UTF8);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }
}
