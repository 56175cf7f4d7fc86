using HotStandby.Abstractions;

namespace HotStandby.HostilePlugins.Misbehaving;

/// <summary>Can be disposed of only asynchronously, which a service provider's synchronous Dispose throws at.</summary>
internal sealed class DisposedCheck(Options options, PluginContext context) : IHealthCheck, IAsyncDisposable
{
    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(CheckResult.Up("not disposed of yet"));

    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        if (options.Deed == Deed.ThrowInDispose)
        {
            throw new InvalidOperationException("no disposing today");
        }

        context.Log("disposed of");
    }
}
