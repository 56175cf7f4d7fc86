using System.Text;
using HotStandby.Abstractions;

namespace Plugin_Name;

/// <summary>Renders one node's file. The same model must give the same bytes: no time, no random number, no order of a dictionary.</summary>
internal sealed class Generator(GeneratorOptions options) : IConfigGenerator
{
    // The word after `hotstandby render`.
    public string Target => "plugin-word";

    public Task<string> GenerateAsync(ClusterModel model, string node, CancellationToken cancellationToken)
    {
        var text = new StringBuilder($"# {node}\n");
        foreach (VirtualRouterModel router in model.VirtualRouters)
        {
            // What the target can't say is an error that names the key, never left out in silence.
            if (router.Name.Contains(options.Separator, StringComparison.Ordinal))
            {
                throw new GenerationException($"virtualRouters: the name {router.Name} contains the separator \"{options.Separator}\"");
            }

            foreach (string address in router.Addresses)
            {
                text.AppendJoin(options.Separator, router.Name, router.Vrid, router.Interfaces[node], address).Append('\n');
            }
        }

        return Task.FromResult(text.ToString());
    }
}
