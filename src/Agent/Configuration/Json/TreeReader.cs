using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace HotStandby.Agent.Configuration.Json;

/// <summary>
/// Reads JSON with comments and trailing commas into a tree with positions. Duplicate keys are reported here, where both are still seen; a
/// text that is no JSON gives one error and no tree, since anything said about the rest would be a guess.
/// </summary>
internal static class TreeReader
{
    private const int Deepest = 64;

    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = Deepest,
    };

    /// <summary>Null when the text is no JSON.</summary>
    public static Node? Read(ReadOnlyMemory<byte> text, Findings findings)
    {
        ReadOnlySpan<byte> mark = [0xef, 0xbb, 0xbf];
        if (text.Span.StartsWith(mark))
        {
            text = text[mark.Length..];
        }

        LineMap lines = new(text);
        if (!Utf8.IsValid(text.Span))
        {
            findings.Error(lines.At(FirstInvalid(text.Span)), DiagnosticCodes.NotUtf8, "the file is not UTF-8 text", "Save it as UTF-8.");
            return null;
        }

        TreeBuilder builder = new(findings);
        Utf8JsonReader reader = new(text.Span, Options);
        try
        {
            while (reader.Read())
            {
                Position at = lines.At(reader.TokenStartIndex);
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        builder.Open(NodeKind.Object, at, reader.TokenStartIndex);
                        break;
                    case JsonTokenType.StartArray:
                        builder.Open(NodeKind.Array, at, reader.TokenStartIndex);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        builder.Close(reader.TokenStartIndex, lines);
                        break;
                    case JsonTokenType.PropertyName:
                        builder.Key(reader.GetString()!, at);
                        break;
                    case JsonTokenType.String:
                        builder.Value(new(NodeKind.String, at, reader.GetString()!));
                        break;
                    case JsonTokenType.Number:
                        builder.Value(new(NodeKind.Number, at, Encoding.UTF8.GetString(reader.ValueSpan)));
                        break;
                    case JsonTokenType.True:
                        builder.Value(new(NodeKind.True, at));
                        break;
                    case JsonTokenType.False:
                        builder.Value(new(NodeKind.False, at));
                        break;
                    default:
                        builder.Value(new(NodeKind.Null, at));
                        break;
                }
            }

            return builder.Root;
        }
        catch (InvalidOperationException)
        {
            // GetString of a string with half a surrogate pair.
            findings.Error(
                lines.At(reader.TokenStartIndex),
                DiagnosticCodes.NotJson,
                "the string has a \\u escape that is half a character",
                "Write the character itself, or both halves.");
            return null;
        }
        catch (JsonException exception)
        {
            int offset = lines.Offset(exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0);
            SyntaxError.Report(text.Span, offset, lines, builder, findings);
            return null;
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        int offset = 0;
        while (offset < text.Length && Rune.DecodeFromUtf8(text[offset..], out _, out int used) == System.Buffers.OperationStatus.Done)
        {
            offset += used;
        }

        return offset;
    }
}
