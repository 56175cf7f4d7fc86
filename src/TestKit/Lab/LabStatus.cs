using System.Text.Json;

namespace HotStandby.TestKit;

/// <summary>What the agent on a node says of itself, from its <c>hotstandby.status/v1</c>: the document of <c>hotstandby status --json</c>.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="VirtualRouters">In the order of the file.</param>
/// <param name="Checks">Every check of the file.</param>
/// <param name="Plugins">Every plugin entry of the file.</param>
/// <param name="Transitions">The newest of the journal, oldest first.</param>
public sealed record LabStatus(
    string Node,
    IReadOnlyList<LabVirtualRouter> VirtualRouters,
    IReadOnlyList<LabCheck> Checks,
    IReadOnlyList<LabPlugin> Plugins,
    IReadOnlyList<LabTransition> Transitions)
{
    internal const string Schema = "hotstandby.status/v1";

    private static readonly JsonSerializerOptions Reading = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The whole document, for what has no property here.</summary>
    public JsonElement Document { get; private init; }

    /// <summary>One virtual router.</summary>
    /// <exception cref="KeyNotFoundException">The node has none of that name.</exception>
    public LabVirtualRouter VirtualRouter(string name) => Named(VirtualRouters, name, one => one.Name, "virtual router");

    /// <summary>One check.</summary>
    /// <exception cref="KeyNotFoundException">The file has none of that id.</exception>
    public LabCheck Check(string id) => Named(Checks, id, one => one.Id, "check");

    /// <summary>One plugin entry.</summary>
    /// <exception cref="KeyNotFoundException">The file has none of that id.</exception>
    public LabPlugin Plugin(string id) => Named(Plugins, id, one => one.Id, "plugin entry");

    /// <exception cref="LabException">It is no status, or one of a schema this kit does not know.</exception>
    internal static LabStatus Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            if (root.TryGetProperty("error", out JsonElement error))
            {
                throw new LabException($"The agent gave no status: {error}");
            }

            if (!root.TryGetProperty("schema", out JsonElement schema) || schema.GetString() != Schema)
            {
                throw new LabException($"This kit reads {Schema}, and the agent answered: {Shorten(json)}");
            }

            return root.Deserialize<LabStatus>(Reading)! with { Document = root.Clone() };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new LabException($"The agent's answer is no {Schema}: {exception.Message} {Shorten(json)}", exception);
        }
    }

    private static T Named<T>(IReadOnlyList<T> all, string name, Func<T, string> nameOf, string what) =>
        all.FirstOrDefault(one => nameOf(one) == name)
        ?? throw new KeyNotFoundException($"There is no {what} '{name}'; there are: {string.Join(", ", all.Select(nameOf))}.");

    private static string Shorten(string text) => text.Length > 200 ? text[..200] + "..." : text;
}

/// <summary>One virtual router on one node.</summary>
/// <param name="Name">As in the file.</param>
/// <param name="State">INITIALIZE, BACKUP, MASTER or FAULT.</param>
/// <param name="Why">The sentence of the last transition, or what it waits for.</param>
/// <param name="Priority">The node's.</param>
/// <param name="Addresses">The virtual addresses.</param>
public sealed record LabVirtualRouter(string Name, string State, string Why, LabPriority Priority, IReadOnlyList<LabAddress> Addresses);

/// <summary>The priority of a virtual router on a node.</summary>
/// <param name="Effective">The one in force, 1..255.</param>
/// <param name="Base">The file's, before the weights of checks.</param>
public sealed record LabPriority(int Effective, int Base);

/// <summary>One virtual address on one node.</summary>
/// <param name="Address">With its prefix.</param>
/// <param name="Bound">Whether the node's kernel has it.</param>
public sealed record LabAddress(string Address, bool Bound);

/// <summary>One check on one node.</summary>
/// <param name="Id">The entry's.</param>
/// <param name="State">up, down, or waiting (no result yet); after rise and fall.</param>
/// <param name="LastWords">The reason it gave last, after <c>check ID: </c> while it is down; or why it counts as failed.</param>
public sealed record LabCheck(string Id, string State, string LastWords);

/// <summary>One plugin entry on one node.</summary>
/// <param name="Id">The entry's.</param>
/// <param name="State">active, starting, refused or malfunctioning.</param>
/// <param name="Why">Why it is refused or malfunctioning.</param>
public sealed record LabPlugin(string Id, string State, string Why);

/// <summary>One line of a node's journal.</summary>
/// <param name="VirtualRouter">Its name.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state after.</param>
/// <param name="Reason">Why, as a sentence.</param>
/// <param name="Notified">What the notifiers made of it.</param>
public sealed record LabTransition(string VirtualRouter, string From, string To, string Reason, IReadOnlyList<string> Notified);
