using System.Text;
using HotStandby.Agent.Configuration.Secrets;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>Authentication of each virtual router. Reads its secrets, so that one that is missing or readable by others is an error of the file.</summary>
internal static class AuthenticationRules
{
    private static readonly string[] PasswordKeys = ["password", "passwordFile", "credential"];
    private static readonly string[] HmacOnlyKeys = ["keys", "activeKey", "mode", "antiReplay", "timeWindow"];

    /// <returns>What the virtual routers that have authentication use, by <see cref="DraftRouter.Path"/>.</returns>
    public static IReadOnlyDictionary<string, RouterSecrets> Check(Draft draft, string baseDirectory, Findings findings)
    {
        Dictionary<string, RouterSecrets> secrets = new(StringComparer.Ordinal);
        foreach (DraftRouter router in draft.Routers)
        {
            if (router.Authentication is not DraftAuthentication authentication)
            {
                continue;
            }

            bool fits = KeysFit(authentication, findings);
            if (authentication.Type is { Value: AuthenticationType.Hmac })
            {
                if (fits && HmacRules.CheckRouter(router, authentication, baseDirectory, findings) is HmacSettings hmac)
                {
                    secrets[router.Path] = new(null, hmac);
                }
            }
            else if (fits && CheckRouter(router, authentication, baseDirectory, findings) is SimplePassword password)
            {
                secrets[router.Path] = new(password, null);
            }
        }

        return secrets;
    }

    /// <summary>Whether no key is written that only the other type has.</summary>
    private static bool KeysFit(DraftAuthentication authentication, Findings findings)
    {
        if (authentication.Type is null)
        {
            return false;
        }

        bool isHmac = authentication.Type.Value == AuthenticationType.Hmac;
        (string Key, Json.Position At)[] others = [.. authentication.Written.Where(one => (isHmac ? PasswordKeys : HmacOnlyKeys).Contains(one.Key))];
        foreach ((string key, Json.Position at) in others)
        {
            findings.Error(
                at,
                DiagnosticCodes.OtherAuthenticationType,
                $"{authentication.Path}.{key} belongs to the type \"{(isHmac ? "pass" : "hmac")}\", but the type is \"{(isHmac ? "hmac" : "pass")}\"",
                isHmac ? "Write \"keys\": [{ \"id\": 1, \"file\": \"/etc/hotstandby/vrrp.key\" }]." : "Write \"passwordFile\": \"/etc/hotstandby/vrrp.password\".");
        }

        return others.Length == 0;
    }

    private static SimplePassword? CheckRouter(DraftRouter router, DraftAuthentication authentication, string baseDirectory, Findings findings)
    {
        if (authentication.Type is null)
        {
            return null;
        }

        if (router.Version is { Value: not 2 } version)
        {
            findings.Error(
                authentication.Type.At,
                DiagnosticCodes.AuthenticationVersion,
                $"{authentication.Path}.type \"pass\" needs version 2, but the version is {version.Value}, which has no password",
                "Remove authentication, or write \"version\": 2 if a peer can do nothing else.");
            return null;
        }

        findings.Warning(
            authentication.Type.At,
            DiagnosticCodes.ProtectsNothing,
            $"{authentication.Path}: a password of version 2 protects nothing, since every advert carries it in the clear",
            "Use it only with peers that demand it; keep strangers off the network segment.");
        return Read(authentication, baseDirectory, findings);
    }

    private static SimplePassword? Read(DraftAuthentication authentication, string baseDirectory, Findings findings)
    {
        (Placed<string> place, string key, string? text) =
            authentication.PasswordFile is Placed<string> file
                ? (file, "passwordFile", SecretFile.Read(Path.GetFullPath(file.Value, baseDirectory), file.At, $"{authentication.Path}.passwordFile", findings))
            : authentication.Credential is Placed<string> credential
                ? (credential, "credential", SecretFile.ReadCredential(credential.Value, credential.At, $"{authentication.Path}.credential", findings))
            : authentication.Password is Placed<string> inline
                ? (inline, "password", inline.Value)
            : (new Placed<string>("", authentication.At, false), "", null);
        if (text is null)
        {
            return null;
        }

        if (key == "password")
        {
            findings.Warning(
                place.At,
                DiagnosticCodes.InlineSecret,
                $"{authentication.Path}.password stands in the file itself",
                "Put it into a file that only root can read and name that with passwordFile.");
        }

        int length = Encoding.UTF8.GetByteCount(text);
        if (length > SimplePassword.Length)
        {
            findings.Error(
                place.At,
                DiagnosticCodes.PasswordTooLong,
                $"{authentication.Path}.{key}: the password has {length} bytes, more than the {SimplePassword.Length} that version 2 carries",
                $"keepalived truncates it: if a keepalived peer has the long one, write its first {SimplePassword.Length} bytes.");
            return null;
        }

        if (length == 0)
        {
            findings.Error(place.At, DiagnosticCodes.SecretUnreadable, $"{authentication.Path}.{key}: the password is empty");
            return null;
        }

        return SimplePassword.From(text);
    }
}

/// <summary>The secrets of one virtual router; at most one of the two.</summary>
internal sealed record RouterSecrets(SimplePassword? Password, HmacSettings? Hmac);
