using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Vrrp;

/// <summary>
/// Reception on one interface (RFC 9568 7.1, RFC 3768 7.1): the checks of vrrp.md section 5 in one fixed order. A packet that fails one changes
/// nothing but a counter. It allocates nothing but the sentence of an alarm, at most one a minute for each reason and virtual router.
/// </summary>
public sealed class AdvertisementReceiver
{
    private readonly List<VirtualRouter> _routers = [];
    private readonly VirtualRouter?[] _byIPv4Vrid = new VirtualRouter?[256];
    private readonly VirtualRouter?[] _byIPv6Vrid = new VirtualRouter?[256];
    private readonly OtherVrids _others = new();
    private readonly VridsHeard _heard = new();
    private Address[] _own = [];

    /// <summary>Interface-wide counters; from <see cref="DropReason.Version"/> on the virtual router of the VRID counts too.</summary>
    public ReceptionStatistics Statistics { get; } = new();

    /// <exception cref="ArgumentException">The VRID is taken in this family on this interface.</exception>
    public void Add(VirtualRouter router)
    {
        ref VirtualRouter? place = ref Table(router.Settings.IsIPv6)[router.Settings.Vrid];
        if (place is not null)
        {
            throw new ArgumentException(
                $"VRID {router.Settings.Vrid} belongs to {place.Settings.Name} on this interface already: one VRID per family and interface.",
                nameof(router));
        }

        place = router;
        _routers.Add(router);
    }

    /// <summary>Does nothing when it was never added.</summary>
    public void Remove(VirtualRouter router)
    {
        if (_routers.Remove(router))
        {
            Table(router.Settings.IsIPv6)[router.Settings.Vrid] = null;
        }
    }

    /// <summary>
    /// Every address of this node; packets from them are dropped. A virtual address among them is no harm: another node that claims it is heard
    /// all the same, unless it is the <see cref="VirtualRouter.Source"/> of a virtual router here.
    /// </summary>
    public void SetOwnAddresses(ReadOnlySpan<Address> addresses) => _own = addresses.ToArray();

    /// <summary>
    /// Judges one packet and, when it is accepted, hands it to its virtual router.
    /// </summary>
    /// <param name="ipPacket">From the IP header on; Ethernet padding may follow.</param>
    /// <param name="actions">Gets the virtual router's actions; an alarm also when the packet is dropped.</param>
    /// <param name="router">
    /// The virtual router of the VRID, whose the actions are, or one with an address that is advertised with a VRID nobody here has; null when there is none or the
    /// packet did not get so far.
    /// </param>
    public DropReason Receive(ReadOnlySpan<byte> ipPacket, MonotonicTime now, ActionBuffer actions, out VirtualRouter? router) =>
        Receive(ipPacket, now, default, actions, out router);

    /// <summary>As the other, where adverts may be signed: freshness is judged by the node's wall clock too.</summary>
    /// <param name="wall">The wall clock's time at <paramref name="now"/>.</param>
    /// <param name="mac">Where the frame came from, to be named; null when it is not known.</param>
    public DropReason Receive(
        ReadOnlySpan<byte> ipPacket, MonotonicTime now, WallStamp wall, ActionBuffer actions, out VirtualRouter? router, MacAddress? mac = null)
    {
        DropReason reason = Judge(ipPacket, new(now, wall, mac, actions), out router, out Advertisement advertisement, out Address source);
        Statistics.Count(reason);
        if (reason == DropReason.None)
        {
            router!.Receive(advertisement, source, now, actions);
        }
        else if (IpPacket.TryRead(ipPacket, out IpPacket packet))
        {
            bool hasOtherVrid = router is null && reason is DropReason.Vrid or DropReason.Version;
            router = hasOtherVrid ? _others.Owner(packet.Payload, source.IsIPv6, _routers, now) : router;
            router?.CountDrop(hasOtherVrid ? DropReason.Vrid : reason, source, packet.Payload, now, actions);
        }

        return reason;
    }

    private DropReason Judge(
        ReadOnlySpan<byte> bytes, in Arrival arrival, out VirtualRouter? router, out Advertisement advertisement, out Address source)
    {
        router = null;
        advertisement = default;
        source = default;
        if (!IpPacket.TryRead(bytes, out IpPacket packet))
        {
            return DropReason.NotIp;
        }

        source = packet.Source;
        ReadOnlySpan<byte> message = packet.Payload;
        DropReason reason = JudgePacket(packet, ref router);
        if (reason != DropReason.None)
        {
            return reason;
        }

        _heard.Note(message[1], arrival.Now);
        reason = JudgeRouter(message, source.IsIPv6, ref router);
        return reason != DropReason.None ? reason : JudgeMessage(packet, arrival, router!, ref advertisement);
    }

    private DropReason JudgePacket(in IpPacket packet, ref VirtualRouter? router)
    {
        if (packet.Protocol != AdvertisementCodec.Protocol)
        {
            return DropReason.Protocol;
        }

        Address source = packet.Source;
        ReadOnlySpan<byte> message = packet.Payload;
        VirtualRouter? addressed = message.Length >= 2 ? Table(source.IsIPv6)[message[1]] : null;
        UnicastSettings? unicast = addressed?.Settings.Unicast;
        bool rightDestination = unicast is null
            ? packet.Destination == (addressed?.Settings.Group ?? AdvertisementCodec.Group(source.IsIPv6)) || (addressed is null && IsToUnicast(packet.Destination))
            : IsMine(packet.Destination, addressed!);
        if (!rightDestination)
        {
            // Of a node of the file it is no stray packet: the two are set to other ways of sending.
            bool isWhole = packet.IsSound && message.Length >= AdvertisementCodec.HeaderLength && packet.HopLimit == byte.MaxValue;
            router = isWhole && addressed is not null && !IsOwn(source, out _) && addressed.Settings.IsNode(source) ? addressed : null;
            return DropReason.Destination;
        }

        if (source.IsMulticast || source.IsUnspecified || (source.IsIPv6 && !source.IsLinkLocalIPv6))
        {
            return DropReason.Source;
        }

        if (IsOwn(source, out bool isSourceOfRouter))
        {
            router = isSourceOfRouter && message.Length >= 2 ? Table(source.IsIPv6)[message[1]] : null;
            return DropReason.OwnSource;
        }

        if (!packet.IsSound || message.Length < AdvertisementCodec.HeaderLength)
        {
            return packet.IsSound ? DropReason.Length : DropReason.IpHeader;
        }

        // In unicast mode these two are about one virtual router, and whoever may not speak to it is worth an alarm of it.
        router = unicast is null ? null : addressed;
        return unicast is { CheckSource: true } && !unicast.IsPeer(source) ? DropReason.Peer
            : packet.HopLimit < (unicast?.MinimumTtl ?? 255) ? DropReason.Ttl
            : DropReason.None;
    }

    private DropReason JudgeRouter(ReadOnlySpan<byte> message, bool isIPv6, ref VirtualRouter? router)
    {
        int version = message[0] >> 4;
        router = Table(isIPv6)[message[1]];
        return router is not null
            ? (version == router.Settings.Version ? DropReason.None : DropReason.Version)
            : (IsSpoken(version, isIPv6) ? DropReason.Vrid : DropReason.Version);
    }

    private DropReason JudgeMessage(in IpPacket packet, in Arrival arrival, VirtualRouter router, ref Advertisement advertisement)
    {
        ReadOnlySpan<byte> message = packet.Payload;
        VirtualRouterSettings settings = router.Settings;
        if ((message[0] & 0xf) != AdvertisementCodec.AdvertisementType)
        {
            return DropReason.Type;
        }

        advertisement = AdvertisementCodec.Read(message);
        int count = advertisement.AddressCount;
        int length = AdvertisementCodec.Length(settings.Version, settings.IsIPv6, count);
        bool looksSigned = message.Length == length + HmacTrailer.Length && HmacTrailer.IsOne(message[length..]);
        bool isSigned = looksSigned && settings.Hmac is not null;
        if (count != 0 && looksSigned && !isSigned && settings.Version == 3)
        {
            return DropReason.HmacUnexpected;
        }

        if (count == 0 || (message.Length != length && !isSigned))
        {
            return DropReason.Length;
        }

        // The checksum of IPv6 covers the trailer, that of IPv4 does not.
        if (!TryChecksum(packet, settings.IsIPv6 ? message : message[..length], settings, out ChecksumForm form))
        {
            return DropReason.Checksum;
        }

        DropReason reason = settings.Version == 2 ? JudgePassword(message, settings)
            : settings.Hmac is not null
                ? router.JudgeSignature(message[..length], message[length..], packet.Source, arrival.Now, arrival.Wall, arrival.Actions)
            : DropReason.None;
        if (reason != DropReason.None)
        {
            return reason;
        }

        if (settings.Version == 2 ? advertisement.Interval != settings.AdvertisementInterval : advertisement.Interval == Duration.Zero)
        {
            return DropReason.Interval;
        }

        ReadOnlySpan<byte> list = message.Slice(AdvertisementCodec.HeaderLength, count * (settings.IsIPv6 ? 16 : 4));
        if (settings.IsIPv6 && !Address.Read(list[..16]).IsLinkLocalIPv6)
        {
            return DropReason.AddressList;
        }

        AddressLists lists = Compare(list, settings);
        if (lists == AddressLists.Apart)
        {
            router.HeardStranger(packet.Source, arrival.Mac, message, advertisement.Interval, this, arrival.Now, arrival.Actions);
            return DropReason.Stranger;
        }

        bool matches = lists == AddressLists.Same;
        advertisement = advertisement with { ChecksumForm = form, AddressesMatch = matches };
        bool listIsWrong = settings.Version == 2 && !matches && advertisement.Priority != 255;
        if (!matches && !listIsWrong && router.Listens)
        {
            router.HeardOtherList(packet.Source, message, advertisement.Interval, arrival.Now, arrival.Actions);
        }

        return listIsWrong ? DropReason.AddressList
            : settings.Version == 2 && router.EffectivePriority == 255 && router.State != RouterState.Backup ? DropReason.Owner
            : router.Listens ? DropReason.None
            : DropReason.NotRunning;
    }

    // RFC 2338 7.1, in the order of RFC 2787's counters: type known, type as configured, data right.
    private static DropReason JudgePassword(ReadOnlySpan<byte> message, VirtualRouterSettings settings)
    {
        byte type = message[4];
        byte expected = settings.Password is null ? (byte)0 : AdvertisementCodec.SimplePasswordType;
        return type > 2 ? DropReason.AuthTypeUnknown
            : type != expected ? DropReason.AuthType
            : settings.Password?.Matches(message[^SimplePassword.Length..]) == false ? DropReason.AuthFailure
            : DropReason.None;
    }

    private static bool TryChecksum(in IpPacket packet, ReadOnlySpan<byte> covered, VirtualRouterSettings settings, out ChecksumForm form)
    {
        form = settings.ChecksumForm;
        if (AdvertisementCodec.ChecksumIsRight(covered, form, packet.Source, packet.Destination))
        {
            return true;
        }

        form = form == ChecksumForm.PseudoHeader ? ChecksumForm.MessageOnly : ChecksumForm.PseudoHeader;
        return settings is { Version: 3, IsIPv6: false, StrictChecksum: false }
            && AdvertisementCodec.ChecksumIsRight(covered, form, packet.Source, packet.Destination);
    }

    /// <summary>What an advert's list and the configured addresses have in common; most peers send them in the same order.</summary>
    private static AddressLists Compare(ReadOnlySpan<byte> list, VirtualRouterSettings settings)
    {
        IReadOnlyList<AddressPrefix> configured = settings.Addresses;
        int size = settings.IsIPv6 ? 16 : 4;
        int count = list.Length / size;
        int common = 0;
        for (int i = 0; i < configured.Count; i++)
        {
            Address address = configured[i].Address;
            bool found = i < count && Address.Read(list.Slice(i * size, size)) == address;
            for (int j = 0; j < count && !found; j++)
            {
                found = Address.Read(list.Slice(j * size, size)) == address;
            }

            common += found ? 1 : 0;
        }

        return common == 0 ? AddressLists.Apart
            : common == configured.Count && count == configured.Count ? AddressLists.Same
            : AddressLists.Overlap;
    }

    /// <summary>Whether a packet comes from this node, by the sources of its virtual routers or by its other addresses.</summary>
    private bool IsOwn(Address source, out bool isSourceOfRouter)
    {
        bool isVirtual = false;
        isSourceOfRouter = false;
        foreach (VirtualRouter router in _routers)
        {
            if (router.Source == source)
            {
                isSourceOfRouter = true;
                return true;
            }
        }

        if (!_own.AsSpan().Contains(source))
        {
            return false;
        }

        // Bound here as MASTER, but another node may rightly send from it: the address owner that came back.
        foreach (VirtualRouter router in _routers)
        {
            isVirtual = isVirtual || router.Settings.Lists(source);
        }

        return !isVirtual;
    }

    /// <summary>Whether a unicast advert is for this node: sent to the source of the virtual router's own adverts or to another own address.</summary>
    private bool IsMine(Address destination, VirtualRouter router) =>
        router.Source == destination || (_own.AsSpan().Contains(destination) && !router.Settings.Lists(destination));

    /// <summary>Whether a virtual router in unicast mode here would be meant, whatever its VRID.</summary>
    private bool IsToUnicast(Address destination)
    {
        foreach (VirtualRouter router in _routers)
        {
            if (router.Settings.Unicast is not null && IsMine(destination, router))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a virtual router of this family here speaks the version; with none here every known version could be theirs.</summary>
    private bool IsSpoken(int version, bool isIPv6)
    {
        bool any = false;
        foreach (VirtualRouter router in _routers)
        {
            if (router.Settings.IsIPv6 == isIPv6)
            {
                any = true;
                if (router.Settings.Version == version)
                {
                    return true;
                }
            }
        }

        return !any && version is 2 or 3;
    }

    private VirtualRouter?[] Table(bool isIPv6) => isIPv6 ? _byIPv6Vrid : _byIPv4Vrid;

    /// <summary>A VRID that neither a virtual router here has nor anybody on the network was heard with lately; null when there is none.</summary>
    internal byte? FreeVrid(byte after, MonotonicTime now)
    {
        for (int i = 1; i < 255; i++)
        {
            byte vrid = (byte)(((after - 1 + i) % 255) + 1);
            if (_byIPv4Vrid[vrid] is null && _byIPv6Vrid[vrid] is null && !_heard.IsHeard(vrid, now))
            {
                return vrid;
            }
        }

        return null;
    }

    /// <summary>When a packet came and from where, and where alarms about it go.</summary>
    private readonly record struct Arrival(MonotonicTime Now, WallStamp Wall, MacAddress? Mac, ActionBuffer Actions);

    /// <summary>Two address lists of one VRID.</summary>
    private enum AddressLists
    {
        Same,
        Overlap,

        /// <summary>No address is in both.</summary>
        Apart,
    }
}
