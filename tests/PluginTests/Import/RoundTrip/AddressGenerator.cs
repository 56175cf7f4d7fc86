namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>The lines of virtual_ipaddress.</summary>
internal sealed class AddressGenerator(Random random, int number, string device, bool isIPv6, bool isVmac)
{
    public List<ConfLine> Lines(bool isOwner)
    {
        List<ConfLine> lines = [new(isIPv6 ? $"fe80::{number:x}{Pick("", "/64")}" : isOwner ? "192.168.56.11/24" : $"192.168.56.{100 + number}{Pick("/24", "/24", "/32", "")}{Options()}")];
        for (int i = isOwner ? 0 : random.Next(3); i > 0; i--)
        {
            lines.Add(new(isIPv6
                ? $"2001:db8:56::{number:x}:{i}{Pick("/64", "/64", "/128", "")}{Pick("", "", " preferred_lft 0", " preferred_lft forever", $" dev {device}", Elsewhere)}"
                : random.Next(4) switch
                {
                    0 => $"10.{number}.{i}.1/24{Pick("", " noprefixroute", " brd +")}",
                    1 => $"10.{number}.{i}.1{Pick("", "/24")} peer 10.200.{number}.{i}",
                    _ => $"192.168.56.{(number > 20 ? 160 : 120) + (10 * (number % 20)) + i}{Pick("/24", "/32", "")}{Options()}",
                }));
        }

        // It is left out: last, so that the others keep their places.
        if (isVmac && random.Next(3) == 0)
        {
            lines.Add(new($"{(isIPv6 ? $"2001:db8:57::{number:x}" : $"10.{number}.9.1")} dev eth7"));
        }

        return lines;
    }

    private string Elsewhere => isVmac ? "" : " dev eth7";

    private string Options() => string.Concat(
        Pick("", "", "", " brd 192.168.56.255", " brd +", " brd -"),
        Pick("", "", "", "", "", $" dev {device}", $" dev {device}", Elsewhere),
        Pick("", "", "", $" label {device}:{number}"),
        Pick("", "", "", "", " scope global", " scope link", " scope site", " no_track"));

    private string Pick(params string[] texts) => texts[random.Next(texts.Length)];
}
