using System.Text.Json;

namespace HotStandby.Agent.Control;

/// <summary>
/// A drain that the operator asked for, kept beside the control socket (below /run, so until the machine boots): an agent that is restarted,
/// for an upgrade say, must not take the role back by that.
/// </summary>
/// <param name="Reason">The operator's words; may be empty.</param>
/// <param name="Since">When it was asked for.</param>
internal sealed record DrainRecord(string Reason, DateTimeOffset Since)
{
    /// <summary>Where the record of the agent that listens on <paramref name="controlPath"/> is.</summary>
    public static string PathFor(string controlPath) => controlPath + ".drained";

    /// <summary>As states and logs say it.</summary>
    public string Sentence => Reason.Length == 0 ? "Drained by the operator" : $"Drained by the operator ({Reason})";

    /// <returns>Null when the node is not drained. A record that can't be read is a drain: it was asked for once.</returns>
    public static DrainRecord? Read(string controlPath)
    {
        string path = PathFor(controlPath);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ControlJson.Default.DrainRecord)
                ?? new DrainRecord($"{path} is empty", DateTimeOffset.Now);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return new DrainRecord($"{path} can't be read: {error.Message}", DateTimeOffset.Now);
        }
    }

    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(string controlPath)
    {
        // Whole or not at all: a half-written record would be read as a drain without a reason.
        string path = PathFor(controlPath);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(this, ControlJson.Default.DrainRecord) + "\n");
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <exception cref="IOException">It can't be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    public static void Delete(string controlPath) => File.Delete(PathFor(controlPath));
}
