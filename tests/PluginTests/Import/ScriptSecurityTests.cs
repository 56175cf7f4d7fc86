using System.Diagnostics;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Importing;
using HotStandby.Agent.Keepalived.Reading;
using HotStandby.PluginTests.KeepalivedConfig;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Import;

/// <summary>What enable_script_security drops: <c>lint</c> says so of exactly those scripts that the real keepalived drops.</summary>
public sealed class ScriptSecurityTests : IDisposable
{
    private readonly Layout _layout = new();

    public void Dispose() => _layout.Dispose();

    [Theory]
    [InlineData("root's")]
    [InlineData("all may write")]
    [InlineData("root's group may write")]
    [InlineData("another group may write")]
    [InlineData("another's")]
    [InlineData("another's, who may not write")]
    [InlineData("in a folder that all may write")]
    [InlineData("a link into a folder that all may write")]
    [InlineData("in a folder with the sticky bit")]
    public async Task A_script_that_others_may_write_is_told_if_and_only_if_keepalived_drops_it(string which)
    {
        string script = Lay(which);
        await AssertAlike($"{{\n enable_script_security\n script_user root\n}}\nvrrp_script chk {{\n script \"{script}\"\n}}", "due to insecure", drops: which is not ("root's" or "root's group may write" or "in a folder with the sticky bit"));
        await AssertAlike($"{{\n enable_script_security\n script_user nobody\n}}\nvrrp_script chk {{\n script \"{script}\"\n}}", "due to insecure", drops: false);
    }

    /// <summary>Machines of tests have no user keepalived_script.</summary>
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "user root", false)]
    [InlineData("script_user root", "", false)]
    public async Task A_script_without_a_user_is_told_if_and_only_if_keepalived_drops_it(string global, string own, bool drops)
    {
        string script = Lay("root's");
        await AssertAlike($"{{\n enable_script_security\n {global}\n}}\nvrrp_script chk {{\n script \"{script}\"\n {own}\n}}", "track script chk not found", drops);
    }

    /// <param name="definitions">What follows the word global_defs.</param>
    /// <param name="words">keepalived's for a check that it drops.</param>
    /// <param name="drops">Whether it is to.</param>
    private async Task AssertAlike(string definitions, string words, bool drops)
    {
        string conf = _layout.Write("keepalived.conf", $$"""
            global_defs {{definitions}}
            vrrp_instance VI_1 {
                interface eth0
                virtual_router_id 51
                priority 100
                virtual_ipaddress {
                    10.0.0.100/24
                }
                track_script {
                    chk
                }
            }
            """);
        (_, string output) = await KeepalivedAcceptsTests.Test(conf, "web1");
        Assert.Equal(drops, output.Contains(words, StringComparison.Ordinal));
        ImportResult result = Agent.Keepalived.Importing.Import.Run([new("web1", conf)], new Dictionary<string, string>(), new DiskFiles());
        Assert.Equal(drops, result.Findings.Any(one => one.Code == ConfCodes.ScriptDropped));
    }

    private string Lay(string which)
    {
        string folder = Path.Combine(_layout.Root, "scripts");
        Directory.CreateDirectory(folder);
        string script = _layout.Write("scripts/check.sh", "#!/bin/sh\nexit 0\n");
        File.SetUnixFileMode(script, Mode("755"));
        switch (which)
        {
            case "all may write":
                File.SetUnixFileMode(script, Mode("777"));
                break;
            case "root's group may write":
                File.SetUnixFileMode(script, Mode("775"));
                break;
            case "another group may write":
                Give(":100", script);
                File.SetUnixFileMode(script, Mode("775"));
                break;
            case "another's":
                Give("65534", script);
                break;
            case "another's, who may not write":
                Give("65534", script);
                File.SetUnixFileMode(script, Mode("555"));
                break;
            case "in a folder that all may write":
                File.SetUnixFileMode(folder, Mode("777"));
                break;
            case "a link into a folder that all may write":
                File.SetUnixFileMode(folder, Mode("777"));
                return File.CreateSymbolicLink(Path.Combine(_layout.Root, "link.sh"), script).FullName;
            case "in a folder with the sticky bit":
                File.SetUnixFileMode(folder, Mode("1777"));
                break;
        }

        return script;
    }

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);

    private static void Give(string owner, string path)
    {
        using var chown = Process.Start("chown", [owner, path]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }
}
