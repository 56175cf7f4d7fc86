using System.Text.Json.Serialization;

namespace HotStandby.Agent.Lab;

/// <summary>
/// The first line that <c>hotstandby lab --hold</c> prints: where everything is. Additive only; a change that could break a reader changes
/// <see cref="Schema"/>.
/// </summary>
/// <param name="Schema">See <see cref="CurrentSchema"/>.</param>
/// <param name="Id">Four hex digits; the network namespaces are called <c>hs-ID-NODE</c>.</param>
/// <param name="Directory">Temp folder of the lab; gone with it.</param>
/// <param name="BoundSeconds">The longest a change of master should take with this file on a busy machine: see <see cref="LabOptions.BoundFor"/>.</param>
/// <param name="Client">The client's network namespace.</param>
/// <param name="Nodes">In the order of the file.</param>
/// <param name="VirtualRouters">In the order of the file.</param>
internal sealed record HeldLabDescription(
    string Schema,
    string Id,
    string Directory,
    double BoundSeconds,
    string Client,
    IReadOnlyList<HeldNode> Nodes,
    IReadOnlyList<HeldRouter> VirtualRouters)
{
    public const string CurrentSchema = "hotstandby.lab/v1";
}

/// <summary>One node.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="Address">Its own address, without a prefix.</param>
/// <param name="Namespace">Its network namespace, for <c>ip netns exec</c>.</param>
/// <param name="Pid">Init of its PID namespace: <c>nsenter -t PID -m -u -n -p</c> enters the node, with its own /run and processes.</param>
/// <param name="Root">Its file system as seen from outside: only /run is its own.</param>
/// <param name="ControlSocket">Its agent's, as seen from outside.</param>
/// <param name="Log">Its agent's.</param>
internal sealed record HeldNode(string Name, string Address, string Namespace, int Pid, string Root, string ControlSocket, string Log);

/// <summary>One virtual router.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="Addresses">With their prefixes.</param>
/// <param name="Url">What the client asks; the answer's body is the node's name and a line end.</param>
internal sealed record HeldRouter(string Name, IReadOnlyList<string> Addresses, string Url);

/// <summary>A line on the held lab's standard input. Each gets one line back, in order.</summary>
/// <param name="Verb">See <see cref="HeldLab"/>.</param>
/// <param name="Node">The node it is about; null for "ask".</param>
/// <param name="Router">"ask": the virtual router; else null.</param>
internal sealed record HeldLabRequest(string? Verb, string? Node, string? Router);

/// <summary>The line that comes back.</summary>
/// <param name="Done">Whether it was carried out.</param>
/// <param name="Error">Why not; null when it was.</param>
/// <param name="Answer">"ask": the name of the node that answered the client; null for nobody, and for the other verbs.</param>
internal sealed record HeldLabAnswer(
    bool Done,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Answer = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HeldLabDescription))]
[JsonSerializable(typeof(HeldLabRequest))]
[JsonSerializable(typeof(HeldLabAnswer))]
internal sealed partial class HeldLabJson : JsonSerializerContext;
