using System.Text;
using CsCheck;
using HotStandby.Agent.Configuration;

namespace HotStandby.UnitTests.Configuration;

/// <summary>Whatever the text, the reader answers: a model, or errors with a place in the text; never an exception.</summary>
public sealed class ReaderPropertyTests
{
    private static readonly string Right = Sample.With(
        node: """, "virtualRouters": { "VI_1": { "priority": 90 } }""",
        track: """{ "check": "nginx", "weight": -60 }""",
        end: """, "agent": { "pluginPaths": ["site"], "hostGrace": "1.5s", "realtimePriority": 20, "lockMemory": true }""");

    // What stands in such files, and what is nasty: put in anywhere, it reaches further than random bytes.
    private static readonly Gen<string> Piece = Gen.OneOfConst(
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "//", "/*", "*/", "null", "true", "0", "-1", "1e999", "99999999999999999999", "0.5",
        "\"\"", "\"1s\"", "\"1 parsec\"", "\"99999999999999999999h\"", "\"0.00000001ms\"", "\"::1\"", "\"fe80::1/64\"", "\"/\"", "\"1.2.3.4/\"",
        "\"%\"", "\\ud800", "\u0000", "\ufeff", "😀", "{}", "[]", "\"nodes\":", "\"$schema\": 1,", "\"web1\"", "\"VI_1\"", "'", "é");

    [Fact]
    public void Any_text_is_answered() => Gen.String.Sample(text => Answers(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Any_bytes_are_answered() => Gen.Byte.Array.Sample(Answers);

    [Fact]
    public void A_right_file_with_anything_put_in_or_taken_out_is_answered() =>
        Gen.Select(Gen.Int[0, Right.Length], Gen.Int[0, 30], Piece, Gen.Int[0, Right.Length], Piece).Sample((at, length, piece, at2, piece2) =>
        {
            string text = string.Concat(Right.AsSpan(0, at), piece, Right.AsSpan(Math.Min(at + length, Right.Length)));
            return Answers(Encoding.UTF8.GetBytes(text.Insert(Math.Min(at2, text.Length), piece2)));
        });

    [Fact]
    public void A_right_file_with_a_value_replaced_is_answered()
    {
        string[] parts = Right.Split(["150", "51", "eth0", "100", "\"VI_1\"", "-60", "\"nginx\"", "192.168.56.188/24"], StringSplitOptions.None);
        Piece.Array[parts.Length].Sample(pieces => Answers(Encoding.UTF8.GetBytes(string.Concat(parts.Zip(pieces, string.Concat)))));
    }

    [Fact]
    public void Very_deep_nesting_is_answered()
    {
        Assert.True(Answers(Encoding.UTF8.GetBytes(new string('[', 100_000))));
        Assert.True(Answers(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))));
        Assert.True(Answers(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[", 63)) + string.Concat(Enumerable.Repeat("]", 63)))));
    }

    private static bool Answers(byte[] bytes)
    {
        ConfigResult result = ConfigReader.ReadText("plugins.json", bytes, DescribedPlugins.All);
        int lines = bytes.Count(one => one == '\n') + 1;
        return result.HasErrors == result.Config is null
            && result.Diagnostics.All(one => one.Line >= 1 && one.Line <= lines && one.Column >= 1 && one.Message.Length > 0
                && !one.Message.Contains('\n', StringComparison.Ordinal));
    }
}
