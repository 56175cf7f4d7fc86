using System.Diagnostics;
using HotStandby.TestKit;

namespace HotStandby.PluginTests.LabFixture;

/// <summary>Programs that do what hotstandby does when it can't: the author must read its words.</summary>
public sealed class LabHolderTests : IDisposable
{
    private const string Line = """echo '{"schema":"hotstandby.lab/v1","id":"ab12","boundSeconds":15,"client":"c","nodes":[],"virtualRouters":[]}'""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotstandby-holder-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task One_that_refuses_is_quoted_with_its_exit_status()
    {
        string told = await RefusalOf(Program("echo \"$3: unknown option\" >&2; echo usage >&2; exit 2"));

        Assert.Equal("hotstandby lab ended before the lab stood, with 2: --hold: unknown option\nusage", told);
    }

    [Fact]
    public async Task One_that_writes_something_else_is_quoted() =>
        Assert.Contains("hotstandby lab wrote is no hotstandby.lab/v1", await RefusalOf(Program("echo 'Lab hs-ab12: web1, web2'; cat")), StringComparison.Ordinal);

    [Fact]
    public async Task One_that_can_t_be_started_is_named()
    {
        string file = Path.Combine(_folder.FullName, "no-program");
        await File.WriteAllTextAsync(file, "text", TestContext.Current.CancellationToken);

        Assert.StartsWith($"'{file}' can't be started: ", await RefusalOf(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_ends_in_between_is_told_where_it_is_noticed_and_only_there()
    {
        LabHolder holder = await StartAsync(Program(Line + "; read request; echo \"no more $request\" >&2; exit 1"));

        LabException told = await Assert.ThrowsAsync<LabException>(() => holder.DoAsync("cutLink", "web1"));
        await holder.DisposeAsync();

        Assert.StartsWith("hotstandby lab ended at 'cutLink', with 1: no more {", told.Message, StringComparison.Ordinal);
        Assert.Contains("\"node\":\"web1\"", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_can_t_clean_up_fails_the_test()
    {
        LabHolder holder = await StartAsync(Program(Line + "; cat >/dev/null; echo 'could not be removed whole' >&2; exit 1"));

        LabException told = await Assert.ThrowsAsync<LabException>(() => holder.DisposeAsync().AsTask());

        Assert.Equal("hotstandby lab ended with 1: could not be removed whole", told.Message);
    }

    [Fact]
    public async Task A_request_s_answer_and_its_refusal_come_back()
    {
        LabHolder holder = await StartAsync(Program(
            Line + """; read a; echo '{"done":true,"answer":"web2"}'; read b; echo '{"done":true}'; read c; echo '{"done":false,"error":"no node web9"}'; cat >/dev/null"""));

        Assert.Equal("web2", await holder.DoAsync("ask", router: "VI_1"));
        Assert.Null(await holder.DoAsync("ask", router: "VI_1"));
        Assert.Equal("no node web9", (await Assert.ThrowsAsync<LabException>(() => holder.DoAsync("cutLink", "web9"))).Message);
        await holder.DisposeAsync();
    }

    private static async Task<LabHolder> StartAsync(string program) =>
        (await LabHolder.StartAsync(program, "plugins.json", TestContext.Current.CancellationToken)).Holder;

    private static async Task<string> RefusalOf(string program) => (await Assert.ThrowsAsync<LabException>(() => StartAsync(program))).Message;

    private string Program(string shell)
    {
        string file = Path.Combine(_folder.FullName, "hotstandby");

        // By another process: a child of some other test could hold a file of ours open for writing, which can't be executed then.
        using Process writer = Process.Start("/bin/sh", ["-c", "printf '#!/bin/sh\\n%s\\n' \"$2\" >\"$1\" && chmod 700 \"$1\"", "sh", file, shell]);
        writer.WaitForExit();
        return file;
    }
}
