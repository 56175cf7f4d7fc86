using System.Text.RegularExpressions;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.FrrConfig;

/// <summary>The generator behind <c>hotstandby render frr</c>.</summary>
internal sealed partial class FrrConfigGenerator(FrrConfigOptions options) : IConfigGenerator
{
    /// <summary>The first FRR with vrrpd is 7.2; older than this nothing was tried.</summary>
    private static readonly Version Oldest = new(8, 4);

    /// <inheritdoc/>
    public string Target => "frr";

    /// <inheritdoc/>
    public IReadOnlyList<string> CheckCommand => ["vtysh", "--dryrun", "--inputfile", "{file}"];

    /// <inheritdoc/>
    public Task<string> GenerateAsync(ClusterModel model, string node, CancellationToken cancellationToken) =>
        GenerateAsync(new GenerationRequest(model, node), cancellationToken);

    /// <inheritdoc/>
    public Task<string> GenerateAsync(GenerationRequest request, CancellationToken cancellationToken)
    {
        if (!request.Model.Nodes.Any(one => one.Name == request.Node))
        {
            throw new GenerationException(
                $"there is no node \"{request.Node}\"; plugins.json has {string.Join(", ", request.Model.Nodes.Select(one => one.Name))}.");
        }

        Version version = request.TargetVersion.Length > 0 ? Parse(request.TargetVersion, "--target") : Parse(options.FrrVersion, "frrVersion");
        return Task.FromResult(new FrrFile(request.Model, request.Node, version, request.Lenient).Write());
    }

    private static Version Parse(string text, string what)
    {
        if (!Numbers().IsMatch(text) || !Version.TryParse(text, out Version? version))
        {
            throw new GenerationException($"{what} \"{text}\" is no version of FRR; write it as \"8.4.4\".");
        }

        return version >= Oldest ? version : throw new GenerationException($"{what} \"{text}\": the oldest FRR a file can be made for is {Oldest}.");
    }

    [GeneratedRegex(@"^\d{1,4}\.\d{1,4}(\.\d{1,4})?\z")]
    private static partial Regex Numbers();
}
