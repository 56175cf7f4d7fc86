using System.Text.Json;
using HotStandby.Agent.Configuration.Json;

namespace HotStandby.Agent.Configuration.Shapes;

/// <summary>A string that no message may show, not even a wrong one.</summary>
internal sealed class SecretShape : Shape<string>
{
    public override string Expectation => "a string";

    public override bool TryRead(Node node, string path, Findings? findings, out string value)
    {
        value = node.Text;
        bool good = node.Kind == NodeKind.String && value.Length > 0;
        if (!good)
        {
            findings?.Error(
                node.At,
                node.Kind == NodeKind.String ? DiagnosticCodes.WrongForm : DiagnosticCodes.WrongType,
                node.Kind == NodeKind.String ? $"{path} must not be empty" : $"{path} must be {Expectation}",
                "Write it in double quotes.");
        }

        return good;
    }

    public override void WriteKeywords(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "string");
        writer.WriteNumber("minLength", 1);
    }
}
