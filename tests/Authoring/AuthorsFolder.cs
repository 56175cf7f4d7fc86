using System.Diagnostics;
using System.Text;

namespace HotStandby.Authoring;

/// <summary>
/// What the author of a plugin starts with: an empty folder outside the repository, a feed with the three packages and the template installed.
/// HOME of dotnet and the package folder are its own, so that nothing of this machine is changed and no older package of the same version is used.
/// </summary>
public sealed class AuthorsFolder : IDisposable
{
    /// <summary>What <c>HOTSTANDBY</c> names before <see cref="UseProgram"/>.</summary>
    public const string NoProgram = "/no/such/program/hotstandby";

    private const string ProgramVariable = "HOTSTANDBY";
    private const string RequireVariable = "HOTSTANDBY_REQUIRE_LAB";

    /// <summary>For one command; a restore on a busy machine is the slowest. Not a measure.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, string> _environment;

    /// <summary>Packs and installs. The packages hold what was built with the tests.</summary>
    public AuthorsFolder()
    {
        Root = Directory.CreateDirectory($"/var/tmp/hotstandby-author-{Guid.NewGuid():N}").FullName;
        Feed = Path.Combine(Root, "feed");
        _environment = new()
        {
            ["DOTNET_CLI_HOME"] = Path.Combine(Root, "home"),
            ["NUGET_PACKAGES"] = Path.Combine(Root, "packages"),
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",

            // Each look for new workloads leaves an empty folder in the temporary one.
            ["DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE"] = "1",

            // Not the one that may be installed here: see UseProgram.
            [ProgramVariable] = NoProgram,
            [RequireVariable] = "0",
        };
        try
        {
            string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
            Expect(0, Run(Repository, [], Path.Combine(Repository, "scripts/pack.sh"), Feed, "-c", configuration, "--no-build", "-p:BuildProjectReferences=false"));
            File.WriteAllText(Path.Combine(Root, "nuget.config"), NuGetConfig());
            Dotnet("new", "install", Path.Combine(Feed, "HotStandby.Templates.1.0.0.nupkg"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the author works.</summary>
    public string Root { get; }

    /// <summary>The folder of the packages.</summary>
    public string Feed { get; }

    /// <summary>The repository the tests were built from.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Makes a plugin of this kind and builds it with its tests; a warning is an error.</summary>
    /// <returns>Its folder.</returns>
    public string Make(string name, string kind)
    {
        Dotnet("new", "hotstandby-plugin", "-n", name, "--kind", kind);
        Dotnet("build", $"{name}/tests", "-warnaserror", "-v:q", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:NuGetAudit=false");
        return Path.Combine(Root, name);
    }

    /// <summary>Gives the author the program that runs labs.</summary>
    public void UseProgram(string path) => _environment[ProgramVariable] = path;

    /// <summary>Whether a test that needs a lab and can't have one fails, as on a build server, and is not skipped.</summary>
    public void RequireLab(bool required) => _environment[RequireVariable] = required ? "1" : "0";

    /// <summary>Runs dotnet as the author; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public string Dotnet(params IReadOnlyList<string> arguments) => Expect(0, Run("dotnet", arguments));

    /// <summary>Runs a program as the author, to its end or the bound.</summary>
    public (int Code, string Output) Run(string program, params IReadOnlyList<string> arguments) => Run(Root, _environment, program, arguments);

    /// <summary>Fails with the output unless the program ended with this code.</summary>
    public static string Expect(int code, (int Code, string Output) ended)
    {
        Assert.True(ended.Code == code, $"ended with {ended.Code}, expected {code}: {ended.Output}");
        return ended.Output;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static (int Code, string Output) Run(
        string folder, Dictionary<string, string> environment, string program, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // No server may outlive the command.
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Bound))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end within {Bound.TotalMinutes} min: {output}");
        }

        // Also the end of both streams.
        process.WaitForExit();
        return (process.ExitCode, output.ToString());

        void Add(string? line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }

    /// <summary>
    /// Our packages come from the feed and nowhere else. All others come from this machine's package folder, which is a feed too and holds what
    /// the repository was built with, or from the sources this machine uses.
    /// </summary>
    private static string NuGetConfig()
    {
        string listed = Expect(0, Run(Repository, [], "dotnet", "nuget", "list", "source", "--format", "short"));
        List<string> usual = [.. listed.Split('\n').Where(line => line.StartsWith("E ", StringComparison.Ordinal)).Select(line => line[2..].Trim())];
        string machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        if (Directory.Exists(machine))
        {
            usual.Insert(0, machine);
        }

        return $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="hotstandby" value="feed" />
                {string.Join('\n', usual.Select((source, number) => $"""<add key="usual{number}" value="{source}" />"""))}
              </packageSources>
              <packageSourceMapping>
                <packageSource key="hotstandby"><package pattern="HotStandby.*" /></packageSource>
                {string.Join('\n', usual.Select((_, number) => $"""<packageSource key="usual{number}"><package pattern="*" /></packageSource>"""))}
              </packageSourceMapping>
            </configuration>
            """;
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HotStandby.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("These tests run inside the source tree.");
    }
}
