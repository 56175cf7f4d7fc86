using HotStandby.Agent.Control;

namespace HotStandby.UnitTests.Control;

/// <summary>Two operators at once: the last order holds, in the record, in memory and in the loop.</summary>
public sealed class DrainOrdersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hs-drain-");
    private readonly Queue<TaskCompletionSource> _hooks = new();
    private readonly List<string?> _told = [];
    private readonly DrainOrders _orders;
    private int _forgotten;

    public DrainOrdersTests() => _orders = new DrainOrders(ControlPath, _ => Next().Task, (sentence, _) =>
    {
        _told.Add(sentence);
        return Task.CompletedTask;
    }, () => _forgotten++);

    private string ControlPath => Path.Combine(_folder.FullName, "control.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_undrain_that_comes_while_a_drain_is_prepared_holds()
    {
        Task<string?> drain = Set(new DrainRecord("upgrade", DateTimeOffset.Now));
        Assert.Null(await Set(null));
        _hooks.Dequeue().SetResult();

        Assert.Contains("undrain came", await drain, StringComparison.Ordinal);
        Assert.Equal([null], _told);
        Assert.Equal(1, _forgotten);
        AssertAgreed();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_drains_the_later_one_holds_whichever_was_prepared_first(bool firstFirst)
    {
        Task<string?> first = Set(new DrainRecord("first", DateTimeOffset.Now));
        Task<string?> second = Set(new DrainRecord("second", DateTimeOffset.Now));
        TaskCompletionSource[] hooks = [.. _hooks];
        foreach (TaskCompletionSource hook in firstFirst ? hooks : hooks.Reverse())
        {
            hook.SetResult();
        }

        Assert.Contains("second", await first, StringComparison.Ordinal);
        Assert.Null(await second);
        Assert.Equal(0, _forgotten);
        AssertAgreed();
    }

    [Fact]
    public async Task A_drain_after_an_undrain_holds()
    {
        Task<string?> first = Set(new DrainRecord("first", DateTimeOffset.Now));
        _hooks.Dequeue().SetResult();
        Assert.Null(await first);
        Assert.Null(await Set(null));
        Assert.Contains("nothing to end", await Set(null), StringComparison.Ordinal);
        Task<string?> again = Set(new DrainRecord("again", DateTimeOffset.Now));
        _hooks.Dequeue().SetResult();
        Assert.Null(await again);
        Assert.Equal(3, _told.Count);
        AssertAgreed();
    }

    [Fact]
    public async Task What_can_not_be_written_down_changes_nothing()
    {
        DrainOrders nowhere = new(Path.Combine(_folder.FullName, "none", "control.sock"), _ => Task.CompletedTask, (_, _) => throw new InvalidOperationException(), () => { });
        Assert.StartsWith("nothing changed: ", await nowhere.SetAsync(new DrainRecord("", DateTimeOffset.Now), () => throw new InvalidOperationException(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Null(nowhere.InForce);
    }

    private void AssertAgreed()
    {
        Assert.Equal(_orders.InForce, DrainRecord.Read(ControlPath));
        Assert.Equal(_orders.InForce?.Sentence, _told[^1]);
    }

    private Task<string?> Set(DrainRecord? drain) => _orders.SetAsync(drain, () => { }, TestContext.Current.CancellationToken);

    private TaskCompletionSource Next()
    {
        TaskCompletionSource hook = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _hooks.Enqueue(hook);
        return hook;
    }
}
