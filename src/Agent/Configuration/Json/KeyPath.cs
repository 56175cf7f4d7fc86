using System.Globalization;

namespace HotStandby.Agent.Configuration.Json;

/// <summary>The path of a key as diagnostics write it: <c>plugins[0].options.url</c>; empty for the top level.</summary>
internal static class KeyPath
{
    public static string Join(string path, string key)
    {
        bool plain = key.Length is > 0 and <= 64 && key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '$');
        if (!plain)
        {
            return $"{path}[{Wording.Quote(key)}]";
        }

        return path.Length == 0 ? key : $"{path}.{key}";
    }

    public static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    /// <summary>Where a key stands: "in nodes.web1", "at the top level".</summary>
    public static string Place(string path) => path.Length == 0 ? "at the top level" : $"in {path}";
}
