using System.CommandLine;
using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Hosting;
using HotStandby.HostProtocol;

namespace HotStandby.Agent.Commands;

/// <summary><c>hotstandby render TARGET --node NAME [FILE]</c>: another program's configuration from plugins.json, by a generator plugin.</summary>
internal static class RenderCommand
{
    public static Command Create()
    {
        Argument<string> target = new("TARGET") { Description = "what to render for: keepalived, frr, or another generator's word" };
        Argument<string> file = CommonOptions.File();
        Option<string> node = new("--node", "-n") { Description = "the node to render for", Required = true, HelpName = "NAME" };
        Option<string> version = new("--target") { Description = "the version of the program, e.g. 2.2.7", HelpName = "VERSION", DefaultValueFactory = _ => "" };
        Option<bool> lenient = new("--lenient") { Description = "what the program can't do becomes a comment instead of an error" };
        Option<string?> output = new("--out", "-o") { Description = "replace this file as a whole instead of printing", HelpName = "PATH" };
        Option<bool> verify = new("--verify") { Description = "let the program itself check the file first; a refused one replaces nothing" };
        Command command = new("render", "Render another program's configuration for one node, e.g. keepalived.conf.")
        {
            target, file, node, version, lenient, output, verify,
        };
        command.SetAction(async (parsed, _) => await RenderAsync(
            new Wanted(
                parsed.GetValue(target)!,
                parsed.GetValue(file)!,
                parsed.GetValue(node)!,
                parsed.GetValue(version)!,
                parsed.GetValue(lenient)),
            parsed.GetValue(output),
            parsed.GetValue(verify)).ConfigureAwait(false));
        return command;
    }

    private static async Task<int> RenderAsync(Wanted wanted, string? output, bool verify)
    {
        try
        {
            FileJudgement judgement = await FileJudgement.OfAsync(wanted.File).ConfigureAwait(false);
            GivenFile.Print(judgement.Result);
            if (judgement.Result.Config is not HotStandbyConfig config)
            {
                return ExitCodes.ConfigInvalid;
            }

            if (judgement.NotAskedSentence is string gap)
            {
                Say(gap);
                return ExitCodes.Failed;
            }

            if (GivenFile.NodeProblem(wanted.File, config, wanted.Node) is string problem)
            {
                return Misuse.Of("render", problem);
            }

            ClusterModel model = ClusterModelWriter.From(config);
            Rendered rendered = await HostTask.RenderAsync(
                new Render(ToHost.ProtocolVersion, wanted.Target, wanted.Node, config.BaseDirectory, judgement.Installed.Paths, model)
                {
                    TargetVersion = wanted.Version,
                    Lenient = wanted.Lenient,
                    Refusals = judgement.Installed.Refusals(),
                }).ConfigureAwait(false);
            if (rendered.Text is null)
            {
                Say(rendered.Error ?? "nothing was rendered");
                if (!wanted.Lenient)
                {
                    Console.Error.WriteLine("    Where the program can't do what the file asks, --lenient writes a comment in its place.");
                }

                return ExitCodes.Failed;
            }

            bool secret = model.VirtualRouters.Any(router => router.Authentication is not null);
            return await DeliverAsync(rendered, output, verify, secret).ConfigureAwait(false);
        }
        catch (Exception error) when (error is PluginHostException or IOException or UnauthorizedAccessException)
        {
            Say(error.Message);
            return ExitCodes.Of(error);
        }
    }

    private static async Task<int> DeliverAsync(Rendered rendered, string? output, bool verify, bool secret)
    {
        if (verify && rendered.CheckCommand.Count == 0)
        {
            return Misuse.Of("render", "--verify: the generator knows no program that checks its files");
        }

        if (output is null && !verify)
        {
            Console.Out.Write(rendered.Text);
            return ExitCodes.Good;
        }

        DirectoryInfo? folder = output is null ? Directory.CreateTempSubdirectory("hotstandby-render-") : null;
        try
        {
            using OutputFile file = OutputFile.Write(output ?? Path.Combine(folder!.FullName, "rendered"), rendered.Text!, secret);
            if (verify && !await AcceptedAsync(rendered.CheckCommand, file.Written).ConfigureAwait(false))
            {
                return ExitCodes.Failed;
            }

            if (output is null)
            {
                Console.Out.Write(rendered.Text);
            }
            else
            {
                file.Replace();
            }

            return ExitCodes.Good;
        }
        finally
        {
            folder?.Delete(recursive: true);
        }
    }

    private static async Task<bool> AcceptedAsync(IReadOnlyList<string> command, string file)
    {
        (string? refusal, string words) = await ProgramCheck.RunAsync(command, file).ConfigureAwait(false);
        if (words.Length > 0)
        {
            Console.Error.WriteLine(words);
        }

        if (refusal is not null)
        {
            Say($"{refusal}; nothing was replaced");
        }

        return refusal is null;
    }

    private static void Say(string message) => Console.Error.WriteLine($"hotstandby: {message.ReplaceLineEndings("\nhotstandby: ")}");

    private sealed record Wanted(string Target, string File, string Node, string Version, bool Lenient);
}
