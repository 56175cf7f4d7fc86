using System.Runtime.InteropServices;
using System.Text;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>
/// The unix stream sockets of the thread's network namespace that have an abstract name and neither listen nor are connected, as sock_diag(7) tells
/// everybody: who owns a socket needs no look into its process, for which the agent's unit has no capability.
/// </summary>
internal static class UnixSocketDump
{
    private const int NetlinkSocketDiagnosis = 4; // NETLINK_SOCK_DIAG
    private const ushort ByFamily = 20; // SOCK_DIAG_BY_FAMILY
    private const int RequestLength = 24; // struct unix_diag_req
    private const int AnswerLength = 16; // struct unix_diag_msg
    private const byte FamilyUnix = 1;
    private const byte StreamSocket = 1;
    private const byte Closed = 7; // TCP_CLOSE: bound at most
    private const uint ShowName = 0x1; // UDIAG_SHOW_NAME
    private const uint ShowUser = 0x40; // UDIAG_SHOW_UID, kernel 5.3 and later
    private const ushort NameAttribute = 0; // UNIX_DIAG_NAME
    private const ushort UserAttribute = 7; // UNIX_DIAG_UID

    /// <summary>A socket.</summary>
    /// <param name="Name">Without the zero byte before it.</param>
    /// <param name="User">Whose it is.</param>
    internal readonly record struct Named(string Name, uint Inode, uint User);

    /// <returns>null where the kernel has no sock_diag for them, or does not say whose they are.</returns>
    internal static IReadOnlyList<Named>? Read()
    {
        List<Named> found = [];
        bool whole = true;
        try
        {
            using NetlinkSocket socket = NetlinkSocket.OpenForRequests(NetlinkSocketDiagnosis);
            Span<byte> request = stackalloc byte[HeaderLength + RequestLength];
            NetlinkWriter writer = new(request);
            writer.Begin(ByFamily, FlagRequest | FlagDump, 1);
            Span<byte> wanted = writer.Take(RequestLength);
            wanted[0] = FamilyUnix;
            MemoryMarshal.Write(wanted[4..], 1u << Closed);
            MemoryMarshal.Write(wanted[12..], ShowName | ShowUser);
            writer.End();
            socket.Dump(request[..writer.Length], 1, "SOCK_DIAG_BY_FAMILY", (type, body) =>
            {
                if (type == ByFamily && body.Length >= AnswerLength && body[0] == FamilyUnix && body[1] == StreamSocket && body[2] == Closed)
                {
                    whole &= Add(body, found);
                }
            });
        }
        catch (LinuxException)
        {
            return null;
        }

        return whole ? found : null;
    }

    /// <returns>Whether its owner was told.</returns>
    private static bool Add(ReadOnlySpan<byte> body, List<Named> found)
    {
        string? name = null;
        uint? user = null;
        NetlinkAttributeReader reader = new(body[AnswerLength..]);
        while (reader.Next())
        {
            if (reader.Type == NameAttribute && reader.Value is [0, ..])
            {
                name = Encoding.UTF8.GetString(reader.Value[1..]);
            }
            else if (reader.Type == UserAttribute && reader.Value.Length >= sizeof(uint))
            {
                user = MemoryMarshal.Read<uint>(reader.Value);
            }
        }

        if (name is not null && user is uint owner)
        {
            found.Add(new(name, MemoryMarshal.Read<uint>(body[4..]), owner));
        }

        return user is not null;
    }
}
