using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>Turns plugins.json into the values a keepalived.conf for one node is made of.</summary>
/// <param name="model">plugins.json, validated.</param>
/// <param name="node">The node the file is for.</param>
/// <param name="baseDirectory">The folder of plugins.json.</param>
/// <param name="target">The keepalived the file is for.</param>
/// <param name="options">The site's choices.</param>
/// <param name="gaps">Takes what keepalived can't say.</param>
internal sealed class ModelTranslation(
    ClusterModel model, string node, string baseDirectory, KeepalivedTarget target, KeepalivedConfigOptions options, Gaps gaps)
{
    /// <exception cref="GenerationException">keepalived can't do what the model says; the sentence names the part.</exception>
    public KeepalivedModel Translate()
    {
        NodeModel self = model.Nodes.FirstOrDefault(candidate => candidate.Name == node)
            ?? throw new GenerationException(
                $"there is no node \"{node}\"; plugins.json has {string.Join(", ", model.Nodes.Select(candidate => candidate.Name))}.");

        List<string> comments = [];
        (List<KeepalivedProcess> processes, List<KeepalivedScript> scripts) = Checks(comments);
        SourceTranslation sources = SourceTranslation.Of(
            model.VirtualRouters, [.. processes.Select(one => one.Name), .. scripts.Select(one => one.Name)], target, gaps, comments);
        RouterTranslation routers = new(model, node, baseDirectory, target, gaps, [.. processes.Select(one => one.Name)], [.. scripts.Select(one => one.Name)]);
        KeepalivedModel translated = new(
            Node(self),
            [.. model.Nodes.Select(Node)],
            [.. processes, .. sources.Processes],
            scripts,
            [.. model.VirtualRouters.Select(router => sources.AddTo(routers.Translate(router), router))])
        {
            SyncGroups = [.. model.SyncGroups.Select(SyncGroup)],
            Files = sources.Files,
            InterfaceUpDownDelays = sources.Delays,
            Agent = AgentTranslation.Translate(model.Agent, target, gaps, comments),
            Comments = comments,
        };
        gaps.ThrowIfAny();
        return translated;
    }

    private (List<KeepalivedProcess> Processes, List<KeepalivedScript> Scripts) Checks(List<string> comments)
    {
        List<KeepalivedProcess> processes = [];
        List<KeepalivedScript> scripts = [];
        CheckTranslation translation = new(node, baseDirectory, target, options, gaps);
        HashSet<string> tracked = [.. model.VirtualRouters.SelectMany(router => router.Tracks).Select(track => track.Check)];
        foreach (PluginModel check in model.Plugins.Where(plugin => tracked.Contains(plugin.Id)))
        {
            switch (gaps.Try(check.Path, comments, () => translation.Translate(check)))
            {
                case KeepalivedProcess process:
                    processes.Add(process);
                    break;
                case KeepalivedScript script:
                    scripts.Add(script);
                    break;
            }
        }

        return (processes, scripts);
    }

    private static KeepalivedNode Node(NodeModel node) =>
        new(KeepalivedSyntax.Name(node.Name, "the node name"), node.Address, node.Priority);

    // Every member has the tracks of its whole group, so that what keepalived does with a group's own is not needed.
    private KeepalivedSyncGroup SyncGroup(SyncGroupModel group)
    {
        List<string> comments = [];
        return new(
            KeepalivedSyntax.Name(group.Name, "the sync group's name"),
            [.. group.VirtualRouters.Select(name => KeepalivedSyntax.Name(name, "the virtual router name"))],
            model.VirtualRouters.Any(router => group.VirtualRouters.Contains(router.Name) && RouterTranslation.HasWeights(router)))
        {
            Notify = NotifyTranslation.Translate(Told.Group(group), model.Plugins, baseDirectory, gaps, comments),
            Comments = comments,
            From = group.Path,
        };
    }
}
