using HotStandby.Abstractions;

namespace Plugin_Name;

/// <summary>Looks once for each call. The host calls it every interval, cancels it after the timeout, and counts rise and fall.</summary>
internal sealed class Check(CheckOptions options, PluginContext context) : IHealthCheck
{
    // The reason is one sentence that says what was seen: it is what `hotstandby status` shows.
    public Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(context.BaseDirectory, options.Path);
        return Task.FromResult(File.Exists(path) ? CheckResult.Up($"{path} is there") : CheckResult.Down($"{path} is not there"));
    }
}
