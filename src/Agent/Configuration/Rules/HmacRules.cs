using System.Text;
using HotStandby.Agent.Configuration.Secrets;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>Signed adverts of one virtual router. Reads the keys.</summary>
internal static class HmacRules
{
    private const string Hex = "hex:";
    private const string Text = "text:";

    /// <summary>Null when something is wrong, which was reported.</summary>
    public static HmacSettings? CheckRouter(DraftRouter router, DraftAuthentication authentication, string baseDirectory, Findings findings)
    {
        if (router.Version is { Value: not 3 } version)
        {
            findings.Error(
                authentication.Type!.At,
                DiagnosticCodes.AuthenticationVersion,
                $"{authentication.Path}.type \"hmac\" needs version 3, but the version is {version.Value}",
                "Remove \"version\" if every peer speaks version 3, else authentication.");
            return null;
        }

        WarnOfWhatIsWritten(authentication, findings);
        byte? active = CheckIds(authentication, findings);
        List<HmacKey> keys = [];
        foreach (DraftHmacKey key in authentication.Keys ?? [])
        {
            if (key.Id is not null && Read(key, (byte)key.Id.Value, baseDirectory, findings) is HmacKey read)
            {
                keys.Add(read);
            }
        }

        bool complete = active is not null
            && keys.Count == authentication.Keys?.Count
            && authentication is { Mode: not null, AntiReplay: not null }
            && router.AdvertInterval is not null;
        return complete
            ? new(
                keys,
                active!.Value,
                authentication.Mode!.Value,
                authentication.AntiReplay!.Value,
                authentication.TimeWindow is not null
                    ? Duration.From(authentication.TimeWindow.Value)
                    : HmacSettings.DefaultWindow(Duration.From(router.AdvertInterval!.Value)))
            : null;
    }

    private static void WarnOfWhatIsWritten(DraftAuthentication authentication, Findings findings)
    {
        if (authentication.Mode is { Value: not HmacMode.Enforce } mode)
        {
            findings.Warning(
                mode.At,
                DiagnosticCodes.AcceptsUnsigned,
                $"{authentication.Path}.mode \"{HmacWords.Of(mode.Value)}\" accepts unsigned adverts: it protects nothing yet",
                mode.Value == HmacMode.ReceiveOnly
                    ? "When every node has the keys, write \"permissive\" on all of them, then \"enforce\"."
                    : "When every node signs, write \"enforce\".");
        }

        if (authentication is { AntiReplay.Value: AntiReplay.Monotonic, TimeWindow: { Written: true } window })
        {
            findings.Warning(
                window.At, DiagnosticCodes.NoEffect, $"{authentication.Path}.timeWindow has no effect with \"antiReplay\": \"monotonic\"", "Remove it.");
        }
    }

    /// <returns>The id of the key that signs.</returns>
    private static byte? CheckIds(DraftAuthentication authentication, Findings findings)
    {
        HashSet<long> ids = [];
        bool sound = true;
        foreach (DraftHmacKey key in authentication.Keys ?? [])
        {
            if (key.Id is null)
            {
                sound = false;
            }
            else if (!ids.Add(key.Id.Value))
            {
                sound = false;
                findings.Error(
                    key.Id.At,
                    DiagnosticCodes.DuplicateKeyId,
                    $"{key.Path}.id {key.Id.Value} is the id of another key already",
                    "Give each key an id of its own, the same on every node.");
            }
        }

        if (!sound || ids.Count == 0)
        {
            return null;
        }

        if (authentication.ActiveKey is Placed<long> active)
        {
            if (ids.Contains(active.Value))
            {
                return (byte)active.Value;
            }

            findings.Error(
                active.At,
                DiagnosticCodes.NoActiveKey,
                $"{authentication.Path}.activeKey {active.Value} is the id of no key; expected {Wording.OneOf(ids.Select(id => $"{id}"))}");
            return null;
        }

        // A value that is wrong was reported by its shape.
        bool isWritten = authentication.Written.Any(one => one.Key == "activeKey");
        if (ids.Count == 1 && !isWritten)
        {
            return (byte)ids.Single();
        }

        if (!isWritten)
        {
            findings.Error(
                authentication.At,
                DiagnosticCodes.NoActiveKey,
                $"{authentication.Path} has {ids.Count} keys and no \"activeKey\"",
                $"Write the id of the key that signs: {Wording.OneOf(ids.Select(id => $"{id}"))}.");
        }

        return null;
    }

    private static HmacKey? Read(DraftHmacKey key, byte id, string baseDirectory, Findings findings)
    {
        (Placed<string>? place, string path) = key.File is not null ? (key.File, $"{key.Path}.file") : (key.Credential, $"{key.Path}.credential");
        string? text = place is null ? null
            : key.File is not null ? SecretFile.Read(Path.GetFullPath(place.Value, baseDirectory), place.At, path, findings)
            : SecretFile.ReadCredential(place.Value, place.At, path, findings);
        if (text is null)
        {
            return null;
        }

        (byte[]? secret, string problem) = Decode(text);
        if (secret is null)
        {
            findings.Error(
                place!.At,
                DiagnosticCodes.SecretUnreadable,
                $"{path}: {problem}",
                "Make one with: (umask 077; echo \"hex:$(openssl rand -hex 32)\" > FILE)");
            return null;
        }

        return HmacKey.From(id, secret);
    }

    /// <summary>What is wrong is said without the secret.</summary>
    private static (byte[]? Secret, string Problem) Decode(string text)
    {
        byte[] secret;
        if (text.StartsWith(Hex, StringComparison.Ordinal))
        {
            string digits = text[Hex.Length..].Trim();
            if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit))
            {
                return (null, "after \"hex:\" there must be an even number of hex digits and nothing else");
            }

            secret = Convert.FromHexString(digits);
        }
        else if (text.StartsWith(Text, StringComparison.Ordinal))
        {
            secret = Encoding.UTF8.GetBytes(text[Text.Length..]);
        }
        else
        {
            return (null, text.Length == 0 ? "the key is empty" : "a key begins with \"hex:\" or \"text:\"");
        }

        return secret.Length is >= HmacKey.Shortest and <= HmacKey.Longest
            ? (secret, "")
            : (null, $"the key has {secret.Length} bytes; expected {HmacKey.Shortest} to {HmacKey.Longest}");
    }
}
