using System.CommandLine;
using System.Text.Json.Nodes;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
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
        Option<bool> force = new("--force") { Description = "with --out: overwrite what is there" };
        Command command = new("import", "Turn keepalived.conf of one or several nodes into one plugins.json, and say what is lost or changed.")
        {
            conf.Paths, conf.Nodes, conf.Addresses, target, force,
        };
        command.SetAction(async (parsed, _) => conf.Read(parsed) is ImportResult result
            ? await WriteAsync(result, parsed.GetValue(target), parsed.GetValue(force)).ConfigureAwait(false)
            : ExitCodes.Usage);
        return command;
    }

    private static async Task<int> WriteAsync(ImportResult result, FileInfo? target, bool force)
    {
        foreach (ConfFinding finding in result.Findings)
        {
            Console.Error.WriteLine(finding.ToString());
        }

        string text = result.Text;
        FileJudgement judgement = await FileJudgement.OfTextAsync(target?.ToString() ?? "plugins.json", text).ConfigureAwait(false);
        ConfigResult check = judgement.Result;
        foreach (Diagnostic diagnostic in check.Diagnostics.Where(one => one.Severity == Severity.Error))
        {
            Console.Error.WriteLine($"of the imported file: {diagnostic}");
        }

        if (judgement.NotAskedSentence is string gap)
        {
            Console.Error.WriteLine($"of the imported file: {gap}");
        }

        try
        {
            Put(result, text, target, force);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return AgentConversation.Refused(error.Message, ExitCodes.Of(error));
        }

        Console.Error.WriteLine($"{ConfSummary.Of(result.Findings)}{(check.HasErrors ? "; the imported file does not pass check yet" : "")}");
        return check.HasErrors ? ExitCodes.ConfigInvalid : ExitCodes.Good;
    }

    /// <exception cref="IOException">It can't be written, or would overwrite what is there.</exception>
    private static void Put(ImportResult result, string text, FileInfo? target, bool force)
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

        List<(string Path, string Text)> files = [(target.FullName, text)];
        if (aside.Length > 0)
        {
            files.Add((Path.Combine(target.DirectoryName ?? ".", Import.AsideFile), aside + "\n"));
        }

        // All of them or none: what is there is looked for before anything is written.
        if (!force && files.Find(file => Path.Exists(file.Path)).Path is string there)
        {
            throw new IOException($"{there} exists: nothing was written; --force overwrites it");
        }

        bool secret = HoldsSecret(result.File);
        foreach ((string path, string content) in files)
        {
            using OutputFile output = OutputFile.Write(path, content, secret);
            if (secret)
            {
                output.Close();
            }

            output.Replace(force);
        }
    }

    /// <summary>Whether a password stands in the file itself.</summary>
    private static bool HoldsSecret(JsonNode? node) => node switch
    {
        JsonObject table => table.Any(entry => entry.Key == "password" || HoldsSecret(entry.Value)),
        JsonArray list => list.Any(HoldsSecret),
        _ => false,
    };
}
