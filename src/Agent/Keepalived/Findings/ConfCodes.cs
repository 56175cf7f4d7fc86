namespace HotStandby.Agent.Keepalived.Findings;

/// <summary>The codes of findings in a keepalived.conf; docs/import.md tells what each means.</summary>
public static class ConfCodes
{
    // KA10nn: reading.
    public const string Unreadable = "KA1001";
    public const string IncludeOfNothing = "KA1002";
    public const string Braces = "KA1003";
    public const string Undefined = "KA1004";
    public const string TooDeep = "KA1005";
    public const string BadRepeat = "KA1006";
    public const string OpenQuote = "KA1007";
    public const string TooMuch = "KA1008";

    // KA20nn: keywords.
    public const string UnknownKeyword = "KA2001";
    public const string NotCarriedOver = "KA2002";
    public const string BadValue = "KA2003";
    public const string NotNeeded = "KA2004";
    public const string KeptAside = "KA2005";
    public const string MisspeltByTheManual = "KA2006";
    public const string Missing = "KA2007";
    public const string Changed = "KA2008";

    // KA30nn: what does not do what it seems to.
    public const string Strict = "KA3001";
    public const string ZeroGarpInterval = "KA3002";
    public const string PasswordTooLong = "KA3003";
    public const string StateCancelsNoPreempt = "KA3004";
    public const string WeightMovesNothing = "KA3005";
    public const string UndefinedCheck = "KA3006";
    public const string CheckWithSideEffects = "KA3007";
    public const string ProcessByScript = "KA3008";
    public const string FalseTurnsOn = "KA3009";
    public const string FractionInVersion2 = "KA3010";
    public const string NoScriptUser = "KA3011";
    public const string CheckTakesTooLong = "KA3012";
    public const string ScriptNotSafe = "KA3013";
    public const string NoPreemptAndWeight = "KA3014";
    public const string AuthenticationHeader = "KA3015";
    public const string NoPrefixLength = "KA3016";
    public const string PriorityLeftOut = "KA3018";
    public const string OwnerWithTracks = "KA3019";
    public const string PasswordProtectsNothing = "KA3021";
    public const string AnySourceMayWin = "KA3022";
    public const string WeightInGroup = "KA3023";
    public const string VridTwice = "KA3025";
    public const string MissingFileIsHealthy = "KA3026";
    public const string NoUpDelay = "KA3027";
    public const string LabelOnIPv6 = "KA3028";
    public const string NotifyMayOvertake = "KA3029";
    public const string ScriptDropped = "KA3030";
    public const string WeightOf254 = "KA3031";

    // KA40nn: the nodes beside each other.
    public const string NodesDiffer = "KA4001";
    public const string EqualPriorities = "KA4002";
    public const string MadeUpAddress = "KA4003";
    public const string NotOnEveryNode = "KA4004";

    /// <summary>What is said of the conversion only: the file itself has no fault there.</summary>
    public static readonly IReadOnlySet<string> OfImportOnly = new HashSet<string> { NotCarriedOver, NotNeeded, KeptAside, Changed, MadeUpAddress };
}
