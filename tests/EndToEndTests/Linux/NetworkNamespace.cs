using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HotStandby.EndToEndTests.Linux;

/// <summary>A network namespace with a random name that is removed on dispose. Sockets and captures belong to it when opened by code given to <see cref="Run{T}"/>.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int CloneNewNetwork = 0x40000000;

    public NetworkNamespace()
    {
        Name = $"hs-test-{Random.Shared.Next(0x1000000):x6}";
        Execute("ip", "netns", "add", Name);
    }

    public string Name { get; }

    /// <summary>Runs on a thread of its own that has entered the namespace; threads started from there are in it too.</summary>
    public T Run<T>(Func<T> function)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                Enter();
                result = function();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    public void Run(Action action) => Run(() =>
    {
        action();
        return 0;
    });

    /// <summary>ip(8) in this namespace, its words separated by spaces.</summary>
    public string Ip(string arguments) => Execute("ip", ["-n", Name, .. arguments.Split(' ')]);

    /// <summary>Another program in this namespace.</summary>
    public string Exec(string program, params string[] arguments) => Execute("ip", ["netns", "exec", Name, program, .. arguments]);

    /// <summary>Runs a batch file of ip(8): thousands of changes in one process.</summary>
    public void IpBatch(IEnumerable<string> lines)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, lines);
            Execute("ip", "-n", Name, "-batch", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private void Enter()
    {
        using SafeFileHandle file = File.OpenHandle($"/run/netns/{Name}");
        if (SetNamespace(file, CloneNewNetwork) != 0)
        {
            throw new InvalidOperationException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static string Execute(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using StreamReader outputReader = process.StandardOutput;
        using StreamReader errorReader = process.StandardError;
        Task<string> error = errorReader.ReadToEndAsync();
        string output = outputReader.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}: {error.Result}"));
    }

    public void Dispose() => Execute("ip", "netns", "del", Name);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle descriptor, int kind);
}
