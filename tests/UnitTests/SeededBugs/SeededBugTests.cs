using HotStandby.UnitTests.Explorer;

namespace HotStandby.UnitTests.SeededBugs;

/// <summary>The explorer is worth something: it catches every mistake that is put into a copy of the protocol core.</summary>
public class SeededBugTests
{
    private const int MostStates = 60_000;

    public static TheoryData<string> Names => [.. SeededBugList.All.Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_explorer_catches(string name)
    {
        string? report = PatchedCore.Explore(SeededBugList.All.Single(bug => bug.Name == name), MostStates);
        Assert.True(report is not null, $"Nobody noticed that {name}.");
        TestContext.Current.TestOutputHelper?.WriteLine(report.Split('\n')[0]);
    }

    [Fact]
    public void There_are_at_least_25()
    {
        Assert.True(SeededBugList.All.Count >= 25);
        Assert.Equal(SeededBugList.All.Count, SeededBugList.All.Select(bug => bug.Name).Distinct().Count());
        Assert.All(SeededBugList.All, bug => Assert.Contains(bug.Setup, ExplorationSetup.All.Select(setup => setup.Name).Append(Exploration.AttackedSetup)));
    }

    [Fact]
    public void The_core_without_a_bug_is_not_caught()
    {
        SeededBug none = new("nothing is wrong", "ElectionTimes.cs", "(adverts * interval)", "(interval + ((adverts - 1) * interval))");
        Assert.Null(PatchedCore.Explore(none, MostStates / 6));
    }
}
