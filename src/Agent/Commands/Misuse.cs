using System.CommandLine;
using System.CommandLine.Invocation;

namespace HotStandby.Agent.Commands;

/// <summary>Wrong usage, said in one way by every verb: the verb, what is wrong, and where the help is.</summary>
internal static class Misuse
{
    /// <summary>Arguments that the verb takes, and that do not fit what they are about.</summary>
    /// <param name="verb">As it is typed: "plugins test".</param>
    /// <param name="sentence">What is wrong.</param>
    /// <returns><see cref="ExitCodes.Usage"/></returns>
    public static int Of(string verb, string sentence)
    {
        Console.Error.WriteLine($"hotstandby {verb}: {sentence}");
        return ExitCodes.Usage;
    }

    /// <summary>Arguments that the verb does not take.</summary>
    /// <param name="parsed">What was given.</param>
    /// <param name="action">Knows what is wrong with it, and the nearest word.</param>
    /// <returns><see cref="ExitCodes.Usage"/></returns>
    public static int Of(ParseResult parsed, ParseErrorAction action)
    {
        // A line each and the nearest word; the help is there for who asks.
        action.ShowHelp = false;
        action.ShowTypoCorrections = true;
        using StringWriter said = new();
        parsed.Invoke(new InvocationConfiguration { Output = said, Error = said });
        string verb = Verb(parsed.CommandResult);
        foreach (string line in said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            Console.Error.WriteLine($"hotstandby{verb}: {line}");
        }

        Console.Error.WriteLine($"Try 'hotstandby{verb} --help'.");
        return ExitCodes.Usage;
    }

    private static string Verb(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{Verb(parent)} {command.Command.Name}" : "";
}
