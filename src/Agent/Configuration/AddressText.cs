using System.Globalization;
using System.Net;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration;

/// <summary>
/// Addresses as people write them, and nothing else: IPAddress.Parse also takes "10.1" (10.0.0.1), octal and hexadecimal octets, brackets,
/// ports and scopes, each of which is a mistake in a file like this.
/// </summary>
internal static class AddressText
{
    public static bool TryParse(string text, out Address address)
    {
        address = default;
        bool plausible = text.Contains(':')
            ? text.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '.')
            : IsDottedQuad(text);
        if (!plausible || !IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }

        address = Address.From(parsed);
        return true;
    }

    /// <summary>"address/length" or a bare address, which is the whole length: /32 or /128.</summary>
    public static bool TryParsePrefix(string text, out AddressPrefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryParse(slash < 0 ? text : text[..slash], out Address address))
        {
            return false;
        }

        int longest = address.Length * 8;
        int length = longest;
        if (slash >= 0 && !TryParseLength(text[(slash + 1)..], longest, out length))
        {
            return false;
        }

        prefix = new(address, (byte)length);
        return true;
    }

    private static bool TryParseLength(string text, int longest, out int length) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length)
        && length >= 1 && length <= longest && text[0] != '0';

    private static bool IsDottedQuad(string text)
    {
        string[] octets = text.Split('.');
        return octets.Length == 4 && octets.All(octet =>
            octet.Length is >= 1 and <= 3
            && (octet.Length == 1 || octet[0] != '0')
            && byte.TryParse(octet, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }
}
