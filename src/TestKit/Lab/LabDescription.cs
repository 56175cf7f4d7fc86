using System.Text.Json;

namespace HotStandby.TestKit;

/// <summary>The first line of <c>hotstandby lab --hold</c>.</summary>
/// <param name="Id">The namespaces are called <c>hs-ID-NODE</c>.</param>
/// <param name="BoundSeconds">The longest a change of master should take with this file.</param>
/// <param name="Client">The client's network namespace.</param>
/// <param name="Nodes">In the order of the file.</param>
/// <param name="VirtualRouters">In the order of the file.</param>
internal sealed record LabDescription(
    string Id, double BoundSeconds, string Client, IReadOnlyList<LabDescription.NodeAt> Nodes, IReadOnlyList<LabDescription.RouterAt> VirtualRouters)
{
    internal const string Schema = "hotstandby.lab/v1";

    private static readonly JsonSerializerOptions Reading = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="LabException">It is another line, or one of a schema this kit does not know.</exception>
    public static LabDescription Parse(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.TryGetProperty("schema", out JsonElement schema) && schema.GetString() == Schema
                ? document.RootElement.Deserialize<LabDescription>(Reading)!
                : throw new LabException($"This kit reads {Schema}, and hotstandby lab wrote: {line}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new LabException($"What hotstandby lab wrote is no {Schema}: {exception.Message} {line}", exception);
        }
    }

    /// <summary>A node, see <see cref="LabNode"/>.</summary>
    internal sealed record NodeAt(string Name, string Address, string Namespace, int Pid, string Root, string ControlSocket, string Log);

    /// <summary>A virtual router.</summary>
    internal sealed record RouterAt(string Name, IReadOnlyList<string> Addresses, string Url);
}
