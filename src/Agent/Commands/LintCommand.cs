using System.CommandLine;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Importing;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby lint PATH...</c>: the findings of import, without converting; for a pipeline.</summary>
internal static class LintCommand
{
    public static Command Create()
    {
        ConfArguments conf = new();
        Option<string> format = new("--format") { Description = "text, json or sarif", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "sarif");
        Command command = new("lint", "Find what does not do what it seems to in keepalived.conf; give both nodes' files, and they are compared.")
        {
            conf.Paths, conf.Nodes, format,
        };
        command.SetAction(parsed => conf.Read(parsed) is ImportResult result ? Report(result.Findings, parsed.GetValue(format)!) : ExitCodes.Usage);
        return command;
    }

    private static int Report(IReadOnlyList<ConfFinding> all, string format)
    {
        // That something has to be carried over is no fault of the file.
        ConfFinding[] findings = [.. all.Where(finding => !ConfCodes.OfImportOnly.Contains(finding.Code))];
        switch (format)
        {
            case "json":
                Console.Out.WriteLine(FindingsJson.Of(findings));
                break;
            case "sarif":
                Console.Out.WriteLine(SarifReport.Of(findings));
                break;
            default:
                foreach (ConfFinding finding in findings)
                {
                    Console.Out.WriteLine(finding.ToString());
                }

                Console.Out.WriteLine(ConfSummary.Of(findings));
                break;
        }

        return findings.Any(finding => finding.Weight == Weight.Error) ? ExitCodes.ConfigInvalid
            : findings.Any(finding => finding.Weight == Weight.Warning) ? ExitCodes.ConfigWarnings
            : ExitCodes.Good;
    }
}
