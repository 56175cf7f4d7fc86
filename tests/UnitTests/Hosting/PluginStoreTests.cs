using HotStandby.Agent.Hosting;

namespace HotStandby.UnitTests.Hosting;

/// <summary>Each agent has a folder of its own, and what a dead one left is swept.</summary>
public sealed class PluginStoreTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hotstandby-store-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Two_agents_do_not_touch_each_others_copies_and_leave_nothing()
    {
        using (PluginStore first = new(_root.FullName))
        {
            string copy = Directory.CreateDirectory(first.Next().Folder).FullName;
            using PluginStore second = new(_root.FullName);

            Assert.True(Directory.Exists(copy));
            Assert.NotEqual(Path.GetDirectoryName(copy), Path.GetDirectoryName(second.Next().Folder));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_root.FullName));
    }

    [Fact]
    public void What_a_dead_agent_left_is_swept()
    {
        string left = Directory.CreateDirectory(Path.Combine(_root.FullName, "dead", "1")).FullName;
        File.WriteAllText(Path.Combine(_root.FullName, "dead.lock"), "");

        using PluginStore store = new(_root.FullName);

        Assert.False(Directory.Exists(left));
        Assert.False(File.Exists(Path.Combine(_root.FullName, "dead.lock")));
    }
}
