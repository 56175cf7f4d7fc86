using HotStandby.Agent.Configuration;

namespace HotStandby.Agent.Hosting;

/// <summary>
/// Who can change plugins.json: it names what root runs (checks, notifiers, plugins), so the rule is the one for plugins' files, keys and scripts.
/// </summary>
internal static class FileTrust
{
    private const string InstalledFile = "/etc/hotstandby/plugins.json";

    /// <summary>An error when others than root and the agent's own user can change the file; a warning for what is only unusual; null for neither.</summary>
    /// <param name="path">The file; where there is none it is for the reader to say so.</param>
    public static Diagnostic? Judge(string path) => Judge(path, InstalledPlugins.OwnBinaryFault);

    /// <param name="path">The file.</param>
    /// <param name="ownBinaryFault">Who can change the agent itself needs no plugins.json to run code as root: then this is a warning too.</param>
    internal static Diagnostic? Judge(string path, string? ownBinaryFault)
    {
        FileStat? stat = FileStat.OfTarget(path);
        if (stat is FileStat { Kind: not FileKind.Regular } other)
        {
            return new(Severity.Error, DiagnosticCodes.FileNotSafe, path, 0, 0, $"it is {other.Name}, not a regular file", null);
        }

        if (stat is null || PathTrust.Judge(Path.GetFullPath(path)) is not (string fault, bool isUnusual))
        {
            return null;
        }

        string[] parts = fault.Split("; ", 2);
        string? remedy = parts.Length > 1 ? $"Mend it with: {Remedy(parts[1], Path.GetFullPath(path))}" : null;
        return isUnusual
            ? new(Severity.Warning, DiagnosticCodes.UnusualTrust, path, 0, 0, $"{parts[0]}, though only by root's group", remedy)
            : ownBinaryFault is not null
                ? new(Severity.Warning, DiagnosticCodes.UnusualTrust, path, 0, 0, $"{parts[0]}; it is used all the same, because the agent itself can be changed", remedy)
                : new(Severity.Error, DiagnosticCodes.FileNotSafe, path, 0, 0, $"{parts[0]}; who can change this file has the agent run what they like", remedy);
    }

    /// <summary>The result, with that too: with an error the file is not used.</summary>
    public static ConfigResult With(ConfigResult result, Diagnostic? trust) => trust is null
        ? result
        : new(trust.Severity == Severity.Error ? null : result.Config, [.. result.Diagnostics, trust]);

    /// <summary>A folder that is not the agent's own may be somebody's home, or shared on purpose: then it is the file that is in the wrong place.</summary>
    private static string Remedy(string command, string file)
    {
        string culprit = command[command.IndexOf('/', StringComparison.Ordinal)..].TrimEnd('\'');
        bool isCommand = command.StartsWith("ch", StringComparison.Ordinal);
        return isCommand && (FileStat.Of(culprit) is not { Kind: FileKind.Folder } || culprit.StartsWith("/etc/", StringComparison.Ordinal))
            ? command
            : $"install -D -m 0600 {PathTrust.Quoted(file)} {InstalledFile}";
    }
}
