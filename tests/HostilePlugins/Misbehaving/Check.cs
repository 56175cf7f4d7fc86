using HotStandby.Abstractions;

namespace HotStandby.HostilePlugins.Misbehaving;

internal sealed class Check : IHealthCheck
{
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

    private static int Dig(int depth) => depth == int.MinValue ? depth : Dig(depth + 1) + 1;
}
