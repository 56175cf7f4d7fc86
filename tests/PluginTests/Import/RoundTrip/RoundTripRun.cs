using HotStandby.Abstractions;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Importing;
using HotStandby.Agent.Keepalived.Reading;
using HotStandby.Plugins.KeepalivedConfig;
using HotStandby.PluginTests.KeepalivedConfig;

namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>keepalived.conf to plugins.json and back, for web1 and web2, without a file on disk.</summary>
internal static class RoundTripRun
{
    private const string Path = "/etc/keepalived/keepalived.conf";
    private static readonly string[] Nodes = ["web1", "web2"];

    public static async Task<RoundTripResult> Of(string text)
    {
        ImportResult imported = Agent.Keepalived.Importing.Import.Run([.. Nodes.Select(node => new ConfSource(node, Path))], ConfGenerator.Addresses, new OneFile(text));
        ConfigResult check = ConfigReader.ReadText("/etc/hotstandby/plugins.json", imported.Text, plugins: null);
        string[] errors = [.. check.Diagnostics.Where(one => one.Severity == Severity.Error).Select(one => one.ToString())];
        Dictionary<string, string> rendered = [];
        List<string> refusals = [];
        if (check.Config is not null && errors.Length == 0)
        {
            ClusterModel model = ClusterModelWriter.From(check.Config);
            foreach (string node in Nodes)
            {
                rendered[node] = await Render(model, node, refusals);
            }
        }

        RoundTripResult result = new(imported.Findings, errors, refusals, rendered);
        foreach ((string node, string back) in rendered)
        {
            result.Before[node] = Meaning.Of(Read(text, node));
            result.After[node] = Meaning.Of(Read(back, node));
        }

        return result;
    }

    private static async Task<string> Render(ClusterModel model, string node, List<string> refusals)
    {
        KeepalivedConfigOptions options = new();
        try
        {
            return await Rendering.Render(model, node, options);
        }
        catch (GenerationException refused)
        {
            refusals.AddRange(refused.Message.Split('\n'));
            return await Rendering.Render(model, node, options, lenient: true);
        }
    }

    private static IReadOnlyList<Statement> Read(string text, string node)
    {
        ConfFindings findings = new();
        IReadOnlyList<Statement> statements = new ConfReader(new OneFile(text), node, findings).Read(Path);
        Assert.Empty(findings.InOrder());
        return statements;
    }

    private sealed class OneFile(string text) : IConfFiles
    {
        public string? Read(string path, out string problem)
        {
            problem = "";
            return path == Path ? text : null;
        }

        public IReadOnlyList<string> Match(string pattern, string folder, out IReadOnlyList<string> problems)
        {
            problems = [];
            return [];
        }

        public string? NotRootsAlone(string path) => null;
    }
}
