using System.Diagnostics;
using HotStandby.Agent.Configuration;

namespace HotStandby.UnitTests.Configuration;

/// <summary>Who may change a file: every folder on the way counts, through every link. Runs as root, as the agent does.</summary>
public sealed class PathTrustTests : IDisposable
{
    private const UnixFileMode Folder = (UnixFileMode)0b111_101_101;
    private readonly string _root = Directory.CreateTempSubdirectory("hs-trust-").FullName;
    private readonly string _folder;
    private readonly string _file;

    public PathTrustTests()
    {
        _folder = Path.Combine(_root, "folder");
        _file = Path.Combine(_folder, "file");
        Directory.CreateDirectory(_folder);
        File.WriteAllText(_file, "");
        File.SetUnixFileMode(_root, Folder);
        File.SetUnixFileMode(_folder, Folder);
        File.SetUnixFileMode(_file, (UnixFileMode)0b110_100_100);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void What_only_its_owner_may_change_is_safe_and_below_a_sticky_folder_too() => Assert.Null(PathTrust.Fault(_file, isSecret: false));

    [Theory]
    [InlineData("664")]
    [InlineData("646")]
    public void A_file_that_others_may_change_is_none(string mode)
    {
        SetMode(_file, mode);
        Assert.Contains($"{_file} can be changed by others than its owner (mode 0{mode}); chmod go-w {_file}", PathTrust.Fault(_file, isSecret: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("775")]
    [InlineData("757")]
    public void A_file_in_a_folder_that_others_may_change_is_none(string mode)
    {
        SetMode(_folder, mode);
        Assert.Contains($"chmod go-w {_folder}", PathTrust.Fault(_file, isSecret: false), StringComparison.Ordinal);
        SetMode(_folder, "1" + mode);
        Assert.Null(PathTrust.Fault(_file, isSecret: false));
    }

    [Fact]
    public void A_link_is_as_safe_as_the_way_behind_it()
    {
        string link = File.CreateSymbolicLink(Path.Combine(_root, "link"), "folder/../folder/file").FullName;
        Assert.Null(PathTrust.Fault(link, isSecret: false));
        SetMode(_folder, "777");
        Assert.Contains($"chmod go-w {_folder}", PathTrust.Fault(link, isSecret: false), StringComparison.Ordinal);
        File.Delete(_file);
        File.CreateSymbolicLink(_file, _file);
        SetMode(_folder, "755");
        Assert.Contains("symbolic links", PathTrust.Fault(link, isSecret: false), StringComparison.Ordinal);
    }

    [Fact]
    public void What_belongs_to_somebody_else_is_none()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can give a file away");
        foreach (string path in new[] { _file, _folder })
        {
            Give(path, "65534");
            Assert.Contains($"{path} does not belong to root (owner uid 65534", PathTrust.Fault(_file, isSecret: false), StringComparison.Ordinal);
            Give(path, "0");
        }
    }

    [Fact]
    public void Only_a_regular_file_is_one()
    {
        Assert.EndsWith("is not a regular file", PathTrust.Fault(_folder, isSecret: false), StringComparison.Ordinal);
        Assert.EndsWith("is not a folder", PathTrust.Fault(Path.Combine(_file, "more"), isSecret: false), StringComparison.Ordinal);
        Assert.Contains("does not exist", PathTrust.Fault(_file + "s", isSecret: false), StringComparison.Ordinal);
    }

    /// <summary>What is printed after the semicolon is run as it stands: the fault is gone, and nothing else is changed.</summary>
    [Theory]
    [InlineData("664", "file")]
    [InlineData("777", "folder")]
    [InlineData("owner", "file")]
    [InlineData("owner", "folder")]
    public void Every_remedy_mends_what_it_is_printed_for_and_nothing_else(string what, string where)
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can give a file away");
        string folder = Directory.CreateDirectory(Path.Combine(_root, "it's my folder")).FullName;
        string file = Path.Combine(folder, "a $(file)");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(folder, Folder);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        string spoilt = where == "file" ? file : folder;
        if (what == "owner")
        {
            Give(spoilt, "65534");
        }
        else
        {
            SetMode(spoilt, what);
        }

        string fault = PathTrust.Fault(file, isSecret: false)!;
        string remedy = fault[(fault.LastIndexOf(';') + 2)..];
        if (what == "owner" && where == "folder")
        {
            // It may be somebody's home.
            Assert.StartsWith("put the file", remedy, StringComparison.Ordinal);
            return;
        }

        using Process shell = Process.Start("/bin/sh", ["-c", remedy]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
        Assert.Null(PathTrust.Fault(file, isSecret: false));
        Assert.Equal(Folder, File.GetUnixFileMode(_root));
    }

    private static void SetMode(string path, string octal) => File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));

    private static void Give(string path, string owner)
    {
        using Process chown = Process.Start("chown", [owner, path]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }
}
