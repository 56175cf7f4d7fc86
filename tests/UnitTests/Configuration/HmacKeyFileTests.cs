using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.UnitTests.Configuration;

/// <summary>Where the keys of signed adverts come from, and that nothing says them.</summary>
public sealed class HmacKeyFileTests : IDisposable
{
    private const string Digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private readonly string _folder = Directory.CreateTempSubdirectory("hs-hmac-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void One_key_needs_nothing_else()
    {
        Write("one", $"hex:{Digits}\n");
        ConfigResult result = Read("\"keys\": [{ \"id\": 3, \"file\": \"one\" }]");
        Assert.Empty(result.Diagnostics);
        VirtualRouterConfig router = result.Config!.VirtualRouters[0];
        HmacSettings hmac = router.Hmac!;
        Assert.Equal((3, HmacMode.Enforce, AntiReplay.Time, Duration.FromSeconds(5)), (hmac.ActiveKey, hmac.Mode, hmac.AntiReplay, hmac.Window));
        Assert.Equal([HmacKey.From(3, Convert.FromHexString(Digits))], hmac.Keys);
        Assert.Same(hmac, RouterSettings.For(router, result.Config.Nodes[0]).Hmac);
        Assert.Equal(Digits, ClusterModelWriter.From(result.Config).VirtualRouters[0].Authentication!.Hmac!.Keys[3]);
        Assert.DoesNotContain(Digits, router.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Digits, ClusterModelWriter.From(result.Config).VirtualRouters[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Digits, ClusterModelWriter.From(result.Config).VirtualRouters[0].Authentication!.Hmac!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_of_the_file_is_put_in_force()
    {
        Write("one", $"hex:{Digits}");
        Write("two", "text:a passphrase that is long enough for it\n");
        HmacSettings hmac = Read(
            "\"keys\": [{ \"id\": 0, \"file\": \"one\" }, { \"id\": 255, \"file\": \"two\" }], \"activeKey\": 255, \"mode\": \"permissive\", \"antiReplay\": \"monotonic\"",
            "\"advertInterval\": \"10s\",").Config!.VirtualRouters[0].Hmac!;
        Assert.Equal([0, 255], hmac.Keys.Select(key => (int)key.Id));
        Assert.Equal("a passphrase that is long enough for it"u8.ToArray(), Convert.FromHexString(hmac.Keys[1].Reveal()));
        Assert.Equal(
            (255, HmacMode.Permissive, AntiReplay.Monotonic, Duration.FromSeconds(30)), (hmac.ActiveKey, hmac.Mode, hmac.AntiReplay, hmac.Window));
    }

    [Theory]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "begins with")]
    [InlineData("hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e", "31 bytes; expected 32 to 64")]
    [InlineData("hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1", "even number of hex digits")]
    [InlineData("hex:0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "even number of hex digits")]
    [InlineData("text:0123456789012345678901234567890", "31 bytes; expected 32 to 64")]
    [InlineData("text:01234567890123456789012345678901234567890123456789012345678901234", "65 bytes; expected 32 to 64")]
    [InlineData("", "empty")]
    public void What_is_no_key_is_refused_without_being_shown(string content, string why)
    {
        Write("bad", content);
        Diagnostic error = Assert.Single(Read("\"keys\": [{ \"id\": 1, \"file\": \"bad\" }]").Diagnostics);
        Assert.Equal("HS1604", error.Code);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0102030405", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused()
    {
        Write("open", $"hex:{Digits}", UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Diagnostic error = Assert.Single(Read("\"keys\": [{ \"id\": 1, \"file\": \"open\" }]").Diagnostics);
        Assert.Equal("HS1603", error.Code);
    }

    [Fact]
    public void A_reload_names_what_changes_and_no_key()
    {
        Write("one", $"hex:{Digits}");
        Write("two", $"hex:{Digits}20");
        HotStandbyConfig none = ConfigReader.ReadText(Path.Combine(_folder, "plugins.json"), Sample.With(), DescribedPlugins.All).Config!;
        HotStandbyConfig first = Read("\"keys\": [{ \"id\": 1, \"file\": \"one\" }]").Config!;
        HotStandbyConfig other = Read("\"keys\": [{ \"id\": 1, \"file\": \"two\" }]").Config!;
        HotStandbyConfig both = Read("\"keys\": [{ \"id\": 1, \"file\": \"one\" }, { \"id\": 2, \"file\": \"two\" }], \"activeKey\": 2").Config!;
        Assert.Equal(new SettingChange("hmac", "none", "enforce, key 1 of 1, time 5 s"), Change(none, first));
        Assert.Equal(new SettingChange("hmac", "enforce, key 1 of 1, time 5 s", "enforce, key 1 of 1, time 5 s, another key ***"), Change(first, other));
        Assert.Equal(new SettingChange("hmac", "enforce, key 1 of 1, time 5 s", "enforce, key 2 of 1, 2, time 5 s"), Change(first, both));
    }

    private static SettingChange Change(HotStandbyConfig old, HotStandbyConfig file)
    {
        PlannedChange change = Assert.Single(ReloadPlan.Between(old, old.Nodes[0], file, file.Nodes[0]).VirtualRouters);
        Assert.Equal(PlannedStep.Changed, change.Step);
        return Assert.Single(change.Changes);
    }

    private ConfigResult Read(string authentication, string router = "") => ConfigReader.ReadText(
        Path.Combine(_folder, "plugins.json"),
        Sample.With(router: $"{router} \"authentication\": {{ \"type\": \"hmac\", {authentication} }},"),
        DescribedPlugins.All);

    private void Write(string name, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
    }
}
