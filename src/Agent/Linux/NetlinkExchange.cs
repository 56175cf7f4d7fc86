using System.Runtime.InteropServices;
using System.Text;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>What is asked of the kernel one request at a time: a change and its answer, or a list. Answers to earlier requests are passed over.</summary>
internal static class NetlinkExchange
{
    /// <summary>Takes one message of a list.</summary>
    public delegate void Take(ushort type, ReadOnlySpan<byte> body);

    /// <summary>Sends one request that wants an acknowledgement and waits for that.</summary>
    /// <param name="reason">The kernel's own sentence where a refusal has one.</param>
    /// <returns>0 or the errno.</returns>
    public static int Ask(this NetlinkSocket socket, ReadOnlySpan<byte> request, uint sequence, out string? reason)
    {
        reason = null;
        int errno = socket.Send(request);
        while (errno == 0)
        {
            errno = socket.Receive(out ReadOnlySpan<byte> datagram);
            NetlinkReader reader = new(datagram);
            while (reader.Next())
            {
                if (reader.Type == MessageError && reader.Sequence == sequence && reader.Body.Length >= 4 + HeaderLength)
                {
                    int answer = -MemoryMarshal.Read<int>(reader.Body);
                    reason = answer != 0 && (reader.Flags & FlagAckAttributes) != 0 ? Reason(reader.Body) : null;
                    return answer;
                }
            }
        }

        return errno;
    }

    /// <summary>Asks for a list and hands out its messages.</summary>
    /// <param name="request">With NLM_F_DUMP.</param>
    /// <param name="name">Of the request, for the exception.</param>
    /// <returns>Whether the list is consistent: nothing changed while it was read.</returns>
    /// <exception cref="LinuxException">The kernel refused, or did not answer in time.</exception>
    public static bool Dump(this NetlinkSocket socket, ReadOnlySpan<byte> request, uint sequence, string name, Take take)
    {
        int errno = socket.Send(request);
        bool whole = true;
        while (errno == 0)
        {
            errno = socket.Receive(out ReadOnlySpan<byte> datagram);
            NetlinkReader reader = new(datagram);
            while (reader.Next())
            {
                if (reader.Sequence != sequence)
                {
                    continue;
                }

                whole &= (reader.Flags & FlagDumpInterrupted) == 0;
                switch (reader.Type)
                {
                    case MessageDone:
                        return whole;
                    case MessageError when reader.Body.Length >= 4:
                        throw new LinuxException(name, -MemoryMarshal.Read<int>(reader.Body));
                    default:
                        take(reader.Type, reader.Body);
                        break;
                }
            }
        }

        throw new LinuxException(name, errno);
    }

    /// <summary>The kernel's own sentence in a refusal that has one.</summary>
    public static string? Reason(ReadOnlySpan<byte> error)
    {
        NetlinkAttributeReader attributes = new(error[(4 + HeaderLength)..]);
        while (attributes.Next())
        {
            if (attributes.Type == ErrorMessageAttribute)
            {
                return Encoding.UTF8.GetString(attributes.Value.TrimEnd((byte)0));
            }
        }

        return null;
    }
}
