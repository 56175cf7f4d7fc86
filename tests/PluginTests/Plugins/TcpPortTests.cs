using System.ComponentModel.DataAnnotations;
using System.Net;
using HotStandby.Abstractions;
using HotStandby.Plugins.TcpPort;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Plugins;

public sealed class TcpPortTests
{
    private static Task<CheckResult> CheckAsync(int port, string? banner = null, string host = "127.0.0.1", int timeout = 10_000) =>
        new TcpPortCheck(new TcpPortOptions { Port = port, ExpectBanner = banner, Host = host }, Contexts.Of(timeout: timeout))
            .CheckAsync(TestContext.Current.CancellationToken);

    [Fact]
    public async Task An_open_port_is_up()
    {
        using var server = new RawServer();
        CheckResult result = await CheckAsync(server.Port);
        Assert.True(result.Healthy, result.Reason);
        Assert.StartsWith($"connected to 127.0.0.1:{server.Port} in ", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task A_name_is_looked_up(string host)
    {
        using var server = new RawServer();
        Assert.True((await CheckAsync(server.Port, host: host)).Healthy);
    }

    [Fact]
    public async Task IPv6_works()
    {
        using var server = new RawServer(address: IPAddress.IPv6Loopback);
        CheckResult result = await CheckAsync(server.Port, host: "::1");
        Assert.True(result.Healthy, result.Reason);
        Assert.StartsWith($"connected to [::1]:{server.Port} in ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_down()
    {
        CheckResult result = await CheckAsync(RawServer.FreePort());
        Assert.False(result.Healthy);
        Assert.Contains("connection refused", result.Reason, StringComparison.Ordinal);
    }

    /// <summary>What no name server could ever answer is no reason to find out as MASTER.</summary>
    [Theory]
    [InlineData("a b", false)]
    [InlineData("http://localhost", false)]
    [InlineData("::1", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("db_1.example.org", true)]
    public void A_host_that_can_be_none_is_refused(string host, bool may) =>
        Assert.Equal(may, !new TcpPortOptions { Host = host, Port = 80 }.Validate(new ValidationContext(this)).Any());

    [Fact]
    public async Task A_name_without_an_address_is_down() => Assert.False((await CheckAsync(80, host: "no-such-name.invalid")).Healthy);

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0-", true)]
    [InlineData("SSH-1.5-old\r\n", "SSH-2.0-", false)]
    [InlineData("SSH", "SSH-2.0-", false)]
    [InlineData("", "SSH-2.0-", false)]
    public async Task A_banner_must_start_with_the_expected_text(string banner, string expected, bool healthy)
    {
        using var server = new RawServer(greet: banner);
        CheckResult result = await CheckAsync(server.Port, expected);
        Assert.Equal(healthy, result.Healthy);
        Assert.Contains(expected, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_down_at_the_deadline()
    {
        using var server = new RawServer();
        CheckResult result = await CheckAsync(server.Port, "220 ", timeout: 200);
        Assert.False(result.Healthy);
        Assert.Contains("connected, but no banner within ", result.Reason, StringComparison.Ordinal);
    }
}
