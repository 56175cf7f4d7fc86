using System.Net.Sockets;
using System.Text;
using HotStandby.Agent.Control;
using HotStandby.Agent.Status;

namespace HotStandby.EndToEndTests.Lab;

public sealed class ControlClientTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hs-control-");

    private string SocketPath => Path.Combine(_folder.FullName, "control.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_status_is_asked_with_one_line_and_read_from_one_line()
    {
        string asked = "";
        Task server = AnswerOnceAsync(line =>
        {
            asked = line;
            return """
                {"schema":"hotstandby.status/v1","node":"web1","pid":7,"virtualRouters":[],"checks":[],"plugins":[],"transitions":[],"somethingNew":1}
                """;
        });

        StatusReport report = await ControlClient.ReadStatusAsync(SocketPath, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await server;

        Assert.Equal("""{"verb":"status"}""", asked);
        Assert.Equal(("web1", 7), (report.Node, report.Pid));
    }

    [Theory]
    [InlineData("not json", "something else than a status")]
    [InlineData("""{"schema":"hotstandby.status/v2"}""", "hotstandby.status/v1")]
    public async Task Another_answer_is_an_error_that_shows_it(string answer, string words)
    {
        Task server = AnswerOnceAsync(_ => answer);

        ControlException error = await Assert.ThrowsAsync<ControlException>(() =>
            ControlClient.ReadStatusAsync(SocketPath, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        await server;

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains(answer, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_an_error_or_null()
    {
        ControlException error = await Assert.ThrowsAsync<ControlException>(() =>
            ControlClient.ReadStatusAsync(SocketPath, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

        Assert.Contains(SocketPath, error.Message, StringComparison.Ordinal);
        Assert.Null(await ControlClient.TryReadStatusAsync(SocketPath, TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Silence_ends_with_the_timeout_and_says_so()
    {
        using Socket listener = Listen();

        ControlException error = await Assert.ThrowsAsync<ControlException>(() =>
            ControlClient.ReadStatusAsync(SocketPath, TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken));

        Assert.Contains("did not answer within 0.05 s", error.Message, StringComparison.Ordinal);
    }

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        return listener;
    }

    private async Task AnswerOnceAsync(Func<string, string> answer)
    {
        using Socket listener = Listen();
        using Socket connection = await listener.AcceptAsync();
        await using var stream = new NetworkStream(connection);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string line = await reader.ReadLineAsync() ?? "";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(line) + "\n"));
    }
}
