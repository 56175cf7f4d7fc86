namespace HotStandby.Agent.Vrrp;

/// <summary>Somebody on the network said that an address is at a MAC address: by ARP (RFC 826), or by neighbour discovery (RFC 4861).</summary>
public readonly record struct AddressClaim(Address Address, MacAddress Mac);

/// <summary>A virtual address that a machine has which sends no advertisements for it.</summary>
/// <param name="Since">When it was heard first.</param>
/// <param name="LastHeard">When it was heard last.</param>
/// <param name="Claims">How often it was heard.</param>
public readonly record struct AddressConflict(AddressClaim Claim, MonotonicTime Since, MonotonicTime LastHeard, long Claims);

/// <summary>
/// Judges claims of others to a master's virtual addresses and says when to defend (RFC 5227 2.4 (c): the address is never given up). A claim
/// of a node of the same virtual router is VRRP's affair and no conflict: of one whose adverts were heard within the grace before it or are
/// heard within the grace after it. On an interface that has addresses and no adverts nobody is known by the MAC address: there the advert of
/// any node excuses every claim. Pure; allocates nothing but for a claimant that is new and for an alarm.
/// </summary>
/// <param name="machines">Knows the claimants, and tells of them.</param>
public sealed class AddressConflicts(KnownMachines machines)
{
    /// <summary>DEFEND_INTERVAL (RFC 5227 1.1): no second announcement against conflicts within it, or two defenders would go on for ever.</summary>
    public static readonly Duration DefendInterval = Duration.FromSeconds(10);

    /// <summary>
    /// The shortest grace: longer than a node that hands over or yields keeps its addresses, and than a frozen one's live in its kernel at
    /// intervals of up to a second.
    /// </summary>
    private static readonly Duration ShortestGrace = Duration.FromSeconds(3);

    /// <summary>How long one that stopped keeps its place when a new one needs it.</summary>
    private static readonly Duration Kept = Duration.FromSeconds(60);

    /// <summary>Claimants and senders that are remembered: forged MAC addresses must cost neither memory nor the journal.</summary>
    private const int MostClaimants = 16;
    private const int MostSenders = 32;

    private readonly List<Claimant> _claimants = new(MostClaimants);
    private readonly List<Sender> _senders = new(MostSenders);
    private readonly Dictionary<Address, MonotonicTime> _defended = [];

    /// <summary>Claims that were conflicts.</summary>
    public long Conflicts { get; private set; }

    /// <summary>Announcements sent against claims.</summary>
    public long Defences { get; private set; }

    /// <summary>For how long whoever had the role may still have the addresses, and a node that claims them may be unheard.</summary>
    public static Duration Grace(Duration masterDown) => masterDown > ShortestGrace ? masterDown : ShortestGrace;

    /// <summary>When <see cref="Expire"/> has something to say; <see cref="MonotonicTime.Never"/> when nobody is waited for.</summary>
    public MonotonicTime NextDeadline
    {
        get
        {
            MonotonicTime next = MonotonicTime.Never;
            foreach (Claimant claimant in _claimants)
            {
                next = MonotonicTime.Min(next, claimant.GraceEnds);
            }

            return next;
        }
    }

    /// <summary>What is known, those that stopped too, the oldest first.</summary>
    public IReadOnlyList<AddressConflict> Known =>
        [.. _claimants.Where(claimant => claimant.IsConflict).Select(claimant => new AddressConflict(claimant.Claim, claimant.Since, claimant.LastHeard, claimant.Claims))];

    /// <summary>An advert of this virtual router was accepted from that MAC address: it is one of its nodes, whatever it claims.</summary>
    public void AdvertFrom(MacAddress mac, MonotonicTime now)
    {
        for (int i = _claimants.Count - 1; i >= 0; i--)
        {
            if (_claimants[i].Claim.Mac == mac || _claimants[i] is { IsElsewhere: true, IsConflict: false })
            {
                _claimants.RemoveAt(i);
            }
        }

        int place = PlaceOf(mac);
        if (place == _senders.Count)
        {
            _senders.Add(default);
        }

        _senders[place] = new(mac, now);
    }

    /// <summary>While MASTER: another MAC address than this node's own and the virtual one claims an address that is bound here.</summary>
    /// <param name="isElsewhere">Heard on another interface than the one of the adverts.</param>
    /// <param name="masterDown">Master_Down_Interval: for how long a master may be unheard.</param>
    /// <param name="actions">Gets the alarm about a claimant, when it begins.</param>
    /// <returns>Whether to announce the address, once and now.</returns>
    public bool Heard(in AddressClaim claim, bool isElsewhere, Duration masterDown, MonotonicTime now, ActionBuffer actions)
    {
        Duration grace = Grace(masterDown);
        if (HasAdvertised(isElsewhere ? null : claim.Mac, now - grace))
        {
            return false;
        }

        if (Find(claim, now) is Claimant claimant)
        {
            claimant.LastHeard = now;
            claimant.Claims++;
            claimant.IsElsewhere = isElsewhere;
            if (claimant.IsConflict)
            {
                Conflicts++;
                Alarm(claimant, now, actions);
            }
            else if (claimant.GraceEnds == MonotonicTime.Never)
            {
                claimant.GraceEnds = now + grace;
            }
        }
        else
        {
            // More at once than are remembered: they count.
            Conflicts++;
        }

        if (_defended.TryGetValue(claim.Address, out MonotonicTime last) && now - last < DefendInterval)
        {
            return false;
        }

        _defended[claim.Address] = now;
        Defences++;
        return true;
    }

    /// <summary>Who claimed an address and was not heard as a node within the grace is a foreign owner.</summary>
    /// <param name="actions">Gets the alarms.</param>
    public void Expire(MonotonicTime now, ActionBuffer actions)
    {
        foreach (Claimant claimant in _claimants)
        {
            if (claimant.GraceEnds <= now)
            {
                claimant.GraceEnds = MonotonicTime.Never;
                claimant.IsConflict = true;
                Conflicts += claimant.Claims;
                Alarm(claimant, now, actions);
            }
        }
    }

    /// <summary>Not MASTER: a claim that is not decided yet may well be the new master's.</summary>
    public void ForgetUndecided()
    {
        if (_claimants.Count > 0)
        {
            _claimants.RemoveAll(claimant => !claimant.IsConflict);
        }
    }

    /// <param name="mac">Null: anybody.</param>
    private bool HasAdvertised(MacAddress? mac, MonotonicTime since)
    {
        foreach (Sender sender in _senders)
        {
            if ((mac is null || sender.Mac == mac) && sender.LastAdvert >= since)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a sender is, or a new one goes: at the end, when that is full in the place of who was silent for longest.</summary>
    private int PlaceOf(MacAddress mac)
    {
        int oldest = 0;
        for (int i = 0; i < _senders.Count; i++)
        {
            if (_senders[i].Mac == mac)
            {
                return i;
            }

            oldest = _senders[i].LastAdvert < _senders[oldest].LastAdvert ? i : oldest;
        }

        return _senders.Count < MostSenders ? _senders.Count : oldest;
    }

    /// <returns>Null: unknown, and there is no room.</returns>
    private Claimant? Find(in AddressClaim claim, MonotonicTime now)
    {
        Claimant? oldest = null;
        foreach (Claimant claimant in _claimants)
        {
            if (claimant.Claim == claim)
            {
                return claimant;
            }

            oldest = claimant.IsConflict && (oldest is null || claimant.LastHeard < oldest.LastHeard) ? claimant : oldest;
        }

        if (_claimants.Count == MostClaimants)
        {
            if (oldest is null || now - oldest.LastHeard < Kept)
            {
                return null;
            }

            _claimants.Remove(oldest);
        }

        Claimant added = new(claim, now);
        _claimants.Add(added);
        return added;
    }

    private void Alarm(Claimant claimant, MonotonicTime now, ActionBuffer actions) =>
        machines.Tell(claimant.Claim, claimant.Claims, now, actions);

    private readonly record struct Sender(MacAddress Mac, MonotonicTime LastAdvert);

    private sealed class Claimant(AddressClaim claim, MonotonicTime since)
    {
        public AddressClaim Claim { get; } = claim;

        public MonotonicTime Since { get; } = since;

        public MonotonicTime LastHeard { get; set; } = since;

        public long Claims { get; set; }

        /// <summary>Until when its adverts are waited for; Never when they are not.</summary>
        public MonotonicTime GraceEnds { get; set; } = MonotonicTime.Never;

        /// <summary>Claimed last where no adverts are.</summary>
        public bool IsElsewhere { get; set; }

        public bool IsConflict { get; set; }
    }
}
