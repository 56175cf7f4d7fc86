namespace HotStandby.TestKit;

/// <summary>Where the program <c>hotstandby</c> is. Pure but for the question whether a file is there.</summary>
/// <param name="Path">Absolute; null when there is none.</param>
/// <param name="WhyNot">Then the reason.</param>
internal sealed record LabProgram(string? Path, string WhyNot)
{
    private const string Name = "hotstandby";

    /// <param name="given">The option; null for none.</param>
    /// <param name="named">The value of <see cref="Lab.ProgramVariable"/>; null or empty for none.</param>
    /// <param name="searchPath">The value of PATH.</param>
    public static LabProgram Find(string? given, string? named, string? searchPath)
    {
        if (given is not null)
        {
            return At(given, "LabOptions.Program");
        }

        if (!string.IsNullOrEmpty(named))
        {
            return At(named, Lab.ProgramVariable);
        }

        string? found = (searchPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => System.IO.Path.Combine(folder, Name)).FirstOrDefault(File.Exists);
        return found is null
            ? new LabProgram(null, $"there is no program '{Name}' in PATH: install HotStandby, or name the program in {Lab.ProgramVariable} or LabOptions.Program")
            : new LabProgram(System.IO.Path.GetFullPath(found), "");
    }

    private static LabProgram At(string path, string who) =>
        File.Exists(path) ? new LabProgram(System.IO.Path.GetFullPath(path), "") : new LabProgram(null, $"{who} names '{path}', and there is no such file");
}
