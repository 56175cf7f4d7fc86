using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using HotStandby.Agent.Vrrp;
using Microsoft.Win32.SafeHandles;

namespace HotStandby.Agent.Linux;

/// <summary>
/// The multicast groups that this network namespace receives, by interface: /proc/net/igmp and igmp6. A socket that joined a group is not told when the
/// kernel forgets it: an MTU below 1280 takes IPv6 off an interface with all its groups, and they don't come back with the MTU. Reading waits for
/// no lock and allocates nothing once the table has its size. Not thread safe.
/// </summary>
public sealed class MulticastGroups
{
    private readonly HashSet<(int InterfaceIndex, Address Group)> _joined = [];
    private readonly byte[] _buffer = new byte[4096];

    /// <summary>Of the last device line of /proc/net/igmp: its groups follow it, a line each.</summary>
    private int _device;
    private bool _isWhole;

    /// <summary>Whether the kernel receives the group there, as of the last <see cref="Read()"/>. True also while that is not known.</summary>
    public bool Has(int interfaceIndex, Address group) => !_isWhole || _joined.Contains((interfaceIndex, group));

    /// <summary>Reads both tables anew.</summary>
    public void Read()
    {
        _joined.Clear();
        _isWhole = Read("/proc/thread-self/net/igmp", ipv6: false) && Read("/proc/thread-self/net/igmp6", ipv6: true);
    }

    /// <summary>One line of /proc/net/igmp6: index, name, group, users, flags, timer.</summary>
    internal void AddIPv6(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out int index, out int used))
        {
            return;
        }

        // The name has no white space in it.
        ReadOnlySpan<byte> rest = line[used..].TrimStart((byte)' ').TrimStart((byte)'\t');
        rest = rest[Math.Max(0, rest.IndexOf((byte)' '))..].TrimStart((byte)' ');
        Span<byte> group = stackalloc byte[16];
        if (rest.Length >= 32 && Convert.FromHexString(rest[..32], group, out _, out int written) == System.Buffers.OperationStatus.Done && written == 16)
        {
            _joined.Add((index, Address.Read(group)));
        }
    }

    /// <summary>One line of /proc/net/igmp: of an interface, which begins with its index, or of a group on the one before.</summary>
    internal void AddIPv4(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.TrimStart((byte)'\t');
        if (text.Length == line.Length)
        {
            _device = Utf8Parser.TryParse(line, out int index, out _) ? index : 0;
            return;
        }

        // The four bytes of the address as one number of this machine's byte order.
        if (text.Length >= 8 && uint.TryParse(text[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number))
        {
            Span<byte> group = stackalloc byte[4];
            MemoryMarshal.Write(group, number);
            _joined.Add((_device, Address.Read(group)));
        }
    }

    private bool Read(string path, bool ipv6)
    {
        using SafeFileHandle file = LibC.OpenToRead(path);
        if (file.IsInvalid)
        {
            // A kernel without the family has none of its groups either.
            return Marshal.GetLastPInvokeError() == Errno.ENOENT;
        }

        int filled = 0;
        while (true)
        {
            int read = LibC.ReadSome(file, _buffer.AsSpan(filled));
            if (read <= 0)
            {
                return read == 0;
            }

            filled += read;
            ReadOnlySpan<byte> whole = _buffer.AsSpan(0, filled);
            while (whole.IndexOf((byte)'\n') is >= 0 and int end)
            {
                if (ipv6)
                {
                    AddIPv6(whole[..end]);
                }
                else
                {
                    AddIPv4(whole[..end]);
                }

                whole = whole[(end + 1)..];
            }

            // A line is far shorter than the buffer.
            whole.CopyTo(_buffer);
            filled = whole.Length;
        }
    }
}
