using System.Globalization;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>Where in the file a value stands that a plugin has named.</summary>
internal static class OptionPlace
{
    /// <param name="options">The entry's options.</param>
    /// <param name="path">Below them: "expectJson.path", "expectStatus[0]"; empty for themselves.</param>
    /// <returns>The place of the value, or of the nearest thing around it that is in the file (a plugin may object to what is missing).</returns>
    public static Position Of(Node options, string path)
    {
        Node at = options;
        foreach (string step in path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            Node? next = step[0] != '[' ? at.Find(step)?.Value
                : int.TryParse(step.AsSpan(1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? at.Items.ElementAtOrDefault(index)
                : null;
            if (next is null)
            {
                break;
            }

            at = next;
        }

        return at.At;
    }
}
