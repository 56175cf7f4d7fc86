using HotStandby.Agent.Configuration;
using HotStandby.Agent.Status;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Commands;

/// <summary>
/// Changes after which a node does not hear those that still have the old file, nor they it: from the first reload to the last there are two masters. Said before
/// a reload is carried out, with the order that avoids it, unless a peer is heard to have made the change already.
/// </summary>
internal static class ReloadWarnings
{
    /// <param name="routers">As they are before the reload.</param>
    public static IReadOnlyList<string> Of(HotStandbyConfig before, HotStandbyConfig after, IReadOnlyList<VirtualRouterStatus> routers)
    {
        List<string> warnings = [];
        foreach (VirtualRouterConfig wanted in after.Nodes.Count > 1 ? after.VirtualRouters : [])
        {
            VirtualRouterConfig? old = before.VirtualRouters.FirstOrDefault(router => router.Name == wanted.Name);
            VirtualRouterStatus? now = routers.FirstOrDefault(router => router.Name == wanted.Name);
            if (old is null || now is null)
            {
                continue;
            }

            string[] keys = [.. Deafening(old, wanted).Where(change => !change.Codes.Any(code => Stands(now, code))).Select(change => $"'{change.Key}'")];
            // Where adverts are signed there is an order that keeps every node running.
            string rounds = keys is ["'authentication'"] && wanted.Version == 3 ? " Or change it in the rounds of docs/authentication.md, in which no node goes deaf." : "";
            if (keys.Length > 0 && Words(wanted, now, string.Join(" and ", keys)) is string words)
            {
                warnings.Add($"WARNING: virtual router {wanted.Name}: {words}{rounds}");
            }
        }

        return warnings;
    }

    private static bool Stands(VirtualRouterStatus now, AlarmCode code) => now.Alarms.Any(alarm => alarm.Code == AlarmCodes.Word(code));

    /// <summary>The keys that differ and must be the same for two nodes to hear each other, with the alarms by which a peer shows that it has changed them.</summary>
    private static IEnumerable<(string Key, AlarmCode[] Codes)> Deafening(VirtualRouterConfig old, VirtualRouterConfig wanted)
    {
        if (old.Version != wanted.Version)
        {
            yield return ("version", [AlarmCode.VersionDiffers]);
        }

        if (old.Vrid != wanted.Vrid)
        {
            yield return ("vrid", [AlarmCode.VridDiffers]);
        }

        if (old.Unicast is null != wanted.Unicast is null)
        {
            yield return ("unicast", [AlarmCode.DestinationDiffers]);
        }
        else if (old.MulticastGroup != wanted.MulticastGroup)
        {
            yield return ("multicastGroup", [AlarmCode.DestinationDiffers]);
        }

        if (wanted.Version == 3)
        {
            if (old.Version == 3 && (!Hears(old.Hmac, wanted.Hmac) || !Hears(wanted.Hmac, old.Hmac)))
            {
                yield return ("authentication", [AlarmCode.AuthenticationDiffers, AlarmCode.KeyUnknown, AlarmCode.SignatureWrong]);
            }

            yield break;
        }

        if (old.AdvertInterval != wanted.AdvertInterval)
        {
            yield return ("advertInterval", [AlarmCode.IntervalDiffers]);
        }

        if (!old.Addresses.Select(one => one.Address).ToHashSet().SetEquals(wanted.Addresses.Select(one => one.Address)))
        {
            yield return ("addresses", [AlarmCode.AddressListDiffers]);
        }

        if (old.Password?.Reveal() != wanted.Password?.Reveal())
        {
            yield return ("authentication", [AlarmCode.PasswordDiffers, AlarmCode.AuthenticationDiffers]);
        }
    }

    /// <summary>Whether a node that is set so believes the adverts of one that is set otherwise.</summary>
    private static bool Hears(HmacSettings? receiver, HmacSettings? sender) => receiver switch
    {
        null => sender is null or { Signs: false },
        { Mode: not HmacMode.Enforce } => true,
        _ => sender is { Signs: true } && receiver.Find(sender.ActiveKey) is HmacKey key && key.Equals(sender.Find(sender.ActiveKey)),
    };

    private static string Change(string keys) => keys.Contains(" and ", StringComparison.Ordinal) ? $"{keys} change" : $"{keys} changes";

    /// <returns>Null when it is not the time for a warning: this node takes no part, or hears no master.</returns>
    private static string? Words(VirtualRouterConfig wanted, VirtualRouterStatus now, string keys)
    {
        const string Until = "until the last node has the new file, those with the old one and those with the new one don't hear each other, and both have a MASTER";
        switch (now.State)
        {
            case "MASTER":
                return $"{Change(keys)}, and no other node was heard with the new file: {Until}. Without that: stop the agents of the other nodes, reload here, and start theirs with the new file.";
            case "BACKUP" when now.MasterAddress is string master:
                string who = wanted.NodeNames.FirstOrDefault(node => node.Address.ToString() == master) is { Name: string name } ? $"{name} ({master})" : master;
                return $"{Change(keys)}, and {who} is MASTER with the old file: {Until}. Without that: stop this agent, reload on {who}, and start this one with the new file.";
            default:
                return null;
        }
    }
}
