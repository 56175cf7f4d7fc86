using System.Buffers;
using System.Globalization;
using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>
/// How keepalived.conf writes names, times and command lines (keepalived.conf(5)). What can't be written so that keepalived reads back the
/// same is refused: a stray quote or comment sign would change the meaning of the rest of the file.
/// </summary>
internal static class KeepalivedSyntax
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:@-");

    private static readonly SearchValues<char> PlainCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:@/=+,%-");

    /// <summary># and ! start comments, $ a parameter, @ at the start of a line a condition, and ~SEQ repeats; quotes and \ end or change a word.</summary>
    private static readonly SearchValues<char> Unquotable = SearchValues.Create("'\"\\#!$~");

    /// <summary>A name, where keepalived takes one word.</summary>
    /// <exception cref="GenerationException">It is no single plain word.</exception>
    public static string Name(string name, string what) =>
        name.Length > 0 && !name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? name
            : throw new GenerationException(
                $"keepalived can't take {what} \"{name}\": only letters, digits and _ . : @ - may be in it.");

    /// <summary>A password, as one plain word.</summary>
    /// <exception cref="GenerationException">It is none; the message does not hold it.</exception>
    public static string Password(string password, string what) =>
        password.Length > 0 && !password.AsSpan().ContainsAnyExcept(PlainCharacters)
            ? password
            : throw new GenerationException($"{what}: keepalived.conf can carry only letters, digits and _ . : @ / = + , % - in a password.");

    /// <summary>Seconds, without trailing zeros: 1, 0.1, 2.5.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>One argument inside a command that stands in double quotes.</summary>
    /// <exception cref="GenerationException">The argument holds a character that keepalived would read in another way.</exception>
    public static string Argument(string argument, string what)
    {
        if (argument.Length > 0 && !argument.AsSpan().ContainsAnyExcept(PlainCharacters))
        {
            return argument;
        }

        foreach (char character in argument)
        {
            if (char.IsControl(character) || Unquotable.Contains(character))
            {
                throw new GenerationException(
                    $"{what} has the argument \"{argument}\", and keepalived.conf can't carry quotes, \\ # ! $ ~ or control characters; put it into a script file.");
            }
        }

        return $"'{argument}'";
    }
}
