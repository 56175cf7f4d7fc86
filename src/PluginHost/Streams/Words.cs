using System.Globalization;
using System.Reflection;

namespace HotStandby.PluginHost.Streams;

/// <summary>Turns what plugins hand over into short single lines of plain text.</summary>
internal static class Words
{
    /// <summary>Longest reason, detail or log line that goes to the core, in UTF-16 code units.</summary>
    public const int Longest = 1024;

    /// <summary>One line without control characters, at most <see cref="Longest"/> long, never empty.</summary>
    public static string OneLine(string? text, string whenEmpty)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return whenEmpty;
        }

        bool cut = text.Length > Longest;
        int length = cut ? Longest - 1 : text.Length;
        if (cut && char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }

        string line = string.Create(length, text, static (span, from) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
        return cut ? line + "…" : line.Trim();
    }

    /// <summary>"800 ms", "1.5 s", "2 min".</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.###} ms"),
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} min"),
    };

    /// <summary>What went wrong and where, on one line.</summary>
    public static string Of(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions.Count: 1 } or TargetInvocationException { InnerException: not null })
        {
            exception = exception.InnerException!;
        }

        string where = exception.TargetSite is { DeclaringType: { } type } method ? $" (in {type.Name}.{method.Name})" : "";
        return OneLine($"{exception.GetType().Name}: {exception.Message}{where}", exception.GetType().Name);
    }
}
