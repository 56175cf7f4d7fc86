namespace HotStandby.Agent.Vrrp.Authentication;

/// <summary>What a node does with signatures, in the order in which a running group is moved to them.</summary>
public enum HmacMode
{
    /// <summary>Sends unsigned adverts; accepts signed and unsigned ones.</summary>
    ReceiveOnly,

    /// <summary>Signs; accepts unsigned adverts too.</summary>
    Permissive,

    /// <summary>Signs; accepts nothing that is not rightly signed.</summary>
    Enforce,
}

/// <summary>How a repeated advert is told from a new one.</summary>
public enum AntiReplay
{
    /// <summary>By growing sequences, which are times, and by the wall clock where they stop growing.</summary>
    Time,

    /// <summary>By growing sequences alone, whatever the clocks say.</summary>
    Monotonic,
}

/// <summary>Signed adverts of version 3 as keepalived's <c>auth_hmac</c> has them since 2.4.2.</summary>
/// <param name="Keys">1 to 16, each id once: what is accepted.</param>
/// <param name="ActiveKey">The id of the one that signs.</param>
/// <param name="Window">1 to 300 s: how far from the own wall clock an advert's sequence is still fresh.</param>
public sealed record HmacSettings(IReadOnlyList<HmacKey> Keys, byte ActiveKey, HmacMode Mode, AntiReplay AntiReplay, Duration Window)
{
    /// <summary>Most keys of one virtual router.</summary>
    public const int MostKeys = 16;

    /// <summary>keepalived's default: three intervals, but 5 s at least.</summary>
    public static Duration DefaultWindow(Duration interval) =>
        Duration.Min(3 * interval, Duration.FromSeconds(5)) == 3 * interval ? Duration.FromSeconds(5) : 3 * interval;

    /// <summary>Whether own adverts carry a trailer.</summary>
    public bool Signs => Mode != HmacMode.ReceiveOnly;

    /// <summary>The key of an id; null when there is none.</summary>
    public HmacKey? Find(byte id)
    {
        for (int i = 0; i < Keys.Count; i++)
        {
            if (Keys[i].Id == id)
            {
                return Keys[i];
            }
        }

        return null;
    }
}
