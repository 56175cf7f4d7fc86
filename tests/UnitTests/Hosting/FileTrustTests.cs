using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;

namespace HotStandby.UnitTests.Hosting;

/// <summary>plugins.json names what root runs: nobody else may change it.</summary>
public sealed class FileTrustTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hs-trust-");
    private readonly string _file;

    public FileTrustTests()
    {
        _file = Path.Combine(_folder.FullName, "plugins.json");
        File.WriteAllText(_file, "{}");
        File.SetUnixFileMode(_file, (UnixFileMode)0x1A4); // 0644
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_of_roots_own_is_well()
    {
        Assert.Null(FileTrust.Judge(_file, ownBinaryFault: null));
        Assert.Null(FileTrust.Judge(_file + ".none", ownBinaryFault: null));
    }

    [Theory]
    [InlineData(0x1B6, "0666")]
    [InlineData(0x3B6, "1666")] // A sticky bit on a file means nothing.
    public void One_that_others_can_change_is_refused_by_name_with_the_command_that_mends_it(int mode, string octal)
    {
        File.SetUnixFileMode(_file, (UnixFileMode)mode);
        Diagnostic found = Assert.IsType<Diagnostic>(FileTrust.Judge(_file, ownBinaryFault: null));
        Assert.Equal((Severity.Error, "HS1005"), (found.Severity, found.Code));
        Assert.Contains($"{_file} can be changed by others than its owner (mode {octal})", found.Message, StringComparison.Ordinal);
        Mend(found);
        Assert.Null(FileTrust.Judge(_file, ownBinaryFault: null));
    }

    /// <summary>The folder may be somebody's home, or shared on purpose: the remedy leaves it as it is.</summary>
    [Fact]
    public void So_is_one_in_a_folder_that_others_can_change()
    {
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0x1FF); // 0777
        Diagnostic found = Assert.IsType<Diagnostic>(FileTrust.Judge(_file, ownBinaryFault: null));
        Assert.Equal(Severity.Error, found.Severity);
        Assert.Contains($"{_folder.FullName} can be changed", found.Message, StringComparison.Ordinal);
        Assert.Equal($"Mend it with: install -D -m 0600 {_file} /etc/hotstandby/plugins.json", found.Remedy);
    }

    [Fact]
    public void What_is_no_file_is_refused_whoever_could_change_the_agent()
    {
        File.Delete(_file);
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [_file]);
        mkfifo.WaitForExit();
        Diagnostic found = Assert.IsType<Diagnostic>(FileTrust.Judge(_file, ownBinaryFault: "/opt/checkout can be changed"));
        Assert.Equal(Severity.Error, found.Severity);
        Assert.Contains("a named pipe", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_only_unusual_is_a_warning()
    {
        File.SetUnixFileMode(_file, (UnixFileMode)0x1B4); // 0664, root's group
        Assert.Equal((Severity.Warning, "HS2013"), Level(FileTrust.Judge(_file, ownBinaryFault: null)));
        File.SetUnixFileMode(_file, (UnixFileMode)0x1B6); // 0666
        Assert.Equal((Severity.Warning, "HS2013"), Level(FileTrust.Judge(_file, ownBinaryFault: "/opt/checkout can be changed")));
    }

    private static (Severity, string) Level(Diagnostic? found) => (found!.Severity, found.Code);

    /// <summary>The remedy is a command: it is run.</summary>
    private static void Mend(Diagnostic found)
    {
        string command = found.Remedy!["Mend it with: ".Length..];
        using var process = System.Diagnostics.Process.Start("/bin/sh", ["-c", command]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
