namespace HotStandby.Agent.Configuration.Json;

/// <summary>Builds the tree token by token and remembers what is needed to explain a text that breaks off.</summary>
internal sealed class TreeBuilder(Findings findings)
{
    private readonly Stack<Container> _open = new();
    private string? _key;
    private Position _keyAt;

    public Node? Root { get; private set; }

    /// <summary>The innermost object or array that is not closed yet.</summary>
    public Container? Innermost => _open.TryPeek(out Container? top) ? top : null;

    public int Depth => _open.Count;

    /// <summary>A key was read and its value not yet.</summary>
    public bool AwaitsValue => _key is not null;

    /// <summary>The first closing bracket that does not line up with its opening one: a bracket is probably missing before it.</summary>
    public (Container Opened, Position ClosedAt)? FirstMisaligned { get; private set; }

    public void Open(NodeKind kind, Position at, long offset)
    {
        string path = ChildPath();
        Node node = new(kind, at);
        Value(node);
        _open.Push(new(node, path, offset));
    }

    public void Close(long offset, LineMap lines)
    {
        Container closed = _open.Pop();
        if (FirstMisaligned is null && lines.IsFirstOnLine(offset)
            && lines.Indentation(offset) != lines.Indentation(closed.Offset))
        {
            FirstMisaligned = (closed, lines.At(offset));
        }
    }

    public void Key(string key, Position at)
    {
        Container container = _open.Peek();
        if (!container.Keys.TryAdd(key, at))
        {
            findings.Error(
                at,
                DiagnosticCodes.DuplicateKey,
                $"key {Wording.Quote(key)} stands twice {KeyPath.Place(container.Path)}, first at {container.Keys[key]}",
                "Keep one of the two.");
        }

        (_key, _keyAt) = (key, at);
    }

    public void Value(Node node)
    {
        if (!_open.TryPeek(out Container? container))
        {
            Root = node;
        }
        else if (container.Node.Kind == NodeKind.Array)
        {
            container.Node.Items.Add(node);
        }
        else
        {
            container.Node.Members.Add(new(_key!, _keyAt, node));
            _key = null;
        }
    }

    private string ChildPath()
    {
        if (!_open.TryPeek(out Container? container))
        {
            return "";
        }

        return container.Node.Kind == NodeKind.Array
            ? KeyPath.Item(container.Path, container.Node.Items.Count)
            : KeyPath.Join(container.Path, _key!);
    }

    /// <summary>An object or array that is not closed yet.</summary>
    internal sealed record Container(Node Node, string Path, long Offset)
    {
        public Dictionary<string, Position> Keys { get; } = new(StringComparer.Ordinal);

        public bool IsArray => Node.Kind == NodeKind.Array;

        public string Name => IsArray ? "array" : "object";

        public char Closing => IsArray ? ']' : '}';
    }
}
