using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration.Rules;

/// <summary>Routes and rules that the kernel takes, each once.</summary>
internal static class RouteRules
{
    public static void Check(Draft draft, Findings findings)
    {
        Dictionary<(AddressPrefix, long, long), Position> routes = [];
        Dictionary<(AddressPrefix?, AddressPrefix?, long, long), Position> rules = [];
        foreach (DraftRouter router in draft.Routers)
        {
            foreach (DraftRoute route in router.Routes)
            {
                CheckRoute(route, router, routes, findings);
            }

            foreach (DraftRule rule in router.Rules)
            {
                CheckRule(rule, rules, findings);
            }
        }
    }

    /// <summary>Where a route leads; "default" is of the family of its gateway, else of its source, else of the virtual router.</summary>
    public static AddressPrefix Destination(DraftRoute route, DraftRouter router) =>
        route.To?.Value ?? new(
            Address.Parse((route.Via ?? route.Source)?.Value.IsIPv6 ?? router.IsIPv6 == true ? "::" : "0.0.0.0"), 0);

    private static void CheckRoute(
        DraftRoute route, DraftRouter router, Dictionary<(AddressPrefix, long, long), Position> seen, Findings findings)
    {
        if (route.To is not Placed<AddressPrefix?> to)
        {
            return;
        }

        AddressPrefix destination = Destination(route, router);
        CheckHostBits(destination, to.At, $"{route.Path}.to", findings);
        if (to.Value is not null && destination.Address.IsMulticast)
        {
            findings.Error(to.At, DiagnosticCodes.UnusableRoute, $"{route.Path}.to can't be {destination}, multicast addresses");
        }

        CheckEnd(route.Via, "via", destination, route, findings);
        CheckEnd(route.Source, "source", destination, route, findings);
        if (destination.Address.IsIPv6 && route.Scope is Placed<AddressScope> scope)
        {
            findings.Error(scope.At, DiagnosticCodes.UnusableRoute, $"{route.Path}.scope is for IPv4 routes only", "Remove it.");
        }

        if (route.Metric is not null && route.Table is not null
            && !seen.TryAdd((destination, route.Metric.Value, route.Table.Value), route.At))
        {
            findings.Error(
                route.At,
                DiagnosticCodes.DuplicateRoute,
                $"{route.Path}: a route to {destination} with this metric and table is already at {seen[(destination, route.Metric.Value, route.Table.Value)]}",
                "The kernel keeps one; give the other another metric.");
        }
    }

    private static void CheckEnd(Placed<Address>? address, string key, AddressPrefix destination, DraftRoute route, Findings findings)
    {
        if (address is null)
        {
            return;
        }

        string? why = address.Value.IsIPv6 != destination.Address.IsIPv6 ? $"of another family than the destination {destination}" : AddressRules.Unusable(address.Value);
        if (why is not null)
        {
            findings.Error(address.At, DiagnosticCodes.UnusableRoute, $"{route.Path}.{key} can't be {address.Value}, {why}");
        }
    }

    private static void CheckRule(
        DraftRule rule, Dictionary<(AddressPrefix?, AddressPrefix?, long, long), Position> seen, Findings findings)
    {
        if (rule.From is null && rule.To is null)
        {
            findings.Error(
                rule.At,
                DiagnosticCodes.UnusableRoute,
                $"{rule.Path} has neither a \"from\" nor a \"to\"",
                "Write \"from\" with a virtual address to send what comes from it to a table of its own.");
            return;
        }

        if (rule is { From: not null, To: not null } && rule.From.Value.Address.IsIPv6 != rule.To.Value.Address.IsIPv6)
        {
            findings.Error(
                rule.To.At, DiagnosticCodes.UnusableRoute, $"{rule.Path}.to can't be {rule.To.Value}, of another family than \"from\"");
        }

        CheckHostBits(rule.From?.Value, rule.From?.At ?? rule.At, $"{rule.Path}.from", findings);
        CheckHostBits(rule.To?.Value, rule.To?.At ?? rule.At, $"{rule.Path}.to", findings);
        if (rule.Table is not null && rule.Priority is not null
            && !seen.TryAdd((rule.From?.Value, rule.To?.Value, rule.Table.Value, rule.Priority.Value), rule.At))
        {
            findings.Error(
                rule.At,
                DiagnosticCodes.DuplicateRoute,
                $"{rule.Path}: the same rule is already at {seen[(rule.From?.Value, rule.To?.Value, rule.Table.Value, rule.Priority.Value)]}");
        }
    }

    private static void CheckHostBits(AddressPrefix? prefix, Position at, string path, Findings findings)
    {
        if (prefix is AddressPrefix given && given.Subnet() is AddressPrefix subnet && subnet != given)
        {
            findings.Error(
                at,
                DiagnosticCodes.UnusableRoute,
                $"{path} can't be {given}: bits beyond the prefix length are set",
                $"Nearest: \"{subnet}\"; for the one address write \"{given.Address}/{given.Address.Length * 8}\".");
        }
    }
}
