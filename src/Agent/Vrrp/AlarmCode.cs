namespace HotStandby.Agent.Vrrp;

/// <summary>What an alarm is about. Each has one stable word, <see cref="AlarmCodes.Word"/>, which status, notifiers and the documentation use.</summary>
public enum AlarmCode
{
    /// <summary>None: the action is no alarm, or one that happened and does not last.</summary>
    None,

    /// <summary>A peer that loses the election keeps advertising: it does not hear this node, and two nodes hold the addresses.</summary>
    DeafPeer,

    /// <summary>A peer is set to other virtual addresses, some of them in common.</summary>
    AddressListDiffers,

    /// <summary>A machine that is no node of the file has a virtual address.</summary>
    ForeignOwner,

    /// <summary>A peer has a virtual address while this node is MASTER: its adverts don't arrive, or don't count.</summary>
    SecondMaster,

    /// <summary>A peer advertises in the other version.</summary>
    VersionDiffers,

    /// <summary>A virtual address of this virtual router is advertised with another VRID.</summary>
    VridDiffers,

    /// <summary>Version 2: a peer is set to another interval.</summary>
    IntervalDiffers,

    /// <summary>One of the two nodes authenticates its adverts and the other does not, or in another way.</summary>
    AuthenticationDiffers,

    /// <summary>Version 2: a peer has another password.</summary>
    PasswordDiffers,

    /// <summary>A peer signs with a key that this node does not have.</summary>
    KeyUnknown,

    /// <summary>Adverts with a wrong signature: another key under the same id, or forged.</summary>
    SignatureWrong,

    /// <summary>Rightly signed adverts that are not newer than what was heard before, or were signed too long ago.</summary>
    AdvertsNotFresh,

    /// <summary>A peer sends its adverts elsewhere than this node listens: one of the two is set to unicast, or to another group.</summary>
    DestinationDiffers,

    /// <summary>Unicast: somebody who is none of the peers advertises to this node.</summary>
    NotAPeer,

    /// <summary>Adverts that are cut short, changed on their way, or forwarded by a router.</summary>
    AdvertsUnreadable,

    /// <summary>The node can't serve, whatever its checks say: its interface or address is not there, the kernel refuses, the plugin host does not run.</summary>
    CannotServe,

    /// <summary>The node took the role and could not serve; it leaves a living master in peace.</summary>
    FailedInRole,

    /// <summary>The interface is a port of a bridge, bond or team, which should be named in its place.</summary>
    InterfaceIsPort,

    /// <summary>Somebody takes a virtual address off the interface, which this node puts back.</summary>
    AddressTaken,

    /// <summary>Another virtual router, with none of these addresses, has the same VRID.</summary>
    VridInUse,

    /// <summary>A peer signs with a clock that is ahead of this node's by more than half of timeWindow.</summary>
    ClockOutOfStep,

    /// <summary>The agent found a fault of its own, which it goes on with.</summary>
    AgentFault,

    /// <summary>A virtual address is on an interface of this machine and this agent did not put it there.</summary>
    StrayAddress,
}

/// <summary>The words of <see cref="AlarmCode"/>.</summary>
public static class AlarmCodes
{
    private static readonly string[] Words = [.. Enum.GetNames<AlarmCode>().Select(System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName)];

    /// <summary>
    /// Whether it is about this machine and not about what others send: whoever forges packets can't provoke it, and must not be able to keep it from
    /// being told.
    /// </summary>
    public static bool IsOfThisNode(AlarmCode code) => code is AlarmCode.CannotServe or AlarmCode.FailedInRole or AlarmCode.InterfaceIsPort
        or AlarmCode.AddressTaken or AlarmCode.AgentFault or AlarmCode.StrayAddress;

    /// <summary>
    /// Whether another sentence is another cause, and another thing to mend: an interface that is deleted is down first. It is told as the begin was, with
    /// the time of that one.
    /// </summary>
    public static bool TellsNewSentence(AlarmCode code) => code is AlarmCode.CannotServe;

    /// <summary>As "deaf-peer".</summary>
    public static string Word(AlarmCode code) => Words[(int)code];
}
