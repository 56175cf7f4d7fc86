namespace HotStandby.TestKit;

/// <summary>What a <see cref="Lab"/> is made from. Relative paths are looked up in the folder of the test program and in those above it.</summary>
public sealed record LabOptions
{
    /// <summary>The plugins.json to run; without <see cref="Plugins"/> where it lies, with them a copy. Not together with <see cref="Text"/>.</summary>
    public string? Configuration { get; init; }

    /// <summary>The text of a plugins.json, for a fresh folder. Not together with <see cref="Configuration"/>.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// Folders <c>NAME</c> with <c>NAME.dll</c>, as a build leaves them. They are copied to <c>plugins/NAME</c> beside a copy of the file in a fresh
    /// folder, so that they are root's whoever built them, and are found there first (<c>agent.pluginPaths</c>). Relative paths in options are then
    /// relative to that folder. Empty: the file says where the plugins are.
    /// </summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];

    /// <summary>The program <c>hotstandby</c>; null: what <see cref="Lab.ProgramVariable"/> names, else the one in PATH.</summary>
    public string? Program { get; init; }
}
