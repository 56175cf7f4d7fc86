using System.Text;

namespace HotStandby.Agent.Lab;

/// <summary>Reads the answers of the lab's services. Pure.</summary>
internal static class ProbeAnswerParser
{
    /// <summary>
    /// The body's first line of a whole "200" answer. False while bytes are missing: the body ends with a line end by the lab's agreement,
    /// so the end of the connection need not be waited for.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> received, out ReadOnlySpan<byte> body)
    {
        body = default;
        int end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0 || !IsGood(received))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = received[(end + 4)..];
        int line = rest.IndexOf((byte)'\n');
        if (line < 0)
        {
            return false;
        }

        body = rest[..line].TrimEnd((byte)'\r');
        return true;
    }

    /// <summary>The known responder of that name without a new string; an unknown one gets one.</summary>
    public static string Name(ReadOnlySpan<byte> body, IReadOnlyList<string> known)
    {
        foreach (string name in known)
        {
            if (Ascii.Equals(body, name))
            {
                return name;
            }
        }

        return Encoding.UTF8.GetString(body);
    }

    private static bool IsGood(ReadOnlySpan<byte> received) =>
        received.Length > 12 && received.StartsWith("HTTP/1."u8) && received[8..12].SequenceEqual(" 200"u8);
}
