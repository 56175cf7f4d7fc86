using System.Text;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>A key of an object.</summary>
/// <param name="name">As written.</param>
/// <param name="shape">What its value must look like.</param>
/// <param name="description">For editors and the reference; a sentence.</param>
internal class Member(string name, Shape shape, string description)
{
    private readonly string? _default;

    public string Name { get; } = name;

    public Shape Shape { get; } = shape;

    public string Description { get; } = description;

    public bool Required { get; init; }

    /// <summary>The value it has when it is left out, as JSON text; null when leaving it out has a meaning of its own.</summary>
    public string? Default
    {
        get => _default;
        init
        {
            _default = value;
            DefaultNode = value is null ? null : TreeReader.Read(Encoding.UTF8.GetBytes(value), new Findings(""));
        }
    }

    /// <summary>Words that keepalived's users know this key by; only for "did you mean".</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    protected Node? DefaultNode { get; private init; }
}

/// <summary>A key of an object whose value reads as a <typeparamref name="T"/>.</summary>
internal sealed class Member<T>(string name, Shape<T> shape, string description) : Member(name, shape, description)
{
    /// <summary>The value, or its default; null when it is wrong (which the shape reports) or missing without a default.</summary>
    public Placed<T>? Of(Node holder)
    {
        NodeMember? written = holder.Kind == NodeKind.Object ? holder.Find(Name) : null;
        if (written is not null)
        {
            return shape.TryRead(written.Value, "", null, out T value) ? new(value, written.Value.At, true) : null;
        }

        return DefaultNode is not null && shape.TryRead(DefaultNode, "", null, out T standard) ? new(standard, holder.At, false) : null;
    }
}

/// <summary>A value, where it stands, and whether it was written or is a default (then it stands where its object begins).</summary>
internal sealed record Placed<T>(T Value, Position At, bool Written);
