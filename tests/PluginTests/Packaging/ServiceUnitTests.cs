using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace HotStandby.PluginTests.Packaging;

/// <summary>packaging/hotstandby.service, as systemd reads it; systemd-analyze works without a running systemd. The end-to-end tests run its commands.</summary>
public sealed partial class ServiceUnitTests : IDisposable
{
    /// <summary>0 is locked up, 10 is unsafe; keepalived's Debian unit has 9.6.</summary>
    private const double HighestExposure = 3.5;

    private static readonly string Unit = Path.Combine(AppContext.BaseDirectory, "Packaging", "hotstandby.service");
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hs-unit-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Systemd_accepts_the_unit()
    {
        (int status, string output) = await Verify(await File.ReadAllTextAsync(Unit, TestContext.Current.CancellationToken));
        Assert.Equal("", output);
        Assert.Equal(0, status);
    }

    /// <summary>Else the test above would prove nothing.</summary>
    [Theory]
    [InlineData("Restart=on-failure", "Restarts=on-failure", "Restarts")]
    [InlineData("/usr/bin/hotstandby run", "/usr/bin/hotstanby run", "hotstanby")]
    public async Task Systemd_refuses_a_broken_unit(string right, string wrong, string named)
    {
        string text = await File.ReadAllTextAsync(Unit, TestContext.Current.CancellationToken);
        Assert.Contains(right, text, StringComparison.Ordinal);
        (_, string output) = await Verify(text.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Contains(named, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_exposure_stays_low()
    {
        (int status, string output) = await Run("systemd-analyze", "security", "--offline=true", "--no-pager", Unit);
        Assert.Equal(0, status);
        Match level = ExposureLevel().Match(output);
        Assert.True(level.Success, output);
        Assert.InRange(double.Parse(level.Groups[1].Value, CultureInfo.InvariantCulture), 0, HighestExposure);
    }

    /// <summary>What would break the plugin host or a check; the unit says why next to each.</summary>
    [Theory]
    [InlineData("MemoryDenyWriteExecute=")]
    [InlineData("ProtectProc=")]
    [InlineData("PrivateNetwork=")]
    [InlineData("RestrictRealtime=")]
    public async Task Does_not_set_what_breaks_the_agent(string setting) =>
        Assert.DoesNotContain(
            await File.ReadAllLinesAsync(Unit, TestContext.Current.CancellationToken),
            line => line.StartsWith(setting, StringComparison.Ordinal));

    [GeneratedRegex(@"Overall exposure level[^:]*: ([0-9.]+)")]
    private static partial Regex ExposureLevel();

    /// <summary>Verifies in a root of its own that has systemd's targets and stubs of the programs the unit names.</summary>
    private async Task<(int Status, string Output)> Verify(string text)
    {
        const string Units = "usr/lib/systemd/system";
        DirectoryInfo units = _root.CreateSubdirectory(Units);
        foreach (string file in Directory.EnumerateFiles("/" + Units).Where(file => file.EndsWith(".target", StringComparison.Ordinal) || file.EndsWith(".slice", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(units.FullName, Path.GetFileName(file)));
        }

        string stub = Path.Combine(_root.FullName, "usr/bin/hotstandby");
        Directory.CreateDirectory(Path.GetDirectoryName(stub)!);
        // Any executable will do; a copy keeps its mode.
        File.Copy("/bin/true", stub);

        await File.WriteAllTextAsync(Path.Combine(units.FullName, "hotstandby.service"), text, TestContext.Current.CancellationToken);
        return await Run("systemd-analyze", "verify", "--root=" + _root.FullName, "hotstandby.service");
    }

    private static async Task<(int Status, string Output)> Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C", ["SYSTEMD_COLORS"] = "0" },
        }) ?? throw new InvalidOperationException($"{program} did not start");
        using StreamReader outputReader = process.StandardOutput;
        using StreamReader errorReader = process.StandardError;
        Task<string> output = outputReader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = errorReader.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
