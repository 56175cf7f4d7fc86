using HotStandby.Abstractions;
using HotStandby.Plugins.Script;

namespace HotStandby.Plugins.Command;

/// <summary>Runs the program once for each result. A path that others may write is never run: that is a failure, as every doubt is.</summary>
internal sealed class CommandCheck(CommandOptions options, PluginContext context, uint trustedOwner) : IHealthCheck
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    };

    public CommandCheck(CommandOptions options, PluginContext context) : this(options, context, trustedOwner: 0)
    {
    }

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        if (ScriptPath.Fault(options.Command[0], trustedOwner) is { } fault)
        {
            return CheckResult.Down($"{options.Command[0]} was not run: {fault}");
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(context.Timeout);
        NotifyResult result = await new ScriptRun(options.Command, Environment).ToEndAsync(deadline.Token).ConfigureAwait(false);
        return result.Succeeded ? CheckResult.Up(result.Detail) : CheckResult.Down(result.Detail);
    }
}
