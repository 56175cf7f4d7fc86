using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Commands;

/// <summary>The configuration file a verb is given, for verbs that leave the plugins' options to the plugin host.</summary>
internal static class GivenFile
{
    /// <returns>Null when the file has errors; they are on standard error.</returns>
    public static HotStandbyConfig? Read(string path)
    {
        ConfigResult result = ConfigReader.Read(path, plugins: null);
        if (result.Config is null)
        {
            Print(result);
        }

        return result.Config;
    }

    /// <summary>Everything that was found, on standard error.</summary>
    public static void Print(ConfigResult result)
    {
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            Console.Error.WriteLine(diagnostic.ToString());
        }
    }

    /// <summary>Why the file can't be looked at as one of its nodes; null when it can.</summary>
    public static string? NodeProblem(string path, HotStandbyConfig config, string node) => config.Nodes.Any(known => known.Name == node)
        ? null
        : $"{path} has no node {node}; it has {string.Join(", ", config.Nodes.Select(known => known.Name))}";
}
