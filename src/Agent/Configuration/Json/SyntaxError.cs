using System.Text;

namespace HotStandby.Agent.Configuration.Json;

/// <summary>Says in the operator's words why a text is no JSON.</summary>
internal static class SyntaxError
{
    private const int Deepest = 64;
    private const string Quotes = "Text and durations stand in double quotes: \"eth0\", \"1s\".";

    public static void Report(ReadOnlySpan<byte> text, int offset, LineMap lines, TreeBuilder builder, Findings findings)
    {
        (string message, string? remedy) = Explain(text, offset, builder);
        findings.Error(lines.At(offset), DiagnosticCodes.NotJson, message, remedy);
    }

    private static (string Message, string? Remedy) Explain(ReadOnlySpan<byte> text, int offset, TreeBuilder builder)
    {
        TreeBuilder.Container? open = builder.Innermost;
        if (builder.Root is null && offset >= text.Length)
        {
            return ("the file ends before its object begins; expected \"{\"", null);
        }

        if (builder.Depth >= Deepest)
        {
            return ("objects and arrays are nested more than 64 deep", null);
        }

        if (offset >= text.Length)
        {
            return open is null
                ? ("the file ends in the middle of a value", null)
                : ($"the file ends, but the {open.Name} opened at {open.Node.At} is not closed with \"{open.Closing}\"", Misaligned(builder));
        }

        char found = (char)text[offset];
        if (found is '\n' or '\r')
        {
            return ("the string is not closed on its line", "Put a double quote at its end.");
        }

        string word = found == '"' ? String(text, offset) : Word(text, offset);
        if (open is null)
        {
            return builder.Root is null
                ? ($"expected an object, found {word}", null)
                : ($"nothing may follow the end of the file's object, found {word}", Misaligned(builder) ?? "A bracket too many probably stands before it.");
        }

        if (found is '}' or ']' && !builder.AwaitsValue && found != open.Closing)
        {
            return ($"found \"{found}\", but the {open.Name} opened at {open.Node.At} must be closed with \"{open.Closing}\" first", Misaligned(builder));
        }

        if (builder.AwaitsValue)
        {
            return LastVisible(text[..offset]) == ':' || !IsDelimiter(found)
                ? ($"expected a value, found {word}", Quotes)
                : ($"expected \":\" and a value after the key, found {word}", null);
        }

        char before = LastVisible(text[..offset]);
        if (before is '{' or '[' or ',')
        {
            return open.IsArray
                ? ($"expected a value or \"]\", found {word}", Quotes)
                : ($"expected a key in double quotes or \"}}\", found {word}", found == '\'' ? "JSON knows double quotes only." : null);
        }

        return found is '"' or '{' or '['
            ? ($"a \",\" is missing before {word}", null)
            : ($"expected \",\" or \"{open.Closing}\", found {word}", null);
    }

    private static string? Misaligned(TreeBuilder builder) => builder.FirstMisaligned is (TreeBuilder.Container opened, Position closed)
        ? $"The \"{opened.Closing}\" at {closed} does not line up with the {opened.Name} opened at {opened.Node.At}: a bracket is probably missing before it."
        : null;

    private static string String(ReadOnlySpan<byte> text, int offset)
    {
        ReadOnlySpan<byte> rest = text[(offset + 1)..];
        int end = rest.IndexOfAny((byte)'"', (byte)'\n');
        return Wording.Quote(Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]));
    }

    private static string Word(ReadOnlySpan<byte> text, int offset)
    {
        int start = offset;
        int end = offset;
        if (!IsDelimiter((char)text[offset]))
        {
            while (start > 0 && !IsDelimiter((char)text[start - 1]))
            {
                start--;
            }

            while (end < text.Length && !IsDelimiter((char)text[end]))
            {
                end++;
            }
        }
        else
        {
            end++;
        }

        return Wording.Quote(Encoding.UTF8.GetString(text[start..end]));
    }

    private static bool IsDelimiter(char letter) => letter is '{' or '}' or '[' or ']' or ',' or ':' or '"' || IsBlank(letter);

    private static bool IsBlank(char letter) => letter is ' ' or '\t' or '\r' or '\n';

    // Comments are rare enough here: after one, the explanation is less exact, never wrong about the place.
    private static char LastVisible(ReadOnlySpan<byte> text)
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            if (!IsBlank((char)text[i]))
            {
                return (char)text[i];
            }
        }

        return '\0';
    }
}
