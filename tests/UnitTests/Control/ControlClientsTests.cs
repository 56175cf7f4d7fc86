using System.Net.Sockets;
using System.Threading.Channels;
using HotStandby.Agent.Control;

namespace HotStandby.UnitTests.Control;

/// <summary>The control socket's accept loop at its limits.</summary>
public sealed class ControlClientsTests
{
    private readonly Channel<Func<Socket>> _connections = Channel.CreateUnbounded<Func<Socket>>();
    private readonly Channel<TaskCompletionSource> _pauses = Channel.CreateUnbounded<TaskCompletionSource>();
    private readonly List<string> _said = [];
    private int _accepts;

    /// <summary>Whoever spins fails at once: each try while a pause lasts is one too many, and a thousand end it.</summary>
    [Fact]
    public async Task Without_a_descriptor_it_says_so_once_and_tries_again_only_after_a_pause()
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        TaskCompletionSource served = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int pauses = 0;
        ControlClients clients = new(
            token =>
            {
                if (Interlocked.Increment(ref _accepts) > 1000)
                {
                    stopping.Cancel();
                }

                return Volatile.Read(ref pauses) < 3
                    ? ValueTask.FromException<Socket>(new SocketException((int)SocketError.TooManyOpenSockets))
                    : NextAsync(token);
            },
            client =>
            {
                client.Dispose();
                served.TrySetResult();
                return Task.CompletedTask;
            },
            PauseAsync,
            _said.Add);
        Task taking = clients.TakeAsync(stopping.Token);
        for (int i = 1; i <= 3; i++)
        {
            TaskCompletionSource pause = await _pauses.Reader.ReadAsync(TestContext.Current.CancellationToken);
            Assert.Equal(i, _accepts);
            Assert.Single(_said);
            Interlocked.Increment(ref pauses);
            pause.SetResult();
        }

        _connections.Writer.TryWrite(NewSocket);
        await served.Task.WaitAsync(stopping.Token);
        Assert.Equal(2, _said.Count);
        Assert.Contains("again", _said[1], StringComparison.Ordinal);
        await stopping.CancelAsync();
        await taking;
    }

    /// <summary>At the limit of descriptors each connection that ends lets one in, and the next none.</summary>
    [Fact]
    public async Task Failures_that_come_and_go_are_told_once()
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        int turns = 0;
        ControlClients clients = new(
            _ => ++turns switch
            {
                > 100 => ValueTask.FromException<Socket>(new OperationCanceledException()),
                int odd when odd % 2 == 1 => ValueTask.FromException<Socket>(new SocketException((int)SocketError.TooManyOpenSockets)),
                _ => ValueTask.FromResult(NewSocket()),
            },
            client =>
            {
                client.Dispose();
                return Task.CompletedTask;
            },
            _ => Task.CompletedTask,
            _said.Add);
        await clients.TakeAsync(stopping.Token);
        Assert.Equal(2, _said.Count);
        Assert.Contains("no file descriptor left", _said[0], StringComparison.Ordinal);
        Assert.Contains("again", _said[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_clients_than_the_bound_are_served_at_once()
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using SemaphoreSlim begun = new(0);
        using SemaphoreSlim end = new(0);
        Task taking = Clients(async client =>
        {
            begun.Release();
            await end.WaitAsync(stopping.Token);
            client.Dispose();
        }).TakeAsync(stopping.Token);
        for (int i = 0; i < ControlClients.Most + 5; i++)
        {
            _connections.Writer.TryWrite(NewSocket);
        }

        for (int i = 0; i < ControlClients.Most; i++)
        {
            await begun.WaitAsync(stopping.Token);
        }

        Assert.Equal(ControlClients.Most, _accepts);
        end.Release();
        await begun.WaitAsync(stopping.Token);
        Assert.Equal(ControlClients.Most + 1, _accepts);
        end.Release(ControlClients.Most + 4);
        await stopping.CancelAsync();
        await taking;
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private ControlClients Clients(Func<Socket, Task> serve) => new(AcceptAsync, serve, PauseAsync, _said.Add);

    private ValueTask<Socket> AcceptAsync(CancellationToken stopping)
    {
        Interlocked.Increment(ref _accepts);
        return NextAsync(stopping);
    }

    private async ValueTask<Socket> NextAsync(CancellationToken stopping) => (await _connections.Reader.ReadAsync(stopping))();

    private Task PauseAsync(CancellationToken stopping)
    {
        TaskCompletionSource pause = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _pauses.Writer.TryWrite(pause);
        return pause.Task.WaitAsync(stopping);
    }
}
