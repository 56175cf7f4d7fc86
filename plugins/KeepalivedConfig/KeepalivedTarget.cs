using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>The keepalived a file is for: some keywords are younger than others.</summary>
internal sealed record KeepalivedTarget(Version Version)
{
    /// <summary>The oldest: it has <c>reverse</c> for every tracked thing (2.0.18) and tells a script's <c>timeout</c> from its interval.</summary>
    private static readonly Version Oldest = new(2, 0, 19);

    public static readonly Version InterfaceUpDownDelays = new(2, 2, 3);
    public static readonly Version DownTimerAdverts = new(2, 2, 3);

    /// <summary>The oldest these were tried with; they may be older.</summary>
    public static readonly Version MinTtl = new(2, 2, 7);

    /// <summary>The oldest these were tried with; they may be older.</summary>
    public static readonly Version McastDstIp = new(2, 2, 7);

    public static readonly Version V3ChecksumAsV2 = new(2, 2, 8);

    /// <summary>Fractions of a second in a script's interval and timeout.</summary>
    public static readonly Version ScriptFractions = new(2, 3, 2);

    public static readonly Version DelayAfterBoot = new(2, 4, 0);

    /// <summary>2.4.0 and 2.4.1 sign something else.</summary>
    public static readonly Version AuthHmac = new(2, 4, 2);

    /// <exception cref="GenerationException">It is no version, or one that is too old.</exception>
    public static KeepalivedTarget Parse(string text, string what)
    {
        if (!Version.TryParse(text, out Version? version) || version.Build < 0 || version.Revision >= 0)
        {
            throw new GenerationException($"{what} \"{text}\" is no version of keepalived; write it as \"2.2.7\".");
        }

        return version >= Oldest ? new(version) : throw new GenerationException($"{what} \"{text}\": the oldest keepalived a file can be made for is {Oldest}.");
    }

    public bool Has(Version first) => Version >= first;

    /// <summary>Why a keyword can't be written.</summary>
    public string Lacks(string keyword, Version first) =>
        $"keepalived has {keyword} since {first}, and this file is for {Version}; for a younger one say --target {first}, or the option keepalivedVersion";
}
