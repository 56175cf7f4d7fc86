using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>Where the published agent is.</summary>
internal static class Repository
{
    /// <summary>The native binary that <c>./hotstandby</c> builds, or what HOTSTANDBY_BINARY names.</summary>
    /// <exception cref="LabException">It was not published yet.</exception>
    public static string Agent
    {
        get
        {
            string file = Environment.GetEnvironmentVariable("HOTSTANDBY_BINARY") ?? Path.Combine(Root(), "artifacts", "publish", "hotstandby");
            return File.Exists(file)
                ? Path.GetFullPath(file)
                : throw new LabException($"There is no agent at '{file}': run ./hotstandby --version once, or bench/run, which does it.");
        }
    }

    /// <summary>The folder of a plugin of tests/HostilePlugins, as bench/run builds it.</summary>
    /// <exception cref="LabException">It was not built yet.</exception>
    public static string HostilePlugin(string name)
    {
        string folder = Path.Combine(Root(), "artifacts", "bin", name, "release");
        return Directory.Exists(folder) ? folder : throw new LabException($"There is no '{folder}': bench/run builds it.");
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HotStandby.sln")))
            {
                return folder.FullName;
            }
        }

        throw new LabException("The benchmarks run from the repository only: no HotStandby.sln above the program.");
    }
}
