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
/// of a node of the same virtual router is no conflict: of one whose adverts were heard within the grace before it or are heard within the grace
/// after it. It is defended against all the same: that node takes itself for a master or has just yielded without a word (keepalived announces
/// after it was told better), and only what is announced after its last announcement reaches the clients. On an interface that has addresses and
/// no adverts nobody is known by the MAC address: there the advert of any node excuses every claim. Pure; allocates nothing but for a claimant or
/// an address that is new and for an alarm.
/// <para>
/// The schedule, for each address: a claim is answered at once, unless it comes within <see cref="Reaction"/> of the last announcement. Then it
/// may be the rest of a volley, or another one who defends: it is answered when a pause is over, and the pause doubles each time, from
/// <see cref="ShortestPause"/> to <see cref="DefendInterval"/>, until a claim comes by itself again. So whoever repeats itself every two seconds
/// is answered each time, the last claim of a volley is answered, and two who defend end at RFC 5227's pace.
/// </para>
/// </summary>
/// <param name="machines">Knows the claimants, and tells of them.</param>
public sealed class AddressConflicts(KnownMachines machines)
{
    /// <summary>DEFEND_INTERVAL (RFC 5227 1.1): the pause between announcements against somebody who answers each of them.</summary>
    public static readonly Duration DefendInterval = Duration.FromSeconds(10);

    /// <summary>A claim that comes so soon after an announcement is taken for an answer to it.</summary>
    internal static readonly Duration Reaction = Duration.FromMilliseconds(250);

    /// <summary>From an announcement to the next one, if a claim followed it: after this the rest of a volley has come.</summary>
    internal static readonly Duration ShortestPause = Duration.FromMilliseconds(100);

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
    private readonly List<Defence> _defended = [];

    /// <summary>Claims that were conflicts.</summary>
    public long Conflicts { get; private set; }

    /// <summary>Announcements asked for against claims.</summary>
    public long Defences { get; private set; }

    /// <summary>For how long whoever had the role may still have the addresses, and a node that claims them may be unheard.</summary>
    public static Duration Grace(Duration masterDown) => masterDown > ShortestGrace ? masterDown : ShortestGrace;

    /// <summary>
    /// When <see cref="Expire"/> or <see cref="TryTakeDue"/> has something to say; <see cref="MonotonicTime.Never"/> when nobody is waited for.
    /// </summary>
    public MonotonicTime NextDeadline
    {
        get
        {
            MonotonicTime next = MonotonicTime.Never;
            foreach (Claimant claimant in _claimants)
            {
                next = MonotonicTime.Min(next, claimant.GraceEnds);
            }

            foreach (Defence defence in _defended)
            {
                next = MonotonicTime.Min(next, defence.Due);
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
    /// <returns>Whether to announce the address, once and now; if not, <see cref="TryTakeDue"/> says when.</returns>
    public bool Heard(in AddressClaim claim, bool isElsewhere, Duration masterDown, MonotonicTime now, ActionBuffer actions)
    {
        Duration grace = Grace(masterDown);
        if (HasAdvertised(isElsewhere ? null : claim.Mac, now - grace))
        {
            return Defend(claim.Address, now);
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

        return Defend(claim.Address, now);
    }

    /// <summary>While MASTER: an address that is to be announced now, once, because it was claimed while an announcement would have come too soon.</summary>
    public bool TryTakeDue(MonotonicTime now, out Address address)
    {
        foreach (Defence defence in _defended)
        {
            if (defence.Due <= now)
            {
                defence.Due = MonotonicTime.Never;
                defence.Last = now;
                Defences++;
                address = defence.Address;
                return true;
            }
        }

        address = default;
        return false;
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

    /// <summary>Not MASTER: a claim that is not decided yet may well be the new master's, and there is nothing to defend.</summary>
    public void ForgetUndecided()
    {
        foreach (Defence defence in _defended)
        {
            defence.Due = MonotonicTime.Never;
        }

        if (_claimants.Count > 0)
        {
            _claimants.RemoveAll(claimant => !claimant.IsConflict);
        }
    }

    private bool Defend(Address address, MonotonicTime now)
    {
        Defence? known = null;
        foreach (Defence defence in _defended)
        {
            known = defence.Address == address ? defence : known;
        }

        if (known is null)
        {
            // One for each virtual address that was ever claimed: nobody can forge more of them.
            known = new Defence(address);
            _defended.Add(known);
        }
        else if (known.Due != MonotonicTime.Never)
        {
            return false;
        }
        else if (now - known.Last < Reaction)
        {
            MonotonicTime due = known.Last + known.Pause;
            known.Pause = Duration.Min(2 * known.Pause, DefendInterval);
            if (due > now)
            {
                known.Due = due;
                return false;
            }
        }
        else
        {
            known.Pause = ShortestPause;
        }

        known.Last = now;
        Defences++;
        return true;
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
        machines.Tell(claimant.Claim, now, actions);

    /// <summary>Of one virtual address.</summary>
    private sealed class Defence(Address address)
    {
        public Address Address { get; } = address;

        /// <summary>When it was announced last against a claim.</summary>
        public MonotonicTime Last { get; set; }

        /// <summary>From <see cref="Last"/> to the next announcement, if a claim comes within <see cref="Reaction"/>.</summary>
        public Duration Pause { get; set; } = ShortestPause;

        /// <summary>When to announce because of a claim that came too soon; Never when there is none.</summary>
        public MonotonicTime Due { get; set; } = MonotonicTime.Never;
    }

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
