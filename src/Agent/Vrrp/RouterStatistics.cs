namespace HotStandby.Agent.Vrrp;

/// <summary>Counters of one virtual router since the agent started it; they never go back. Names in brackets: RFC 8347.</summary>
public sealed class RouterStatistics
{
    private readonly long[] _dropped = new long[ReceptionStatistics.Reasons];

    /// <summary>Adverts that passed every check (advertisement-rcvd), those with priority 0 too.</summary>
    public long AdvertisementsReceived { get; internal set; }

    /// <summary>Adverts asked for (advertisement-sent), those with priority 0 too; see <see cref="SendFailures"/>.</summary>
    public long AdvertisementsSent { get; internal set; }

    /// <summary>(priority-zero-pkts-rcvd)</summary>
    public long PriorityZeroReceived { get; internal set; }

    /// <summary>(priority-zero-pkts-sent)</summary>
    public long PriorityZeroSent { get; internal set; }

    /// <summary>Transitions to MASTER (master-transitions).</summary>
    public long BecameMaster { get; internal set; }

    /// <summary>Transitions from MASTER.</summary>
    public long LeftMaster { get; internal set; }

    /// <summary>Adverts heard as MASTER that lose against this node.</summary>
    public long LosingReceived { get; internal set; }

    /// <summary>Immediate answers that the rate limit held back.</summary>
    public long AnswersHeldBack { get; internal set; }

    /// <summary>Adverts heard as MASTER with this node's own priority and address.</summary>
    public long EqualAddressReceived { get; internal set; }

    /// <summary>v3: adverts accepted although their interval is not the configured one (interval-errors).</summary>
    public long IntervalMismatches { get; internal set; }

    /// <summary>v3: adverts accepted although they list other addresses (address-list-errors).</summary>
    public long AddressListMismatches { get; internal set; }

    /// <summary>IPv4 v3 adverts accepted in the pseudo-header form.</summary>
    public long PseudoHeaderChecksums { get; internal set; }

    /// <summary>IPv4 v3 adverts accepted in the message-only form.</summary>
    public long MessageOnlyChecksums { get; internal set; }

    /// <summary>v3: rightly signed adverts, new by their sequence.</summary>
    public long HmacVerified { get; internal set; }

    /// <summary>v3: unsigned adverts accepted, as modes permissive and receive-only do.</summary>
    public long HmacUnsigned { get; internal set; }

    /// <summary>v3: adverts accepted by these modes although mode enforce would drop them for their signature.</summary>
    public long HmacTolerated { get; internal set; }

    /// <summary>v3: how often the own sequences were moved forward, because a peer's clock was ahead.</summary>
    public long HmacFollowed { get; internal set; }

    /// <summary>Adverts that could not be sent; the loop counts them.</summary>
    public long SendFailures { get; private set; }

    /// <summary>Packets for this VRID that a check dropped.</summary>
    public long Dropped(DropReason reason) => _dropped[(int)reason];

    /// <summary>An advert could not be sent. The state machine goes on: the next one is due as ever.</summary>
    public void CountSendFailure() => SendFailures++;

    internal void CopyFrom(RouterStatistics other)
    {
        AdvertisementsReceived = other.AdvertisementsReceived;
        AdvertisementsSent = other.AdvertisementsSent;
        PriorityZeroReceived = other.PriorityZeroReceived;
        PriorityZeroSent = other.PriorityZeroSent;
        BecameMaster = other.BecameMaster;
        LeftMaster = other.LeftMaster;
        LosingReceived = other.LosingReceived;
        AnswersHeldBack = other.AnswersHeldBack;
        EqualAddressReceived = other.EqualAddressReceived;
        IntervalMismatches = other.IntervalMismatches;
        AddressListMismatches = other.AddressListMismatches;
        PseudoHeaderChecksums = other.PseudoHeaderChecksums;
        MessageOnlyChecksums = other.MessageOnlyChecksums;
        SendFailures = other.SendFailures;
        HmacVerified = other.HmacVerified;
        HmacUnsigned = other.HmacUnsigned;
        HmacTolerated = other.HmacTolerated;
        HmacFollowed = other.HmacFollowed;
        other._dropped.CopyTo(_dropped, 0);
    }

    internal void CountDrop(DropReason reason) => _dropped[(int)reason]++;
}
