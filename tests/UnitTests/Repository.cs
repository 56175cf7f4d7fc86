namespace HotStandby.UnitTests;

/// <summary>The source tree the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HotStandby.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("HotStandby.sln was not found above the test binary: run the tests from the source tree.");
    }
}
