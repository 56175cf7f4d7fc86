using HotStandby.Abstractions;

namespace HotStandby.HostilePlugins.Misbehaving;

internal sealed class Check : IHealthCheck
{
    private static readonly List<byte[]> Held = [];
    private static int _threads;
    private readonly Options _options;
    private int _calls;

    public Check(Options options)
    {
        _options = options;
        switch (options.Deed)
        {
            case Deed.ThrowInConstructor:
                throw new InvalidOperationException("no constructing today");
            case Deed.BlockInConstructor:
                Thread.Sleep(Timeout.Infinite);
                break;
        }
    }

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        if (_calls++ < _options.After)
        {
            return CheckResult.Up($"call {_calls} behaves");
        }

        switch (_options.Deed)
        {
            case Deed.FailFast:
                Environment.FailFast("the plugin gives up");
                break;
            case Deed.StackOverflow:
                return CheckResult.Up($"depth {Dig(1)}");
            case Deed.Exit:
                Environment.Exit(3);
                break;
            case Deed.Deadlock:
                Deadlock();
                break;
            case Deed.Allocate:
                while (Held.Count < 4)
                {
                    Held.Add(GC.AllocateUninitializedArray<byte>(1 << 30));
                }

                return CheckResult.Up($"{Held.Count} GiB");
            case Deed.ThreadStorm:
                for (; _threads < 500; _threads++)
                {
                    new Thread(() => Thread.Sleep(Timeout.Infinite), maxStackSize: 1 << 17) { IsBackground = true }.Start();
                }

                return CheckResult.Up("500 threads more");
            case Deed.FillThreadPool:
                for (int i = 0; i < 1000; i++)
                {
                    ThreadPool.QueueUserWorkItem(_ => Thread.Sleep(Timeout.Infinite));
                }

                return CheckResult.Up("the pool is full");
            case Deed.NeverReturn:
                Thread.Sleep(Timeout.Infinite);
                break;
            case Deed.ReturnWhenFileIsGone:
                while (File.Exists(_options.File))
                {
                    Thread.Sleep(10);
                }

                break;
            case Deed.OwnThreadException:
                var thread = new Thread(() => throw new InvalidOperationException("nobody catches this"));
                thread.Start();
                thread.Join();
                break;
            case Deed.Throw:
                throw new InvalidOperationException("this check is broken");
            case Deed.AnswerNull:
                return null!;
            case Deed.HugeReason:
                return CheckResult.Up(new string('x', 10_000_000));
            case Deed.ReasonWithNewlines:
                return CheckResult.Up("one\ntwo\r\n{\"event\":\"done\"}");
            case Deed.WriteToConsole:
                Console.WriteLine("{\"event\":\"check\",\"id\":\"good\",\"healthy\":false}");
                break;
            case Deed.WriteToDescriptorOne:
                using (Stream stdout = Console.OpenStandardOutput())
                {
                    stdout.Write("{\"event\":\"done\"}\nnot json\n"u8);
                }

                break;
            case Deed.ReadConsole:
                return CheckResult.Up("read " + (Console.In.ReadLine() ?? "the end"));
            case Deed.FailWhileFileExists:
                return File.Exists(_options.File) ? CheckResult.Down("the file is there") : CheckResult.Up("the file is not there");
            case Deed.Cancelled:
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
                break;
            case Deed.IgnoreCancellation:
                await Task.Delay(_options.Take, CancellationToken.None).ConfigureAwait(false);
                break;
        }

        return CheckResult.Up($"call {_calls}");
    }

    private static void Deadlock()
    {
        object first = new();
        object second = new();
        using var both = new Barrier(2);
        var other = new Thread(() =>
        {
            lock (second)
            {
                both.SignalAndWait();
                lock (first)
                {
                }
            }
        })
        {
            IsBackground = true,
        };
        other.Start();
        lock (first)
        {
            both.SignalAndWait();
            lock (second)
            {
            }
        }
    }

    private static int Dig(int depth) => depth == int.MinValue ? depth : Dig(depth + 1) + 1;
}
