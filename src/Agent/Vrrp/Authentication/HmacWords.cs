namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>The words of plugins.json and status.</summary>
public static class HmacWords
{
    public static string Of(HmacMode mode) => mode switch
    {
        HmacMode.ReceiveOnly => "receive-only",
        HmacMode.Permissive => "permissive",
        _ => "enforce",
    };

    public static string Of(AntiReplay antiReplay) => antiReplay == AntiReplay.Time ? "time" : "monotonic";
}
