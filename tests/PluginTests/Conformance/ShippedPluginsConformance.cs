extern alias command;

using HotStandby.TestKit;
using HotStandby.TestKit.Conformance;

namespace HotStandby.PluginTests.Conformance;

public sealed class TcpPortConformance : CheckConformance<HotStandby.Plugins.TcpPort.Plugin>, IDisposable
{
    private readonly SilentServer _silent = new();

    protected override string ValidOptions => """{ "port": 1 }""";

    protected override string HangingOptions => $$"""{ "port": {{_silent.Port}}, "expectBanner": "220 " }""";

    protected override IReadOnlyList<string> RequiredOptions => ["port"];

    public void Dispose() => _silent.Dispose();
}

public sealed class NginxConformance : CheckConformance<HotStandby.Plugins.Nginx.Plugin>, IDisposable
{
    private readonly SilentServer _silent = new();

    protected override string ValidOptions => """{ "pidFile": "/run/no-such-nginx.pid" }""";

    // This very process stands for nginx, so that the URL is asked.
    protected override string HangingOptions => $$"""
        { "pidFile": null, "processName": "{{File.ReadAllText("/proc/self/comm").Trim()}}", "url": "http://127.0.0.1:{{_silent.Port}}/" }
        """;

    protected override IReadOnlyList<RefusedOptions> Refused =>
    [
        new("""{ "url": "ftp://127.0.0.1/" }""", "url"),
        new("""{ "expectStatus": [200] }""", "expectStatus"),
        new("""{ "url": "http://127.0.0.1/", "expectStatus": [99] }""", "expectStatus"),
    ];

    public void Dispose() => _silent.Dispose();
}

public sealed class TomcatConformance : CheckConformance<HotStandby.Plugins.Tomcat.Plugin>, IDisposable
{
    private readonly SilentServer _silent = new();

    protected override string ValidOptions => """{ "url": "http://127.0.0.1:1/" }""";

    protected override string HangingOptions => $$"""{ "url": "http://127.0.0.1:{{_silent.Port}}/" }""";

    protected override IReadOnlyList<string> RequiredOptions => ["url"];

    protected override IReadOnlyList<RefusedOptions> Refused =>
    [
        new("""{ "url": "127.0.0.1:8080" }""", "url"),
        new("""{ "url": "http://127.0.0.1/", "headers": { "Host": "a" } }""", "headers"),
    ];

    public void Dispose() => _silent.Dispose();
}

public sealed class CommandConformance : CheckConformance<command::HotStandby.Plugins.Command.Plugin>
{
    protected override string ValidOptions => """{ "command": ["/bin/true"] }""";

    protected override string HangingOptions => """{ "command": ["/bin/sleep", "600"] }""";

    protected override IReadOnlyList<string> RequiredOptions => ["command"];

    protected override IReadOnlyList<RefusedOptions> Refused => [new("""{ "command": ["true"] }""", "command"), new("""{ "command": [] }""", "command")];
}

public sealed class ScriptConformance : NotifierConformance<HotStandby.Plugins.Script.Plugin>
{
    protected override string ValidOptions => """{ "notify": ["/bin/true"], "onAlarm": ["/bin/true"] }""";

    // sleep itself would take keepalived's arguments, which are appended, for times and end at once.
    protected override string HangingOptions => """{ "notify": ["/bin/sh", "-c", "sleep 600"], "onAlarm": ["/bin/sh", "-c", "sleep 600"] }""";

    protected override IReadOnlyList<RefusedOptions> Refused => [new("{}", "onMaster"), new("""{ "onStop": ["stop.sh"] }""", "onStop")];
}

public sealed class KeepalivedConfigConformance : GeneratorConformance<HotStandby.Plugins.KeepalivedConfig.Plugin>
{
    protected override string ValidOptions => "{}";

    protected override IReadOnlyList<RefusedOptions> Refused => [new("""{ "keepalivedVersion": "two" }""", "keepalivedVersion"), new("""{ "checks": "none" }""", "checks")];
}

public sealed class FrrConfigConformance : GeneratorConformance<HotStandby.Plugins.FrrConfig.Plugin>
{
    protected override string ValidOptions => "{}";

    protected override IReadOnlyList<RefusedOptions> Refused => [new("""{ "frrVersion": "eight" }""", "frrVersion")];
}
