using System.Diagnostics;

namespace HotStandby.Agent.Lab;

/// <summary>Runs the machine's own tools to the end. For the lab only: the agent never starts a process to do its work.</summary>
internal static class SystemCommand
{
    private static readonly string[] SearchPath =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin", "/usr/bin", "/bin"];

    /// <summary>The program's full path, or null when it is not installed. Looks into /usr/sbin too, whatever PATH says.</summary>
    public static string? Find(string program) =>
        Path.IsPathRooted(program)
            ? File.Exists(program) ? program : null
            : SearchPath.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program and returns its standard output.</summary>
    /// <exception cref="LabException">Not installed, or it ended with another code than 0; the message carries its words.</exception>
    public static string Run(string program, params IEnumerable<string> arguments) => RunWithInput(program, null, arguments);

    /// <summary>Runs <c>ip -batch -</c> in a network namespace: one process for many changes.</summary>
    public static void IpBatch(string networkNamespace, IEnumerable<string> lines) =>
        RunWithInput("ip", string.Join('\n', lines) + "\n", ["-n", networkNamespace, "-batch", "-"]);

    private static string RunWithInput(string program, string? input, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Find(program) ?? throw new LabException($"The program '{program}' is not installed."))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        using StreamReader outputReader = process.StandardOutput;
        using StreamReader errorReader = process.StandardError;
        Task<string> errors = errorReader.ReadToEndAsync();
        if (input is not null)
        {
            process.StandardInput.Write(input);
        }

        process.StandardInput.Close();
        string output = outputReader.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new LabException($"'{program} {string.Join(' ', start.ArgumentList)}' failed: {errors.GetAwaiter().GetResult().Trim()}");
        }

        return output;
    }
}
