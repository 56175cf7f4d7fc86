namespace HotStandby.Agent.Configuration.Json;

/// <summary>A place in the file, both from 1; columns count Unicode code points.</summary>
internal readonly record struct Position(int Line, int Column)
{
    /// <summary>The file as a whole.</summary>
    public static readonly Position Nowhere;

    public override string ToString() => $"{Line}:{Column}";
}

internal enum NodeKind
{
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// <summary>A JSON value that knows where it stands.</summary>
internal sealed class Node(NodeKind kind, Position at, string text = "")
{
    public NodeKind Kind { get; } = kind;

    public Position At { get; } = at;

    /// <summary>String: its value. Number: as written.</summary>
    public string Text { get; } = text;

    /// <summary>Object: its members in the order of the file, duplicates included.</summary>
    public List<NodeMember> Members { get; } = [];

    /// <summary>Array: its items.</summary>
    public List<Node> Items { get; } = [];

    /// <summary>The value of a key; of the first one when it was written twice.</summary>
    public NodeMember? Find(string key) => Members.Find(one => one.Key == key);

    /// <summary>For "found ...".</summary>
    public string Describe() => Kind switch
    {
        NodeKind.Object => "an object",
        NodeKind.Array => "an array",
        NodeKind.String => $"the string {Wording.Quote(Text)}",
        NodeKind.Number => $"the number {(Text.Length <= 40 ? Text : Text[..40] + "...")}",
        NodeKind.True => "true",
        NodeKind.False => "false",
        _ => "null",
    };
}

/// <summary>A key, where it stands, and its value.</summary>
internal sealed record NodeMember(string Key, Position At, Node Value);
