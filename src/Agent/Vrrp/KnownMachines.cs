namespace HotStandby.Agent.Vrrp;

/// <summary>
/// What is known of the machines behind MAC addresses, so that one that has a virtual address is called by its name and told apart: a peer whose adverts no
/// longer arrive, or arrive and don't count, is no stranger. Raises the alarms about second owners, which stand for as long as they are heard. Pure;
/// bounded, since MAC addresses can be forged: what does not count pushes out nothing that did.
/// </summary>
public sealed class KnownMachines(VirtualRouter router)
{
    /// <summary>A second owner that only answers is asked again every five seconds, or as often as a round of all addresses takes: half a minute at most.</summary>
    private static readonly Duration Holds = Duration.FromSeconds(60);

    /// <summary>For how long a dropped advert explains why somebody else has an address.</summary>
    private static readonly Duration Explains = Duration.FromSeconds(120);

    private const int Most = 16;

    private readonly List<Machine> _accepted = new(Most);
    private readonly List<Machine> _dropped = new(Most);
    private readonly List<Machine> _neighbors = new(Most);

    /// <summary>An advert of this virtual router was accepted from there.</summary>
    public void Accepted(MacAddress mac, Address source, MonotonicTime now, ActionBuffer actions)
    {
        Note(_accepted, new(mac, source, DropReason.None, now));
        EndFor(mac, source, actions);
    }

    /// <summary>An advert for this virtual router came from there, or of its addresses with another VRID, and was dropped.</summary>
    public void Dropped(MacAddress mac, Address source, DropReason reason, MonotonicTime now) => Note(_dropped, new(mac, source, reason, now));

    /// <summary>Somebody says by ARP or neighbour discovery that an address is there: worth keeping of the nodes in the file.</summary>
    public void Claimed(in AddressClaim claim, MonotonicTime now)
    {
        if (router.Settings.IsNode(claim.Address))
        {
            Note(_neighbors, new(claim.Mac, claim.Address, DropReason.None, now));
        }
    }

    /// <summary>Whether it is more than a MAC address.</summary>
    public bool Knows(MacAddress mac) => Find(_accepted, mac) is not null || Find(_dropped, mac) is not null || Find(_neighbors, mac) is not null;

    /// <summary>The address of a node of this virtual router; null for anybody else.</summary>
    public Address? NodeAt(MacAddress mac) => (Find(_accepted, mac) ?? Find(_neighbors, mac))?.Source;

    /// <summary>Somebody has a virtual address, and is not heard as a node of this virtual router.</summary>
    /// <param name="actions">Gets the alarm when it does not stand.</param>
    public void Tell(in AddressClaim claim, MonotonicTime now, ActionBuffer actions)
    {
        AlarmAbout about = new(Mac: claim.Mac);
        AlarmCode code = Knows(claim.Mac) ? AlarmCode.SecondMaster : AlarmCode.ForeignOwner;
        if (code == AlarmCode.SecondMaster)
        {
            router.Alarms.End(AlarmCode.ForeignOwner, about, "It is known by now.", actions);
        }

        // Of a peer, why it is not heard: the sentence of yesterday's fault would send the operator to the wrong place.
        Machine? unheeded = code == AlarmCode.SecondMaster ? Unheeded(claim.Mac, now) : null;
        int cause = unheeded is Machine why ? (int)why.Reason : 0;
        if (!router.Alarms.Again(code, about, now, cause))
        {
            string sentence = code == AlarmCode.ForeignOwner ? Sentences.AddressConflict(claim)
                : unheeded is Machine dropped ? Sentences.UnheededMaster(claim, dropped.Source, dropped.Reason, router.Settings)
                : Unheard(claim, now);
            router.Alarms.Begin(code, about, sentence, Holds, now, actions, cause);
        }
    }

    /// <summary>The last advert from there, where it was dropped a short time ago.</summary>
    private Machine? Unheeded(MacAddress mac, MonotonicTime now) =>
        Find(_dropped, mac) is Machine dropped && now - dropped.At < Explains && !(Find(_accepted, mac)?.At > dropped.At) ? dropped : null;

    private string Unheard(in AddressClaim claim, MonotonicTime now)
    {
        Machine? accepted = Find(_accepted, claim.Mac);
        Machine? dropped = Find(_dropped, claim.Mac);
        Address who = (accepted ?? Find(_neighbors, claim.Mac) ?? dropped)!.Value.Source;
        return Sentences.UnheardMaster(claim, who, accepted is Machine heard ? now - heard.At : null, router.Settings);
    }

    private void EndFor(MacAddress mac, Address source, ActionBuffer actions)
    {
        AlarmAbout about = new(Mac: mac);
        if (router.Alarms.Stands(AlarmCode.SecondMaster, about) || router.Alarms.Stands(AlarmCode.ForeignOwner, about))
        {
            string sentence = $"The advertisements of {DropSentences.Who(source, router.Settings)} are heard.";
            router.Alarms.End(AlarmCode.SecondMaster, about, sentence, actions);
            router.Alarms.End(AlarmCode.ForeignOwner, about, sentence, actions);
        }
    }

    private static Machine? Find(List<Machine> list, MacAddress mac)
    {
        foreach (Machine machine in list)
        {
            if (machine.Mac == mac)
            {
                return machine;
            }
        }

        return null;
    }

    private static void Note(List<Machine> list, in Machine machine)
    {
        int oldest = 0;
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i].Mac == machine.Mac)
            {
                list[i] = machine;
                return;
            }

            oldest = list[i].At < list[oldest].At ? i : oldest;
        }

        if (list.Count < Most)
        {
            list.Add(machine);
        }
        else
        {
            list[oldest] = machine;
        }
    }

    /// <param name="Source">Its address: of its adverts, or its own.</param>
    /// <param name="Reason">Why its last advert was dropped.</param>
    /// <param name="At">When that was heard last.</param>
    private readonly record struct Machine(MacAddress Mac, Address Source, DropReason Reason, MonotonicTime At);
}
