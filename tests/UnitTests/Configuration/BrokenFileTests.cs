using System.Text;
using HotStandby.Agent.Configuration;

namespace HotStandby.UnitTests.Configuration;

/// <summary>
/// Each broken file gives exactly the text of its golden file. To write the golden files anew, run these tests with
/// HOTSTANDBY_WRITE_GOLDEN=1 and read the difference.
/// </summary>
public sealed class BrokenFileTests
{
    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(RepositoryFiles.Broken, "*.json").Select(one => Path.GetFileNameWithoutExtension(one)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Says_exactly_this(string name)
    {
        string golden = Path.Combine(RepositoryFiles.Broken, name + ".golden");
        byte[] text = File.ReadAllBytes(Path.Combine(RepositoryFiles.Broken, name + ".json"));

        ConfigResult result = ConfigReader.ReadText("plugins.json", text, DescribedPlugins.All);

        StringBuilder said = new();
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            said.Append(diagnostic).Append('\n');
        }

        if (Environment.GetEnvironmentVariable("HOTSTANDBY_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(golden, said.ToString());
        }

        Assert.NotEmpty(result.Diagnostics);
        Assert.Equal(result.HasErrors, result.Config is null);
        Assert.Equal(File.ReadAllText(golden), said.ToString());
    }
}
