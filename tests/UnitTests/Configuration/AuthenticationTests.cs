using HotStandby.Agent.Configuration;

namespace HotStandby.UnitTests.Configuration;

/// <summary>Where a password comes from, and that nothing says it.</summary>
public sealed class AuthenticationTests : IDisposable
{
    private const string Secret = "s3cr3t";
    private readonly string _folder = Directory.CreateTempSubdirectory("hs-auth-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_of_its_own_is_read_relative_to_the_folder_of_the_configuration_without_its_line_end()
    {
        Write("vrrp.password", Secret + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        ConfigResult result = Read("\"passwordFile\": \"vrrp.password\"");
        Assert.Equal(["HS2010"], result.Diagnostics.Select(one => one.Code));
        Assert.Equal(Secret, result.Config!.VirtualRouters[0].Password!.Reveal());
        Assert.Equal(Secret, ClusterModelWriter.From(result.Config).VirtualRouters[0].Authentication!.Password);
        Assert.Equal(Secret, RouterSettings.For(result.Config.VirtualRouters[0], result.Config.Nodes[0]).Password!.Reveal());
        Assert.DoesNotContain(Secret, result.Config.VirtualRouters[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, ClusterModelWriter.From(result.Config).VirtualRouters[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead, "0640")]
    [InlineData(UnixFileMode.OtherRead, "0604")]
    [InlineData(UnixFileMode.GroupWrite, "0620")]
    public void A_file_that_others_can_read_or_change_is_refused_with_its_mode(UnixFileMode more, string mode)
    {
        Write("open", Secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        Diagnostic error = Error(Read("\"passwordFile\": \"open\""), "HS1603");
        Assert.Contains(Path.Combine(_folder, "open"), error.Message, StringComparison.Ordinal);
        Assert.Contains(mode, error.Message, StringComparison.Ordinal);
        Assert.Contains("chmod 600", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_on_the_way_that_others_can_change_is_named_also_behind_a_link()
    {
        string loose = Directory.CreateDirectory(Path.Combine(_folder, "loose")).FullName;
        Write("loose/secret", Secret, UnixFileMode.UserRead);
        File.SetUnixFileMode(loose, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "loose/secret");
        Assert.Contains($"{loose} can be changed", Error(Read("\"passwordFile\": \"link\""), "HS1603").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        Assert.Contains(Path.Combine(_folder, "nowhere"), Error(Read("\"passwordFile\": \"nowhere\""), "HS1603").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_or_too_long_file_is_refused_without_being_shown()
    {
        Write("empty", "\n", UnixFileMode.UserRead);
        Error(Read("\"passwordFile\": \"empty\""), "HS1604");
        Write("long", "ninechars", UnixFileMode.UserRead);
        Diagnostic error = Error(Read("\"passwordFile\": \"long\""), "HS1602");
        Assert.Contains("keepalived truncates", error.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("ninechars", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Eight_bytes_are_not_too_long()
    {
        Assert.Equal("eightchr", Read("\"password\": \"eightchr\"").Config!.VirtualRouters[0].Password!.Reveal());
    }

    private ConfigResult Read(string secret) => ConfigReader.ReadText(
        Path.Combine(_folder, "plugins.json"),
        Sample.With(router: $"\"version\": 2, \"authentication\": {{ \"type\": \"pass\", {secret} }},"),
        DescribedPlugins.All);

    private void Write(string name, string text, UnixFileMode mode)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
    }

    private static Diagnostic Error(ConfigResult result, string code)
    {
        Diagnostic error = Assert.Single(result.Diagnostics, one => one.Severity == Severity.Error);
        Assert.Equal(code, error.Code);
        Assert.Null(result.Config);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        return error;
    }
}
