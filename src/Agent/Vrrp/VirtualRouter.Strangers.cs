namespace HotStandby.Agent.Vrrp;

/// <summary>Adverts of another virtual router with the same VRID: they move nothing, and they are an alarm for as long as they come.</summary>
public sealed partial class VirtualRouter
{
    /// <param name="mac">Null: not known.</param>
    /// <param name="message">The advert.</param>
    /// <param name="interval">The one its advert says.</param>
    /// <param name="receiver">Knows which VRIDs are taken.</param>
    internal void HeardStranger(
        Address source,
        MacAddress? mac,
        ReadOnlySpan<byte> message,
        Duration interval,
        AdvertisementReceiver receiver,
        MonotonicTime now,
        ActionBuffer actions)
    {
        AlarmAbout about = new(source, mac);
        if (Alarms.Again(AlarmCode.VridInUse, about, now))
        {
            return;
        }

        string list = DropSentences.Some(DropSentences.List(message, Settings.IsIPv6));
        string sentence = Sentences.VridInUse(source, mac, Settings, list, receiver.FreeVrid(Settings.Vrid, now));
        Alarms.Begin(AlarmCode.VridInUse, about, sentence, AlarmHolds(interval), now, actions);
    }
}
