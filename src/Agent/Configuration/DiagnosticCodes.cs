namespace HotStandby.Agent.Configuration;

/// <summary>Every code of a <see cref="Diagnostic"/>. A code never changes its meaning; docs/plugins.json.md lists them all.</summary>
internal static class DiagnosticCodes
{
    // HS10nn: the text.
    public const string Unreadable = "HS1001";
    public const string NotUtf8 = "HS1002";
    public const string NotJson = "HS1003";
    public const string DuplicateKey = "HS1004";
    public const string FileNotSafe = "HS1005";

    // HS12nn: keys and values, one by one.
    public const string WrongType = "HS1201";
    public const string MissingKey = "HS1202";
    public const string UnknownKey = "HS1203";
    public const string UnknownWord = "HS1204";
    public const string OutOfRange = "HS1205";
    public const string BareNumber = "HS1206";
    public const string NotADuration = "HS1207";
    public const string NotAnAddress = "HS1208";
    public const string WrongCount = "HS1209";
    public const string WrongForm = "HS1210";
    public const string NotExactlyOne = "HS1211";

    // HS13nn: one virtual router.
    public const string IntervalNotExact = "HS1301";
    public const string Version2WithIPv6 = "HS1302";
    public const string MixedFamilies = "HS1303";
    public const string FirstNotLinkLocal = "HS1304";
    public const string UnusableAddress = "HS1305";
    public const string DuplicateAddress = "HS1306";
    public const string ChecksumWithoutChoice = "HS1307";
    public const string NamedTwice = "HS1308";
    public const string NotOfThisKind = "HS1309";
    public const string NoMulticastGroup = "HS1310";
    public const string LoopbackInterface = "HS1311";
    public const string UnfitInterface = "HS1312";

    public const string UnusablePeer = "HS1320";
    public const string NoPeer = "HS1321";
    public const string UnusableSource = "HS1322";

    public const string OwnerWithVirtualMac = "HS1330";
    public const string OtherFamilyWithVirtualMac = "HS1331";

    public const string UnusableAttribute = "HS1340";

    public const string UnusableRoute = "HS1350";
    public const string DuplicateRoute = "HS1351";

    // HS14nn: the nodes and virtual routers together.
    public const string DuplicateVrid = "HS1401";
    public const string EqualPriorities = "HS1402";
    public const string OwnerPriority = "HS1403";
    public const string OutsideSubnet = "HS1404";
    public const string WeightTooSmall = "HS1405";
    public const string StickyPriorities = "HS1408";
    public const string DuplicateName = "HS1406";
    public const string UnknownVirtualRouter = "HS1407";
    public const string UnknownDevice = "HS1409";

    public const string InTwoSyncGroups = "HS1440";
    public const string SyncGroupDiffers = "HS1441";
    public const string OwnerInSyncGroup = "HS1442";

    // HS15nn: plugins.
    public const string UnknownReference = "HS1501";
    public const string UnknownPlugin = "HS1502";
    public const string UnusablePlugin = "HS1503";
    public const string NotOffered = "HS1504";
    public const string TimeoutTooLong = "HS1505";
    public const string RefusedByPlugin = "HS1506";

    // HS16nn: authentication and secrets.
    public const string AuthenticationVersion = "HS1601";
    public const string PasswordTooLong = "HS1602";
    public const string SecretNotSafe = "HS1603";
    public const string SecretUnreadable = "HS1604";
    public const string DuplicateKeyId = "HS1605";
    public const string NoActiveKey = "HS1606";
    public const string OtherAuthenticationType = "HS1607";

    // HS20nn: warnings.
    public const string UnusedPlugin = "HS2001";
    public const string OnlyOneNode = "HS2002";
    public const string AdvertisementTooLong = "HS2003";
    public const string NoEffect = "HS2004";
    public const string OddLabel = "HS2005";
    public const string EveryLossCounts = "HS2006";
    public const string NoSuchInterface = "HS2007";
    public const string ProtectsNothing = "HS2010";
    public const string InlineSecret = "HS2011";
    public const string AcceptsUnsigned = "HS2012";
    public const string UnusualTrust = "HS2013";
}
