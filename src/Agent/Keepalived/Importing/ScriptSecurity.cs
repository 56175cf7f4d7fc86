using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>
/// Scripts that keepalived drops under enable_script_security: those it has no user for, and those it would run as root although others may
/// write them. It says so in its log only, and goes on as if a dropped check were well for ever (as 2.2.7 does).
/// </summary>
internal sealed class ScriptSecurity(NodeConf node, IConfFiles files, ConfFindings findings)
{
    public void Judge(IEnumerable<Statement> statements)
    {
        if (!node.Global.ContainsKey("enable_script_security"))
        {
            return;
        }

        foreach (Statement block in statements)
        {
            if (block.Keyword == "vrrp_script" && block.Children.FirstOrDefault(child => child.Keyword == "script") is Statement script)
            {
                Judge(new Use(
                    script,
                    $"vrrp_script {block.Argument(0)}",
                    block.Children.FirstOrDefault(child => child.Keyword == "user")?.Argument(0)?.Text,
                    "the check, and the node counts as well for ever",
                    "user in the vrrp_script",
                    "the check counts",
                    RunsHere(block.Argument(0)?.Text) ? ". Here such a script is never run either, and counts as failed" : ""));
            }

            foreach (Statement notify in block.Keyword is "vrrp_instance" or "vrrp_sync_group" ? block.Children.Where(NotifyReader.IsNotify) : [])
            {
                Judge(new Use(
                    notify,
                    $"{notify.Keyword} of {block.Argument(0)}",
                    notify.Argument(1)?.Text,
                    "the script, and nobody is told",
                    "the user behind the script",
                    "it is run",
                    ". Here such a script is never run either, and the notification fails"));
            }
        }
    }

    private void Judge(Use use)
    {
        string? user = use.User ?? node.Global.GetValueOrDefault("script_user")?.Argument(0)?.Text;
        if (user is null)
        {
            findings.Warning(
                ConfCodes.ScriptDropped,
                use.Script.At,
                $"{use.Title} has no user: under enable_script_security keepalived drops {use.Loss}, unless the machine has a user keepalived_script. Here {use.Here}",
                $"Write script_user in global_defs, or {use.WhereUser}.");
        }
        else if (user == "root" && use.Script.Argument(0) is Word line && Values.Cut(line) is [['/', ..] program, ..] && files.NotRootsAlone(program) is string fault)
        {
            string[] parts = fault.Split("; ", 2);
            findings.Warning(
                ConfCodes.ScriptDropped,
                use.Script.At,
                $"{use.Title} is root's, and {parts[0]}: under enable_script_security keepalived drops {use.Loss}{use.HereLoose}",
                parts.Length > 1 ? $"{parts[1]}." : "Put it where only root may write.");
        }
    }

    private bool RunsHere(string? name) => name is not null && (string?)node.Trackers.GetValueOrDefault(name)?.Plugin?["use"] == "Command";

    /// <param name="Script">The statement that names it.</param>
    /// <param name="User">Its own; null where it has none.</param>
    /// <param name="Loss">What is lost when it is dropped.</param>
    /// <param name="WhereUser">Where its own user is written.</param>
    /// <param name="Here">What becomes of it in the imported file.</param>
    /// <param name="HereLoose">What the agent does where others may write it.</param>
    private sealed record Use(Statement Script, string Title, string? User, string Loss, string WhereUser, string Here, string HereLoose);
}
