using System.Globalization;
using HotStandby.Abstractions;
using HotStandby.Plugins.KeepalivedConfig;

namespace HotStandby.PluginTests.KeepalivedConfig;

/// <summary>
/// The rendered text, byte for byte. HOTSTANDBY_WRITE_GOLDEN=FOLDER writes what is rendered now to that folder; the difference is then
/// reviewed by a human.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<string, string> Cases => new()
    {
        { "nginx", "web1" },
        { "nginx", "web2" },
        { "tomcat", "app1" },
        { "tomcat", "app2" },
        { "full", "web1" },
        { "full", "web2" },
        { "probe", "web1" },
        { "probe", "web2" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Renders_the_same_bytes_as_ever(string pair, string node)
    {
        string rendered = await Rendering.Render(Model(pair), node, Options(pair));
        string name = $"{pair}-{node}.golden";
        if (Environment.GetEnvironmentVariable("HOTSTANDBY_WRITE_GOLDEN") is { Length: > 0 } folder)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), rendered, TestContext.Current.CancellationToken);
        }

        string golden = Path.Combine(AppContext.BaseDirectory, "KeepalivedConfig", name);
        Assert.Equal(await File.ReadAllTextAsync(golden, TestContext.Current.CancellationToken), rendered);
    }

    [Fact]
    public async Task Renders_the_same_bytes_in_a_culture_with_a_decimal_comma()
    {
        string usual = await Rendering.Render(Rendering.Full, "web1");
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = comma;
        try
        {
            Assert.Equal(usual, await Rendering.Render(Rendering.Full, "web1"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    internal static ClusterModel Model(string pair) => Rendering.Placed(pair switch
    {
        "nginx" => Rendering.NginxPair,
        "tomcat" => Rendering.TomcatPair,
        _ => Rendering.Full,
    });

    internal static KeepalivedConfigOptions Options(string pair) => pair == "probe" ? new() : Rendering.Scripts;
}
