namespace HotStandby.Agent.Vrrp;

/// <summary>
/// The VRIDs that adverts on one interface carried, whoever sent them: what to look at before another one is chosen. A VRID counts for both
/// families, since people number them alike. Whoever floods all 255 of them only makes none free.
/// </summary>
internal sealed class VridsHeard
{
    /// <summary>Longer than the longest interval by far: a master that is there is heard within it.</summary>
    private static readonly Duration Remembered = Duration.FromSeconds(600);

    private readonly MonotonicTime?[] _last = new MonotonicTime?[256];

    public void Note(byte vrid, MonotonicTime now) => _last[vrid] = now;

    public bool IsHeard(byte vrid, MonotonicTime now) => now - _last[vrid] < Remembered;
}
