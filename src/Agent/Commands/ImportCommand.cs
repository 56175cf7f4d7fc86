using System.CommandLine;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Importing;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby import PATH...</c>: keepalived.conf of one or several nodes into one plugins.json; needs no agent and no root.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        ConfArguments conf = new();
        Option<FileInfo?> target = new("--out") { Description = "write plugins.json there (and what is kept aside beside it) instead of printing it" };
        Command command = new("import", "Turn keepalived.conf of one or several nodes into one plugins.json, and say what is lost or changed.")
        {
            conf.Paths, conf.Nodes, conf.Addresses, target,
        };
        command.SetAction(parsed => conf.Read(parsed) is ImportResult result ? Write(result, parsed.GetValue(target)) : ExitCodes.Usage);
        return command;
    }

    private static int Write(ImportResult result, FileInfo? target)
    {
        foreach (ConfFinding finding in result.Findings)
        {
            Console.Error.WriteLine(finding.ToString());
        }

        string text = result.Text;
        ConfigResult check = ConfigReader.ReadText(target?.Name ?? "plugins.json", text, plugins: null);
        foreach (Diagnostic diagnostic in check.Diagnostics.Where(one => one.Severity == Severity.Error))
        {
            Console.Error.WriteLine($"of the imported file: {diagnostic}");
        }

        try
        {
            Put(result, text, target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"hotstandby: {error.Message}");
            return ExitCodes.Failed;
        }

        Console.Error.WriteLine($"{ConfSummary.Of(result.Findings)}{(check.HasErrors ? "; the imported file does not pass check yet" : "")}");
        return check.HasErrors ? ExitCodes.ConfigInvalid : ExitCodes.Good;
    }

    private static void Put(ImportResult result, string text, FileInfo? target)
    {
        string aside = string.Join('\n', result.Aside);
        if (target is null)
        {
            Console.Out.Write(text);
            if (aside.Length > 0)
            {
                Console.Error.WriteLine($"kept aside for keepalived ({result.Aside.Count} lines of IPVS): --out writes them to {Import.AsideFile}");
            }

            return;
        }

        File.WriteAllText(target.FullName, text);
        if (aside.Length > 0)
        {
            File.WriteAllText(Path.Combine(target.DirectoryName ?? ".", Import.AsideFile), aside + "\n");
        }
    }
}
