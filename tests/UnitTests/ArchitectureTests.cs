using System.Text.RegularExpressions;

namespace HotStandby.UnitTests;

/// <summary>The arrows of the design point one way, and the protocol core stays pure.</summary>
public partial class ArchitectureTests
{
    /// <summary>What each room of the agent may use; Commands and Program may use anything.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Vrrp"] = [],
        ["Configuration"] = ["Vrrp"],
        ["Keepalived"] = ["Configuration", "Vrrp"],
        ["Linux"] = ["Vrrp"],
        ["Wire"] = ["Linux", "Vrrp"],
        ["Tracking"] = ["Vrrp", "Configuration"],
        ["Hosting"] = ["Configuration", "Vrrp"],
        ["Status"] = [],
        ["Control"] = ["Status", "Vrrp", "Configuration"],
        ["Simulation"] = ["Tracking", "Configuration", "Vrrp"],
        ["Lab"] = ["Control", "Status", "Simulation", "Configuration", "Vrrp", "Linux"],
        ["Loop"] = ["Tracking", "Wire", "Linux", "Vrrp", "Configuration", "Status"],
    };

    public static TheoryData<string> Rooms =>
        [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src/Agent")).Select(path => Path.GetFileName(path)!).Where(room => room is not ("bin" or "obj"))];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_the_rooms_below_it(string room)
    {
        if (room == "Commands")
        {
            Assert.NotEmpty(Sources("src/Agent/Commands"));
            return;
        }

        Assert.True(Arrows.TryGetValue(room, out string[]? allowed), $"src/Agent/{room} is a room without arrows: say here what it may use.");
        foreach (string file in Sources($"src/Agent/{room}"))
        {
            foreach (Match match in RoomName().Matches(Code(file)))
            {
                string used = match.Groups[1].Value;
                Assert.True(
                    used == room || allowed.Contains(used) || (!Arrows.ContainsKey(used) && used != "Commands"),
                    $"{Path.GetRelativePath(Repository.Root, file)} uses {used}; {room} may use only {string.Join(", ", allowed)}.");
            }
        }
    }

    [Fact]
    public void The_protocol_core_is_pure()
    {
        string[] files = Sources("src/Agent/Vrrp");
        Assert.True(files.Length > 10);
        foreach (string file in files)
        {
            string code = Code(file).Replace("using System.Net.Sockets;", "", StringComparison.Ordinal);
            bool usesSockets = code.Length != Code(file).Length;
            Assert.False(Impure().IsMatch(code), $"{Path.GetFileName(file)} uses {Impure().Match(code).Value}.");
            Assert.True(!usesSockets || Path.GetFileName(file) == "Address.cs", $"{Path.GetFileName(file)} uses sockets; only Address may, for AddressFamily.");
        }
    }

    [Fact]
    public void Plugins_see_the_contracts_only()
    {
        string[] projects = Directory.GetFiles(Path.Combine(Repository.Root, "plugins"), "*.csproj", SearchOption.AllDirectories);
        Assert.NotEmpty(projects);
        foreach (string project in projects.Append(Path.Combine(Repository.Root, "plugins/Directory.Build.props")))
        {
            foreach (Match match in ProjectReference().Matches(File.ReadAllText(project)))
            {
                Assert.EndsWith("HotStandby.Abstractions.csproj", match.Groups[1].Value, StringComparison.Ordinal);
            }
        }

        foreach (string file in Sources("plugins"))
        {
            Assert.DoesNotMatch(@"HotStandby\.(Agent|PluginHost|HostProtocol)\b", Code(file));
        }

        Assert.DoesNotMatch("<ProjectReference", File.ReadAllText(Path.Combine(Repository.Root, "src/Abstractions/HotStandby.Abstractions.csproj")));
    }

    private static string[] Sources(string folder) =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))];

    /// <summary>Without comments, which may name anything.</summary>
    private static string Code(string file) => Comment().Replace(File.ReadAllText(file), "");

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"HotStandby\.Agent\.(\w+)")]
    private static partial Regex RoomName();

    [GeneratedRegex(@"System\.(IO|Net\.Sockets|Net\.NetworkInformation|Threading|Diagnostics|Timers)\b|\b(Socket|File|Directory|DateTime|DateTimeOffset|Stopwatch|TimeProvider|Environment|Random|Thread|Task|Console|Guid)\b(?!\s*=>)\.?|\basync\b|\block\s*\(|\bunsafe\b|DllImport|LibraryImport")]
    private static partial Regex Impure();

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReference();
}
