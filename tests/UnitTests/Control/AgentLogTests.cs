using System.Text;
using HotStandby.Agent.Control;

namespace HotStandby.UnitTests.Control;

/// <summary>Whoever logs never waits for who reads the log, and what is lost by that is said.</summary>
public sealed class AgentLogTests
{
    private const int Bound = 30_000;

    /// <summary>The reader of a pipe is gone for good (`run | head`): each line is lost, and known to be.</summary>
    [Fact]
    public void Lines_that_can_t_be_written_any_more_are_counted_and_said_in_status()
    {
        using AgentLog log = new(new Broken());
        log.Write(LogLevel.Notice, "one");
        log.Write(LogLevel.Notice, "two");
        Assert.True(SpinWait.SpinUntil(() => log.Status().Dropped == 2, Bound));
        Assert.NotNull(log.Status().StalledSeconds);
    }

    private sealed class Broken : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("Broken pipe");
    }

    [Fact]
    public async Task A_log_that_nobody_reads_holds_up_nobody_and_says_afterwards_what_is_missing()
    {
        using Pipe pipe = new();
        using AgentLog log = new(pipe);
        pipe.Close();

        // More than the queue holds; done by another thread, so that the old code fails instead of standing still.
        string filler = new('x', 1000);
        int lines = (AgentLog.Capacity / filler.Length) + 100;
        Task writing = Task.Run(
            () =>
            {
                for (int i = 0; i < lines; i++)
                {
                    log.Write(LogLevel.Notice, $"line {i} {filler}");
                }
            },
            TestContext.Current.CancellationToken);
        Assert.Same(writing, await Task.WhenAny(writing, Task.Delay(Bound, TestContext.Current.CancellationToken)));

        long dropped = log.Status().Dropped;
        Assert.InRange(dropped, 100, lines - 1);
        Assert.True(SpinWait.SpinUntil(() => log.Status().StalledSeconds >= 1, Bound));

        pipe.Open();
        string after = "the reader is back";
        Assert.True(SpinWait.SpinUntil(() => log.Status().StalledSeconds is null && pipe.Text.Contains("missing here", StringComparison.Ordinal), Bound));
        log.Write(LogLevel.Notice, after);
        Assert.True(SpinWait.SpinUntil(() => pipe.Text.Contains(after, StringComparison.Ordinal), Bound));

        string[] said = pipe.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("line 0 ", said[0], StringComparison.Ordinal);
        Assert.Contains($" WARN   {dropped} line(s) of this log are missing here", said[^2], StringComparison.Ordinal);
        Assert.Equal(lines - dropped, said.Count(line => line.Contains(filler, StringComparison.Ordinal)));
    }

    [Fact]
    public void Lines_of_plugins_never_keep_out_what_the_agent_has_to_say()
    {
        using Pipe pipe = new();
        using AgentLog log = new(pipe);
        pipe.Close();
        string filler = new('x', 1000);
        for (int i = 0; i < 2 * AgentLog.Capacity / filler.Length; i++)
        {
            log.Write(LogLevel.Info, filler);
        }

        long dropped = log.Status().Dropped;
        Assert.True(dropped > 0);
        log.Write(LogLevel.Notice, "VI_1 BACKUP -> MASTER");
        Assert.Equal(dropped, log.Status().Dropped);
        pipe.Open();
        Assert.True(SpinWait.SpinUntil(() => pipe.Text.Contains("VI_1 BACKUP -> MASTER", StringComparison.Ordinal), Bound));
    }

    [Fact]
    public void The_end_writes_what_is_queued_but_does_not_wait_for_a_reader_that_is_not_there()
    {
        Pipe open = new();
        using (AgentLog log = new(open))
        {
            log.Write(LogLevel.Notice, "the last words");
        }

        Assert.Contains("the last words", open.Text, StringComparison.Ordinal);

        using Pipe shut = new();
        using AgentLog stuck = new(shut);
        shut.Close();
        stuck.Write(LogLevel.Notice, "nobody reads this");
        Task end = Task.Run(stuck.Dispose, TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => end.IsCompleted, Bound));
    }

    [Fact]
    public void A_line_is_one_line_has_no_escape_sequence_and_an_end()
    {
        Pipe pipe = new();
        using (AgentLog log = new(pipe))
        {
            log.Write(LogLevel.Info, "a\n2026-01-01T00:00:00.000+00:00 ERROR forged\e[2J\e]0;title\a\u009b1m \u202egnp.exe");
            log.Write(LogLevel.Info, new string('y', 100_000));
        }

        string[] said = pipe.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, said.Length);
        Assert.EndsWith(@"a | 2026-01-01T00:00:00.000+00:00 ERROR forged\x1b[2J\x1b]0;title\x07\x9b1m \u202egnp.exe", said[0], StringComparison.Ordinal);
        Assert.InRange(said[1].Length, AgentLog.LongestLine, AgentLog.LongestLine + 200);
    }

    /// <summary>A standard error that somebody reads only while it is open.</summary>
    private sealed class Pipe : Stream
    {
        private readonly ManualResetEventSlim _open = new(initialState: true);
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Open() => _open.Set();

        public new void Close() => _open.Reset();

        public override void Write(byte[] buffer, int offset, int count)
        {
            _open.Wait(Bound);
            lock (_text)
            {
                _text.Append(Encoding.UTF8.GetString(buffer, offset, count));
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _open.Set();
            base.Dispose(disposing);
        }
    }
}
