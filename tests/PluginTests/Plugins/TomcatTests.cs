using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using HotStandby.Abstractions;
using HotStandby.Plugins.Tomcat;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Plugins;

public sealed class TomcatTests
{
    private static async Task<CheckResult> CheckAsync(TomcatOptions options, int timeout = 10_000)
    {
        using var check = new TomcatCheck(options, Contexts.Of(timeout: timeout));
        return await check.CheckAsync(TestContext.Current.CancellationToken);
    }

    private static string Url(RawServer server) => $"http://127.0.0.1:{server.Port}/health";

    private static JsonExpectation Expect(string path, string json) => new() { Path = path, Value = JsonDocument.Parse(json).RootElement };

    [Theory]
    [InlineData("200 OK", true)]
    [InlineData("204 No Content", false)]
    [InlineData("500 Broken", false)]
    [InlineData("404 Not Found", false)]
    public async Task Only_the_expected_status_is_up(string status, bool healthy)
    {
        using RawServer server = RawServer.Http(status);
        CheckResult result = await CheckAsync(new TomcatOptions { Url = Url(server) });
        Assert.Equal(healthy, result.Healthy);
        Assert.StartsWith("HTTP " + status[..3], result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        using RawServer server = RawServer.Http("302 Found", headers: "Location: /login\r\n");
        CheckResult result = await CheckAsync(new TomcatOptions { Url = Url(server) });
        Assert.False(result.Healthy);
        Assert.StartsWith("HTTP 302 to /login after ", result.Reason, StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
        Assert.True((await CheckAsync(new TomcatOptions { Url = Url(server), ExpectStatus = [200, 302] })).Healthy);
    }

    [Fact]
    public async Task Headers_and_host_are_sent_on_a_connection_of_its_own()
    {
        using RawServer server = RawServer.Http("200 OK");
        using var check = new TomcatCheck(
            new TomcatOptions { Url = Url(server), Host = "shop.example", Headers = new Dictionary<string, string> { ["X-Probe"] = "1" } },
            Contexts.Of());
        await check.CheckAsync(TestContext.Current.CancellationToken);
        await check.CheckAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, server.Connections);
        Assert.StartsWith("GET /health HTTP/1.1\r\n", server.Request, StringComparison.Ordinal);
        Assert.Contains("Host: shop.example\r\n", server.Request, StringComparison.Ordinal);
        Assert.Contains("X-Probe: 1\r\n", server.Request, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", server.Request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_body_must_hold_the_expected_text()
    {
        using RawServer server = RawServer.Http("200 OK", "all is well");
        Assert.True((await CheckAsync(new TomcatOptions { Url = Url(server), ExpectBody = "is well" })).Healthy);
        CheckResult result = await CheckAsync(new TomcatOptions { Url = Url(server), ExpectBody = "IS WELL" });
        Assert.Contains("\"IS WELL\" is not in the body", result.Reason, StringComparison.Ordinal);
        Assert.False(result.Healthy);
    }

    [Theory]
    [InlineData("$.status", "\"UP\"", "")]
    [InlineData("$.nodes[1].ok", "true", "")]
    [InlineData("$.n", "1.0", "")]
    [InlineData("$.status", "\"DOWN\"", "$.status is \"UP\", expected \"DOWN\"")]
    [InlineData("$.n", "\"1\"", "$.n is 1, expected \"1\"")]
    [InlineData("$.nodes[2].ok", "true", "its JSON has no $.nodes[2].ok")]
    [InlineData("$.status.deeper", "1", "its JSON has no $.status.deeper")]
    [InlineData("$[0]", "1", "its JSON has no $[0]")]
    public async Task A_json_value_must_be_the_expected_one(string path, string value, string fault)
    {
        using RawServer server = RawServer.Http("200 OK", """{ "status": "UP", "n": 1, "nodes": [ { "ok": false }, { "ok": true } ] }""");
        CheckResult result = await CheckAsync(new TomcatOptions { Url = Url(server), ExpectJson = Expect(path, value) });
        Assert.Equal(fault.Length == 0, result.Healthy);
        Assert.Contains(fault, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_no_json_or_too_large_is_down()
    {
        using RawServer text = RawServer.Http("200 OK", "<html>");
        Assert.Contains("not JSON", (await CheckAsync(new TomcatOptions { Url = Url(text), ExpectJson = Expect("$", "1") })).Reason, StringComparison.Ordinal);
        using RawServer large = RawServer.Http("200 OK", new string(' ', 70_000) + "1");
        CheckResult result = await CheckAsync(new TomcatOptions { Url = Url(large), ExpectJson = Expect("$", "1") });
        Assert.False(result.Healthy);
        Assert.Contains("64 KiB", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_accepts_and_says_nothing_is_down_at_the_deadline()
    {
        using var server = new RawServer();
        CheckResult result = await CheckAsync(new TomcatOptions { Url = Url(server) }, timeout: 200);
        Assert.False(result.Healthy);
        Assert.StartsWith("no complete answer within ", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_grace_changes_the_words_and_never_the_verdict()
    {
        string url = $"http://127.0.0.1:{RawServer.FreePort()}/";
        CheckResult starting = await CheckAsync(new TomcatOptions { Url = url, StartGrace = TimeSpan.FromHours(1) });
        Assert.False(starting.Healthy);
        Assert.StartsWith("starting (0 s of 3600 s grace): connection refused", starting.Reason, StringComparison.Ordinal);
        using var check = new TomcatCheck(new TomcatOptions { Url = url, StartGrace = TimeSpan.FromTicks(1) }, Contexts.Of());
        await check.CheckAsync(TestContext.Current.CancellationToken);
        CheckResult late = await check.CheckAsync(TestContext.Current.CancellationToken);
        Assert.False(late.Healthy);
        Assert.StartsWith("has not come up within ", late.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/relative")]
    [InlineData("ftp://127.0.0.1/")]
    public void A_url_must_be_absolute_http(string url) =>
        Assert.NotEmpty(new TomcatOptions { Url = url }.Validate(new ValidationContext(this)));

    [Fact]
    public void Bad_statuses_and_headers_are_refused()
    {
        Assert.NotEmpty(new TomcatOptions { Url = "http://a/", ExpectStatus = [20] }.Validate(new ValidationContext(this)));
        foreach (string name in new[] { "Host", "two words", "Content-Type" })
        {
            var headers = new Dictionary<string, string> { [name] = "x" };
            Assert.NotEmpty(new TomcatOptions { Url = "http://a/", Headers = headers }.Validate(new ValidationContext(this)));
        }

        Assert.Empty(new TomcatOptions { Url = "http://a/" }.Validate(new ValidationContext(this)));
    }

    [Fact]
    public async Task A_real_tomcat_is_seen_coming_up_and_dying()
    {
        using var tomcat = new TomcatServer();
        using var check = new TomcatCheck(
            new TomcatOptions { Url = $"http://127.0.0.1:{tomcat.Port}/status.json", ExpectJson = Expect("$.status", "\"UP\"") },
            Contexts.Of());
        CheckResult result = await check.CheckAsync(TestContext.Current.CancellationToken);
        Assert.False(result.Healthy);
        tomcat.Start();
        for (int i = 0; i < 600 && !result.Healthy; i++)
        {
            Assert.False(tomcat.HasExited, "tomcat ended: " + tomcat.Log);
            await Task.Delay(200, TestContext.Current.CancellationToken);
            result = await check.CheckAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(result.Healthy, result.Reason + tomcat.Log);
        using var missing = new TomcatCheck(new TomcatOptions { Url = $"http://127.0.0.1:{tomcat.Port}/no-such-app/" }, Contexts.Of());
        Assert.StartsWith("HTTP 404 ", (await missing.CheckAsync(TestContext.Current.CancellationToken)).Reason, StringComparison.Ordinal);
        tomcat.Dispose();
        Assert.False((await check.CheckAsync(TestContext.Current.CancellationToken)).Healthy);
    }
}
