using System.Reflection;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Configuration;

/// <summary>What the file says of a virtual router is what its state machine is told.</summary>
public sealed class RouterSettingsTests
{
    /// <summary>For each setting a change of the file that must change it.</summary>
    private static readonly Dictionary<string, string> Changed = new()
    {
        ["Name"] = Router("\"name\": \"VI_2\", \"vrid\": 51"),
        ["Vrid"] = Router("\"name\": \"VI_1\", \"vrid\": 52"),
        ["Version"] = With("\"version\": 2"),
        ["IsIPv6"] = Sample.With(addresses: "\"fe80::1/64\""),
        ["Priority"] = Sample.With(priority: "151"),
        ["AdvertisementInterval"] = With("\"advertInterval\": \"2s\""),
        ["Addresses"] = Sample.With(addresses: "\"192.168.56.189/24\""),
        ["Preempt"] = With("\"preempt\": false"),
        ["PreemptDelay"] = With("\"preemptDelay\": \"3s\""),
        ["ChecksumForm"] = With("\"checksum\": \"messageOnly\""),
        ["AnnounceRepeat"] = With("\"announceRepeat\": 2"),
        ["AnnounceDelay"] = With("\"announceDelay\": \"0s\""),
        ["AnnounceRefresh"] = With("\"announceRefresh\": \"60s\""),
        ["DownTimerAdverts"] = With("\"downTimerAdverts\": 5"),
        ["MulticastGroup"] = With("\"multicastGroup\": \"224.0.0.77\""),
        ["Unicast"] = With("\"unicast\": true"),
        ["Password"] = With("\"version\": 2, \"authentication\": { \"type\": \"pass\", \"password\": \"s3cr3t\" }"),
        ["Health"] = With("\"preemptUnhealthy\": false"),
        ["StrongestPeer"] = Sample.With().Replace("\"priority\": 100", "\"priority\": 101", StringComparison.Ordinal),
        ["SyncGroup"] = Sample.With(
            more: ", { \"name\": \"VI_2\", \"vrid\": 52, \"interface\": \"eth0\", \"addresses\": [\"192.168.56.189/24\"] }",
            end: ", \"syncGroups\": [{ \"name\": \"VG_1\", \"virtualRouters\": [\"VI_1\", \"VI_2\"] }]"),
        ["Peers"] = Sample.With().Replace("\"web2\"", "\"web3\"", StringComparison.Ordinal),
        ["Sticky"] = With("\"sticky\": true"),
    };

    /// <summary>Hmac is read from key files: <see cref="HmacKeyFileTests"/>. The other two have no key: their defaults are right for everybody.</summary>
    private static readonly string[] Elsewhere = ["Hmac", "LearnedIntervalCap", "StrictChecksum"];

    public static TheoryData<string> Settings => [.. Changed.Keys];

    private static IEnumerable<PropertyInfo> All => typeof(VirtualRouterSettings).GetProperties().Where(property => property.SetMethod is not null);

    [Fact]
    public void Every_setting_has_a_row() => Assert.Equal(Changed.Keys.Concat(Elsewhere).Order(), All.Select(property => property.Name).Order());

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_follows_the_file(string setting)
    {
        string before = Text(Sample.With(), setting);
        Assert.Equal(before, Text(Sample.With(), setting));
        Assert.NotEqual(before, Text(Changed[setting], setting));
    }

    private static string Text(string file, string setting) =>
        typeof(VirtualRouterSettings).GetProperty(setting)!.GetValue(Read(file)) switch
        {
            IEnumerable<AddressPrefix> addresses => string.Join(", ", addresses),
            IEnumerable<NodeName> names => string.Join(", ", names),
            object value => value.ToString()!,
            null => "none",
        };

    private static VirtualRouterSettings Read(string text)
    {
        // Some are right but not advised, such as a password: those have a warning.
        HotStandbyConfig config = Sample.Read(text).Config!;
        return RouterSettings.For(config.VirtualRouters[0], config.Nodes[0]);
    }

    private static string With(string keys) => Sample.With(router: $"{keys},");

    private static string Router(string nameAndVrid) => Sample.With().Replace("\"name\": \"VI_1\", \"vrid\": 51", nameAndVrid, StringComparison.Ordinal);
}
