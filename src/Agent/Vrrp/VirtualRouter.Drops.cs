using HotStandby.Abstractions;

namespace HotStandby.Agent.Vrrp;

/// <summary>Adverts that a check dropped: no word of the election, but whoever sends them believes that they are one.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>
    /// Counts a packet that a check dropped, and raises the alarm about its sender, which stands for as long as such packets come. One with another VRID is told of
    /// when it lists a virtual address of this virtual router; it counts for the interface only. Of a stranger <see cref="HeardStranger"/> has told already.
    /// </summary>
    /// <param name="message">The VRRP message.</param>
    internal void CountDrop(DropReason reason, Address source, ReadOnlySpan<byte> message, MonotonicTime now, ActionBuffer actions)
    {
        if (reason != DropReason.Vrid)
        {
            Statistics.CountDrop(reason);
        }

        if (!TakesPart)
        {
            return;
        }

        if (reason == DropReason.OwnSource)
        {
            // A looped frame comes right after it was sent; at any other time it is another node's.
            bool looped = State == RouterState.Master
                ? now - LastAdvertisement < Duration.FromMilliseconds(50)
                : now - Since < Duration.FromMilliseconds(50);
            if (!looped && _alarms.Pass(AlarmSubject.EqualAddress, now))
            {
                Alarm(Sentences.EqualAddress(source), actions);
            }
        }
        else if (reason == DropReason.Owner)
        {
            if (_alarms.Pass(AlarmSubject.TwoOwners, now))
            {
                Alarm(Sentences.Unheeded(source, Settings), actions);
            }
        }
        else if (reason != DropReason.Stranger && CodeOf(reason) is AlarmCode code && code != AlarmCode.None && !Alarms.Again(code, new(source), now))
        {
            Duration interval = message.Length >= AdvertisementCodec.HeaderLength && message[0] >> 4 is 2 or 3
                ? AdvertisementCodec.Read(message).Interval
                : Settings.AdvertisementInterval;
            Alarms.Begin(code, new(source), DropSentences.Of(reason, source, message, Settings), AlarmHolds(interval), now, actions);
        }

        if (reason is DropReason.Owner or DropReason.HmacStale or DropReason.HmacReplay && State == RouterState.Master)
        {
            // No word of the election (RFC 3768 7.1; not signed just now), but a sign that the sender's announcements have moved clients: it may yield
            // without another word, since a sync group takes it along.
            AnnounceSoon(now, actions);
        }
    }

    /// <summary>Another list than the own one, in an advert that counts all the same.</summary>
    internal void HeardOtherList(Address source, ReadOnlySpan<byte> message, Duration interval, MonotonicTime now, ActionBuffer actions)
    {
        if (!Alarms.Again(AlarmCode.AddressListDiffers, new(source), now))
        {
            string sentence = $"{DropSentences.Who(source, Settings)} {DropSentences.Difference(DropSentences.List(message, Settings.IsIPv6), Settings)}: whoever is MASTER serves its own list. Give both nodes the same 'addresses'.";
            Alarms.Begin(AlarmCode.AddressListDiffers, new(source), sentence, AlarmHolds(interval), now, actions);
        }
    }

    /// <summary>One code for each thing that is to be changed, so that an alarm does not stand with the words of yesterday's.</summary>
    internal static AlarmCode CodeOf(DropReason reason) => reason switch
    {
        DropReason.Version => AlarmCode.VersionDiffers,
        DropReason.Vrid => AlarmCode.VridDiffers,
        DropReason.Interval => AlarmCode.IntervalDiffers,
        DropReason.AddressList => AlarmCode.AddressListDiffers,
        DropReason.AuthType or DropReason.AuthTypeUnknown or DropReason.HmacMissing or DropReason.HmacUnexpected => AlarmCode.AuthenticationDiffers,
        DropReason.AuthFailure => AlarmCode.PasswordDiffers,
        DropReason.HmacKey => AlarmCode.KeyUnknown,
        DropReason.HmacFailure => AlarmCode.SignatureWrong,
        DropReason.HmacReplay or DropReason.HmacStale => AlarmCode.AdvertsNotFresh,
        DropReason.Stranger => AlarmCode.VridInUse,
        DropReason.Destination => AlarmCode.DestinationDiffers,
        DropReason.Peer => AlarmCode.NotAPeer,
        DropReason.Length or DropReason.Ttl or DropReason.Type or DropReason.Checksum => AlarmCode.AdvertsUnreadable,
        _ => AlarmCode.None,
    };
}
