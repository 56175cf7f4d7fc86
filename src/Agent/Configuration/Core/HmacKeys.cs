using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Configuration.Core;

/// <summary>The keys of <c>authentication</c> with the type hmac.</summary>
internal static class HmacKeys
{
    public static readonly Member<long> Id = new("id", new IntegerShape(0, 255), "The number adverts name the key by, 0..255; the same on every node.")
    {
        Required = true,
        Aliases = ["key_id"],
    };

    public static readonly Member<string> File = new(
        "file",
        new TextShape { Shortest = 1 },
        "A file that holds the key, absolute or relative to the folder of plugins.json; nobody but root may read it. \"hex:\" and 64 to 128 hex digits, or \"text:\" and 32 to 64 bytes.");

    public static readonly Member<string> Credential = new(
        "credential", Names.Id, "The name of a systemd credential (LoadCredential=, SetCredentialEncrypted=) that holds the key.");

    public static readonly ObjectShape Key = new(Id, File, Credential)
    {
        ExactlyOne = ["file", "credential"],
        HowToChoose = "Write \"file\": \"/etc/hotstandby/vrrp.key\", or \"credential\" for a systemd credential.",
        Elsewhere = new Dictionary<string, string>
        {
            ["key"] = "A key never stands in plugins.json: name a file that only root can read with \"file\".",
            ["secret"] = "A key never stands in plugins.json: name a file that only root can read with \"file\".",
        },
    };

    public static readonly Member Keys = new(
        "keys", new ListShape(Key, 1, HmacSettings.MostKeys), "Type hmac: the keys that adverts are accepted with.")
    {
        Aliases = ["key"],
    };

    public static readonly Member<long> ActiveKey = new(
        "activeKey", new IntegerShape(0, 255), "Type hmac: the id of the key that signs; may be left out when there is one key only.")
    {
        Aliases = ["active_key"],
    };

    public static readonly Member<HmacMode> Mode = new(
        "mode",
        new WordShape<HmacMode>(("enforce", HmacMode.Enforce), ("permissive", HmacMode.Permissive), ("receive-only", HmacMode.ReceiveOnly)),
        "Type hmac. \"enforce\": signs and accepts only what is signed; \"permissive\": signs and accepts unsigned adverts too; \"receive-only\": does not sign, accepts both. A running group is moved from the last to the first.")
    {
        Default = "\"enforce\"",
    };

    public static readonly Member<AntiReplay> AntiReplay = new(
        "antiReplay",
        new WordShape<AntiReplay>(("time", Vrrp.Authentication.AntiReplay.Time), ("monotonic", Vrrp.Authentication.AntiReplay.Monotonic)),
        "Type hmac: how a repeated advert is known. \"time\": its sequence must grow, or be fresh by the clock; \"monotonic\": it must grow, whatever the clocks say.")
    {
        Default = "\"time\"",
        Aliases = ["anti_replay"],
    };

    public static readonly Member<TimeSpan> TimeWindow = new(
        "timeWindow",
        new DurationShape(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(300)),
        "Type hmac with antiReplay time: how far an advert may be from the own clock and still be fresh. Left out: three intervals, at least \"5s\".")
    {
        Aliases = ["time_window"],
    };
}
