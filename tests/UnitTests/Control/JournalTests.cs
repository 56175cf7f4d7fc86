using HotStandby.Abstractions;
using HotStandby.Agent.Control;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Control;

public sealed class JournalTests
{
    private readonly Journal _journal = new();

    [Fact]
    public void A_call_that_failed_stands_until_a_later_one_about_the_same_succeeds()
    {
        Tell(1, "VI_1", RouterState.Master, succeeds: false);
        Tell(2, "VI_2", RouterState.Master, succeeds: true);
        Assert.Equal([("VI_1", "MASTER", 1L)], Failed("tell"));
        Assert.Empty(Failed("other"));

        Tell(3, "VI_1", RouterState.Backup, succeeds: false);
        Assert.Equal([("VI_1", "BACKUP", 3L)], Failed("tell"));

        Tell(4, "VI_1", RouterState.Master, succeeds: true);
        Assert.Empty(Failed("tell"));
    }

    [Fact]
    public void A_sync_group_is_not_a_virtual_router_of_the_same_name()
    {
        Tell(1, "web", RouterState.Master, succeeds: false, TransitionKind.Group);
        Tell(2, "web", RouterState.Master, succeeds: true);
        Assert.Equal([("web", "MASTER", 1L)], Failed("tell"));
    }

    private IEnumerable<(string, string, long)> Failed(string notifier) => _journal.Failed(notifier).Select(call => (call.About, call.State, call.Sequence));

    private void Tell(long sequence, string about, RouterState to, bool succeeds, TransitionKind kind = TransitionKind.Instance)
    {
        _journal.Add(new(sequence, about, 51, "eth0", RouterState.Backup, to, false, 100, [], null, "because", DateTimeOffset.UnixEpoch, false) { Kind = kind });
        _journal.Note(new Notified("tell", sequence, succeeds, "exit status 1", TimeSpan.FromMilliseconds(3)) { WasTold = true });
    }
}
