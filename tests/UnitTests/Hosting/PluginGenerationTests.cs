using HotStandby.Agent.Hosting;

namespace HotStandby.UnitTests.Hosting;

/// <summary>Own copies of plugins: what is written over is not what runs, and what was pinned is.</summary>
public sealed class PluginGenerationTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hotstandby-generation-");
    private readonly List<string> _said = [];

    private string Installed => Path.Combine(_root.FullName, "plugins");

    private string Library => Path.Combine(Installed, "Mine", "Mine.dll");

    private InstalledPlugins Plugins => new([Installed], Path.Combine(_root.FullName, "plugins.lock"));

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_plugin_is_copied_whole_and_its_copy_stays_when_it_is_written_over()
    {
        Install("one");
        PluginGeneration generation = Generation();

        Assert.True(Place(generation));
        File.WriteAllText(Library, "two");

        Assert.Equal("one", File.ReadAllText(Path.Combine(generation.Folder, "Mine", "Mine.dll")));
        Assert.Equal("deep", File.ReadAllText(Path.Combine(generation.Folder, "Mine", "sub", "other.txt")));
        Assert.False(Place(generation));
        Assert.Empty(generation.Refusals);
    }

    [Fact]
    public void The_same_bytes_need_no_other_generation()
    {
        Install("one");
        PluginGeneration generation = Generation();

        Assert.True(Place(generation));
        File.WriteAllText(Library, "one");

        Assert.True(Place(generation));
    }

    [Fact]
    public void Other_bytes_are_told_even_when_the_entry_was_gone_in_between()
    {
        Install("one");
        PluginGeneration generation = Generation();
        Assert.True(Place(generation));

        Directory.Delete(Installed, recursive: true);
        Assert.True(Place(generation));
        Install("two");

        Assert.False(Place(generation));
    }

    [Fact]
    public void A_plugin_that_is_nowhere_is_refused_until_it_is_there()
    {
        PluginGeneration generation = Generation();

        Assert.True(Place(generation));
        Assert.Contains(Library, Assert.Single(generation.Refusals).Value, StringComparison.Ordinal);
        Install("one");

        Assert.True(Place(generation));
        Assert.Empty(generation.Refusals);
    }

    [Fact]
    public void A_plugin_that_others_may_change_is_refused_and_one_that_ran_goes_on()
    {
        Install("one");
        PluginGeneration generation = Generation();
        Assert.True(Place(generation));

        File.SetUnixFileMode(Library, (UnixFileMode)0b110_110_100);

        Assert.True(Place(generation));
        Assert.Empty(generation.Refusals);
        Assert.Contains("What was loaded before goes on", Assert.Single(_said), StringComparison.Ordinal);
        PluginGeneration other = new(Path.Combine(_root.FullName, "other"));
        Assert.True(Place(other));
        Assert.Contains($"chmod go-w {Library}", other.Refusals["Mine"], StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_the_lock_pins_is_placed()
    {
        Install("one");
        new PluginLock(new Dictionary<string, IReadOnlyDictionary<string, string>> { ["Mine"] = PluginFolder.Find("Mine", [Installed])!.Hashes() })
            .Write(Plugins.LockPath);
        Assert.True(Place(Generation()));

        File.WriteAllText(Library, "two");
        PluginGeneration changed = new(Path.Combine(_root.FullName, "changed"));
        Assert.True(Place(changed));

        Assert.Contains("Mine.dll differs", changed.Refusals["Mine"], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(changed.Folder, "Mine")));
    }

    [Fact]
    public void A_lock_refuses_what_it_does_not_name_and_is_missed_where_it_is_required()
    {
        Install("one");
        PluginGeneration without = Generation();
        Assert.True(without.Place("Mine", Plugins with { RequireLock = true }, _said.Add));
        Assert.Contains("does not exist", without.Refusals["Mine"], StringComparison.Ordinal);

        new PluginLock(new Dictionary<string, IReadOnlyDictionary<string, string>>()).Write(Plugins.LockPath);
        Assert.True(Place(without));
        Assert.Contains("not in plugins.lock", without.Refusals["Mine"], StringComparison.Ordinal);

        File.WriteAllText(Plugins.LockPath, "{");
        Assert.True(Place(without));
        Assert.Contains("can't be read", without.Refusals["Mine"], StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_copy_can_be_made_the_plugin_runs_from_where_it_is_and_that_is_said()
    {
        Install("one");
        string blocked = Path.Combine(_root.FullName, "blocked");
        File.WriteAllText(blocked, "a file where the folder should be");
        PluginGeneration generation = new(Path.Combine(blocked, "1"));

        Assert.True(Place(generation));

        Assert.Empty(generation.Refusals);
        Assert.Contains($"it runs from {Path.Combine(Installed, "Mine")}", Assert.Single(_said), StringComparison.Ordinal);
    }

    private PluginGeneration Generation() => new(Path.Combine(_root.FullName, "1"));

    private bool Place(PluginGeneration generation) => generation.Place("Mine", Plugins, _said.Add);

    private void Install(string content)
    {
        foreach ((string file, string text) in new[] { ("Mine.dll", content), ("sub/other.txt", "deep") })
        {
            string path = Path.Combine(Installed, "Mine", file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
            File.SetUnixFileMode(Path.GetDirectoryName(path)!, (UnixFileMode)0b111_101_101);
        }
    }
}
