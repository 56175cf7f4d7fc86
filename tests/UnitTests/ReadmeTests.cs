using System.Text.RegularExpressions;

namespace HotStandby.UnitTests;

public sealed partial class ReadmeTests
{
    /// <summary>Whoever checks another file than the one that was just installed finds out at the start of the service.</summary>
    [Fact]
    public void What_it_installs_and_checks_is_the_file_that_the_unit_runs()
    {
        string unit = File.ReadAllText(Path.Combine(Repository.Root, "packaging", "hotstandby.service"));
        string run = Assert.Single(FileOfExecStart().Matches(unit)).Groups[1].Value;
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.Equal(run, Assert.Single(FileInstalled().Matches(readme)).Groups[1].Value);
        Assert.Equal(run, Assert.Single(FileChecked().Matches(readme)).Groups[1].Value);
    }

    [GeneratedRegex(@"^ExecStart=\S+ run --config (\S+)$", RegexOptions.Multiline)]
    private static partial Regex FileOfExecStart();

    [GeneratedRegex(@"^install .* plugins\.json (\S+)", RegexOptions.Multiline)]
    private static partial Regex FileInstalled();

    [GeneratedRegex(@"^hotstandby check (\S*).*systemctl enable", RegexOptions.Multiline)]
    private static partial Regex FileChecked();
}
