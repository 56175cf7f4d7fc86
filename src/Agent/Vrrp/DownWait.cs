namespace HotStandby.Agent.Vrrp;

/// <summary>What a running Master_Down_Timer was made of when it was armed: priority and interval may be others by the time it runs out.</summary>
/// <param name="Adverts">How many adverts may be missing.</param>
/// <param name="Interval">Between two of them.</param>
/// <param name="Skew">Skew_Time.</param>
internal readonly record struct DownWait(int Adverts, Duration Interval, Duration Skew)
{
    public Duration Total => (Adverts * Interval) + Skew;

    public override string ToString() => $"{Adverts} x {Interval} + skew {Skew}";
}
