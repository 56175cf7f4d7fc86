namespace HotStandby.Agent.Vrrp;

/// <summary>What became of every packet an interface handed to its <see cref="AdvertisementReceiver"/>; each packet counts once.</summary>
public sealed class ReceptionStatistics
{
    /// <summary>How many reasons there are.</summary>
    public const int Reasons = (int)DropReason.NotRunning + 1;

    private readonly long[] _counts = new long[Reasons];

    /// <summary>Packets with one outcome; <see cref="DropReason.None"/>: accepted.</summary>
    public long this[DropReason reason] => _counts[(int)reason];

    public long Accepted => _counts[0];

    public long Dropped
    {
        get
        {
            long sum = 0;
            foreach (long count in _counts.AsSpan(1))
            {
                sum += count;
            }

            return sum;
        }
    }

    internal void Count(DropReason reason) => _counts[(int)reason]++;
}
