using System.Diagnostics;

namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>The published agent under test: native, with its plugin host and plugins beside it, as <c>./hotstandby --version</c> builds it.</summary>
internal static class AgentBinary
{
    /// <summary>Names another binary than the one of this tree.</summary>
    public const string Variable = "HOTSTANDBY_BINARY";

    public static string FilePath { get; } = Find();

    /// <summary>Whether it is compiled to native code, as what is shipped is; else it brings its assembly.</summary>
    public static bool IsNative { get; } = !File.Exists(FilePath + ".dll");

    /// <summary>Runs a verb to its end.</summary>
    public static (int Code, string Output, string Errors) Run(params IReadOnlyList<string> arguments) => RunProgram(FilePath, arguments);

    /// <summary>Runs another program to its end, one that starts the agent in its own way.</summary>
    public static (int Code, string Output, string Errors) RunProgram(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        using StreamReader outputReader = process.StandardOutput;
        using StreamReader errorReader = process.StandardError;
        Task<string> errors = errorReader.ReadToEndAsync();
        string output = outputReader.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), $"{string.Join(' ', arguments)} does not end.");
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
        {
            return Path.GetFullPath(path);
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HotStandby.sln")))
            {
                string built = Path.Combine(folder.FullName, "artifacts", "publish", "hotstandby");
                return File.Exists(built)
                    ? built
                    : throw new InvalidOperationException($"{built} does not exist: run ./hotstandby --version first, or set {Variable}.");
            }
        }

        throw new InvalidOperationException($"These tests run inside the source tree, or with {Variable} set.");
    }
}
