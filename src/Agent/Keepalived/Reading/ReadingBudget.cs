using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.Agent.Keepalived.Reading;

/// <summary>
/// What one configuration may become. Includes, definitions and repetitions multiply: a file of a hundred bytes can stand for gigabytes. Beyond the
/// bound the reading ends with an error, instead of with the memory or never.
/// </summary>
/// <param name="findings">Is told once.</param>
internal sealed class ReadingBudget(ConfFindings findings)
{
    /// <summary>Characters that are read, repeated or put in: ten times what 65,536 addresses need.</summary>
    public const long MostCharacters = 16 * 1024 * 1024;

    /// <summary>Words that are left in the end.</summary>
    public const int MostWords = 1_000_000;

    /// <summary>Files, each as often as it is included.</summary>
    public const int MostFiles = 4096;

    private long _characters = MostCharacters;
    private int _words = MostWords;
    private int _files = MostFiles;

    /// <summary>Whether a bound was passed: nothing more is read then.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>False when it is too much.</summary>
    public bool File(Place at) => Within(--_files >= 0, at, $"more than {MostFiles} files");

    /// <summary>False when it is too much.</summary>
    public bool Characters(long count, Place at) => Within((_characters -= count) >= 0, at, $"more than {MostCharacters / 1024 / 1024} MiB of text");

    /// <summary>False when it is too much.</summary>
    public bool Words(int count, Place at) => Within((_words -= count) >= 0, at, $"more than {MostWords} words");

    private bool Within(bool isWithin, Place at, string what)
    {
        if (!isWithin && !IsSpent)
        {
            IsSpent = true;
            findings.Error(ConfCodes.TooMuch, at, $"with its includes, definitions and repetitions the file stands for {what}: the rest is not read");
        }

        return isWithin && !IsSpent;
    }
}
