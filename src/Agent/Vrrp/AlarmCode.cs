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
}

/// <summary>The words of <see cref="AlarmCode"/>.</summary>
public static class AlarmCodes
{
    private static readonly string[] Words = [.. Enum.GetNames<AlarmCode>().Select(System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName)];

    /// <summary>As "deaf-peer".</summary>
    public static string Word(AlarmCode code) => Words[(int)code];
}
