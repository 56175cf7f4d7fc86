using System.Diagnostics;
using System.Text;
using HotStandby.Agent.Linux;

namespace HotStandby.UnitTests.Linux;

public sealed class TrackedSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hs-track-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("0\n", 0)]
    [InlineData("  60 \n", 60)]
    [InlineData("-20", -20)]
    [InlineData("99999999", 254)]
    [InlineData("", null)]
    [InlineData("60 % ", null)]
    [InlineData("drain", null)]
    [InlineData("1.5", null)]
    public void A_file_holds_a_whole_number_or_nothing(string text, int? expected)
    {
        NumberFile seen = NumberFile.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, seen.Number);
        Assert.Equal(expected is null, seen.Problem.Length > 0);
    }

    [Fact]
    public void A_missing_file_is_told_from_one_that_can_not_be_believed()
    {
        string path = Path.Combine(_folder, "drain");
        Assert.True(NumberFile.Read(path).IsMissing);

        File.WriteAllText(path, "7\n");
        Assert.Equal(7, NumberFile.Read(path).Number);

        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);
        Assert.Contains("anybody can write it", NumberFile.Read(path).Problem, StringComparison.Ordinal);

        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherWrite);
        NumberFile unsafeFolder = NumberFile.Read(path);
        Assert.Null(unsafeFolder.Number);
        Assert.False(unsafeFolder.IsMissing);
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_a_failure()
    {
        NumberFile seen = NumberFile.Read(_folder);
        Assert.Null(seen.Number);
        Assert.False(seen.IsMissing);
    }

    [Fact]
    public void Processes_are_counted_by_name_zombies_and_others_are_not()
    {
        Put(1, "(init) S", "/sbin/init");
        Put(10, "(worker) S", "worker");
        Put(11, "(worker) Z", "");
        Put(12, "(a) b) R", "a) b");
        Put(13, "(very-long-proce) S", "/opt/very-long-process-name\0--flag");
        Put(14, "(very-long-proce) S", "/opt/very-long-process-other");

        int[]? counts = ProcessCount.Of(["worker", "a) b", "very-long-process-name", "nobody"], out string problem, _folder);

        Assert.NotNull(counts);
        Assert.Equal([1, 1, 1, 0], counts);
        Assert.Equal("", problem);
    }

    [Fact]
    public void A_procfs_that_shows_nothing_says_nothing()
    {
        Assert.Null(ProcessCount.Of(["worker"], out string problem, _folder));
        Assert.Contains("shows no process", problem, StringComparison.Ordinal);
        Assert.Null(ProcessCount.Of(["worker"], out _, Path.Combine(_folder, "none")));
    }

    [Fact]
    public void The_real_procfs_has_this_process()
    {
        string name = File.ReadAllText("/proc/self/comm").TrimEnd('\n');
        int[]? counts = ProcessCount.Of([name], out _);
        Assert.True(counts?[0] >= 1, $"{name} {Environment.ProcessId} {Process.GetCurrentProcess().ProcessName}");
    }

    private void Put(int pid, string stat, string command)
    {
        string folder = Path.Combine(_folder, $"{pid}");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "stat"), $"{pid} {stat} 1 1");
        File.WriteAllText(Path.Combine(folder, "cmdline"), command);
    }
}
