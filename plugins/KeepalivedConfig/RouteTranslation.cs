using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>Lines of virtual_routes and virtual_rules.</summary>
internal static class RouteTranslation
{
    private const long MainTable = 254;

    /// <exception cref="GenerationException">The interface is none that keepalived reads.</exception>
    public static string Route(RouteModel route, VirtualRouterModel router, string node) => Words(
    [
        ("src", route.Source),
        (route.Source.Length > 0 ? "to" : "", route.To),
        ("via", route.Via),
        ("dev", KeepalivedSyntax.Name(route.Device.Length > 0 ? route.Device : router.Interfaces[node], "the interface")),
        ("table", route.Table == MainTable ? "" : Number(route.Table)),
        ("metric", route.Metric == 0 ? "" : Number(route.Metric)),
        ("scope", route.Scope),
    ]);

    public static string Rule(RuleModel rule) => Words(
    [
        ("from", rule.From),
        ("to", rule.To),
        ("table", Number(rule.Table)),
        ("priority", Number(rule.Priority)),
    ]);

    private static string Words((string Keyword, string Value)[] words) => string.Join(
        ' ', words.Where(word => word.Value.Length > 0).Select(word => word.Keyword.Length == 0 ? word.Value : $"{word.Keyword} {word.Value}"));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
