using HotStandby.PluginTests.Import.RoundTrip;

namespace HotStandby.PluginTests.Import.Dump;

/// <summary>What only keepalived's dump shows, beside <see cref="PermittedDifference"/>. docs/import.md has the same table.</summary>
/// <param name="What">For the table.</param>
/// <param name="Reason">Why, for the table.</param>
internal sealed record DumpDifference(string What, string Reason, Func<Difference, bool> Fits)
{
    public static IReadOnlyList<DumpDifference> All { get; } =
    [
        new("`garp_lower_prio_*`", "A master that hears a losing advert always announces again, as often as on becoming master. keepalived's default follows global_defs, and the rendered file has all in the instance.",
            one => one.Key is "garp_lower_prio_delay" or "garp_lower_prio_repeat"),
        new("A password that render refuses", "keepalived.conf can carry only letters, digits and `_ . : @ / = + , % -` in one.",
            one => one is { Key: "authentication", Before: not null, After: null } && one.Before["PASS ".Length..].Any(letter => !char.IsAsciiLetterOrDigit(letter) && !"_.:@/=+,%-".Contains(letter, StringComparison.Ordinal))),
    ];
}
