using System.Globalization;
using System.Text.RegularExpressions;

namespace HotStandby.Agent.Linux;

/// <summary>
/// A virtual router's MAC address (RFC 9568 7.3) and the macvlan interface that has it on this machine while the virtual router is MASTER.
/// </summary>
/// <param name="Vrid">1..255.</param>
/// <param name="IsIPv6">The virtual router's family.</param>
/// <param name="Interface">The interface below, where adverts are sent.</param>
/// <param name="InterfaceIndex">Its index: an interface that comes back is another one.</param>
public sealed partial record VirtualMac(byte Vrid, bool IsIPv6, string Interface, int InterfaceIndex)
{
    /// <summary>"hs4.51.2": family, VRID, index of the interface below in hexadecimal. Unique on the machine, at most 15 characters.</summary>
    public string DeviceName => string.Create(CultureInfo.InvariantCulture, $"hs{(IsIPv6 ? 6 : 4)}.{Vrid}.{InterfaceIndex:x}");

    /// <summary>00:00:5e:00:01:VRID, for IPv6 00:00:5e:00:02:VRID. Six bytes.</summary>
    public static byte[] Bytes(byte vrid, bool isIPv6) => [0x00, 0x00, 0x5e, 0x00, (byte)(isIPv6 ? 2 : 1), vrid];

    public static string Text(byte vrid, bool isIPv6) => $"00:00:5e:00:{(isIPv6 ? "02" : "01")}:{vrid:x2}";

    /// <summary>The VRID and family of an interface by its name and MAC address; null when it is none that an agent made.</summary>
    internal static (byte Vrid, bool IsIPv6)? Of(string deviceName, ReadOnlySpan<byte> mac)
    {
        Match match = NamePattern().Match(deviceName);
        if (!match.Success || !byte.TryParse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out byte vrid))
        {
            return null;
        }

        bool isIPv6 = match.Groups[1].ValueSpan is "6";
        return mac.SequenceEqual(Bytes(vrid, isIPv6)) ? (vrid, isIPv6) : null;
    }

    [GeneratedRegex("^hs([46])\\.([0-9]{1,3})\\.[0-9a-f]+$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
