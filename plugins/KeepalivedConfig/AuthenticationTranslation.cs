using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>authentication and auth_hmac.</summary>
internal static class AuthenticationTranslation
{
    /// <returns>Empty for none, or another kind.</returns>
    /// <exception cref="GenerationException">keepalived can't read it back, or it is of an unknown kind; the message does not hold it.</exception>
    public static string Password(VirtualRouterModel router)
    {
        string what = $"the virtual router \"{router.Name}\"";
        return router.Authentication switch
        {
            null => "",
            { Hmac: not null } => "",
            { Type: "pass" } pass => KeepalivedSyntax.Password(pass.Password, what),
            { Type: string type } => throw new GenerationException($"{what} uses the authentication \"{type}\", which this generator does not know."),
        };
    }

    /// <returns>Null for none.</returns>
    public static KeepalivedHmac? Hmac(VirtualRouterModel router, KeepalivedTarget target, Gaps gaps, List<string> comments)
    {
        if (router.Authentication?.Hmac is not HmacModel hmac)
        {
            return null;
        }

        string path = router.Path.Length == 0 ? $"the virtual router \"{router.Name}\"" : $"{router.Path}.authentication";
        if (!target.Has(KeepalivedTarget.AuthHmac))
        {
            gaps.Add(path, target.Lacks("auth_hmac as HotStandby signs", KeepalivedTarget.AuthHmac), comments);
            return null;
        }

        string window = hmac.AntiReplay == "time" ? KeepalivedSyntax.Seconds(hmac.TimeWindow) : "";
        if (window.Length > 0 && hmac.TimeWindow.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            gaps.Add($"{path}.timeWindow", $"keepalived has whole seconds only, and this is {window} s", comments);
            window = "";
        }

        return new([.. hmac.Keys.OrderBy(key => key.Key).Select(key => new KeepalivedHmacKey(key.Key, key.Value))], hmac.ActiveKey, hmac.Mode, hmac.AntiReplay, window);
    }
}
