namespace HotStandby.UnitTests.Configuration;

/// <summary>Files of the repository that tests read where they stand: samples, golden files, the reference.</summary>
internal static class RepositoryFiles
{
    public static readonly string Root = FindRoot();

    public static string Broken => Path.Combine(Root, "tests", "UnitTests", "Configuration", "broken");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HotStandby.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("HotStandby.sln is in no folder above the tests.");
    }
}
