using HotStandby.Abstractions;

namespace HotStandby.PluginTests.Support;

/// <summary>What the host would hand to a plugin.</summary>
internal static class Contexts
{
    public static PluginContext Of(int interval = 100, int timeout = 10_000) =>
        new("id", "web1", TimeSpan.FromMilliseconds(interval), TimeSpan.FromMilliseconds(timeout), "/", _ => { });
}
