using System.Globalization;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Explorer;

/// <summary>
/// Every state within reach keeps the rules. The deep search is for the night: <c>./test.sh explore</c>, with the number of states in
/// HOTSTANDBY_STATES.
/// </summary>
public class ExplorerTests(ITestOutputHelper output)
{
    public static TheoryData<string> Setups => [.. ExplorationSetup.All.Select(setup => setup.Name)];

    [Theory]
    [MemberData(nameof(Setups))]
    public void No_state_within_two_faults_breaks_a_rule(string name) => Explore(name, 2, 40_000);

    [Theory(Explicit = true)]
    [MemberData(nameof(Setups))]
    public void No_state_at_all_breaks_a_rule(string name)
    {
        string? asked = Environment.GetEnvironmentVariable("HOTSTANDBY_STATES");
        Explore(name, 6, asked is null ? 10_000_000 : int.Parse(asked, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Every_member_of_a_snapshot_is_part_of_a_state_or_only_words_depend_on_it()
    {
        string code = File.ReadAllText(Path.Combine(Repository.Root, "tests/UnitTests/Explorer/World.Code.cs"));
        Assert.All(typeof(VirtualRouter.Snapshot).GetProperties(), member => Assert.True(
            World.OnlyWords.Contains(member.Name) ^ code.Contains($"saved.{member.Name}", StringComparison.Ordinal) ^ member.Name == "Since",
            $"{member.Name}: write it in World.Code.cs, or name it in OnlyWords if no step depends on it."));
    }

    [Theory]
    [MemberData(nameof(Setups))]
    public void A_state_read_back_has_the_same_bytes_and_the_same_future(string name)
    {
        ExplorationSetup setup = ExplorationSetup.All.First(one => one.Name == name) with { Faults = 9 };
        World world = new(setup);
        World other = new(setup);
        List<Step> steps = [];
        Random random = new(7);
        for (int i = 0; i < 3000; i++)
        {
            byte[] code = world.Save().ToArray();
            other.Load(code);
            Assert.Equal(code, other.Save());
            other.Possible(steps);
            Step step = steps[random.Next(steps.Count)];
            world.Take(step);
            other.Take(step);
            if (world.Overflowed || world.Broken is not null)
            {
                Assert.Equal((world.Overflowed, world.Broken), (other.Overflowed, other.Broken));
                return;
            }

            Assert.Equal(world.Save(), other.Save());
        }
    }

    private void Explore(string name, int faults, int mostStates)
    {
        ExplorationSetup setup = ExplorationSetup.All.First(one => one.Name == name) with { Faults = faults };
        System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
        Exploration.Result result = Exploration.Run(setup, mostStates);
        output.WriteLine($"{name}: {result.States} states, {result.Steps} steps, depth {result.Depth}, {(result.IsComplete ? "complete" : "cut")}, {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.True(result.Report is null, result.Report);
        Assert.True(result.IsComplete || result.States >= mostStates);
    }
}
