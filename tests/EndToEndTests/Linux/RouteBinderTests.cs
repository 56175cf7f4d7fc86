using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Linux;

/// <summary>Routes and rules in the real kernel. The interface has 10.0.0.1/24 and an IPv6 link-local address.</summary>
public sealed class RouteBinderTests : IDisposable
{
    private static readonly VirtualRoute Route4 = new(Prefix("10.5.0.0/16")) { Via = Address.Parse("10.0.0.9"), Device = VethPair.Interface };

    private static readonly RoutingEntry[] All =
    [
        Route4,
        new VirtualRoute(Prefix("0.0.0.0/0")) { Via = Address.Parse("10.0.0.9"), Device = VethPair.Interface, Metric = 50, Table = 1000, Source = Address.Parse("10.0.0.1") },
        new VirtualRoute(Prefix("10.6.0.0/16")) { Device = VethPair.Interface },
        new VirtualRoute(Prefix("2001:db8:5::/48")) { Via = Address.Parse("fe80::9"), Device = VethPair.Interface },
        new VirtualRule(Prefix("10.0.0.1/32"), null, 1000, 500),
        new VirtualRule(Prefix("2001:db8::1/128"), Prefix("2001:db8:5::/48"), 100, 501),
    ];

    private readonly VethPair _network = new();
    private readonly RouteBinder _binder;

    public RouteBinderTests() => _binder = _network.Left.Run(() => new RouteBinder());

    [Fact]
    public void Adds_keeps_and_removes()
    {
        Assert.Equal(All.Select(_ => RouteResult.Added), Install(All));
        Assert.Equal(All.Select(_ => RouteResult.Kept), Install(All));
        Assert.Contains("10.5.0.0/16 via 10.0.0.9 dev eth0 proto 112", Routes(), StringComparison.Ordinal);
        Assert.Contains("10.6.0.0/16 dev eth0 proto 112 scope link", Routes(), StringComparison.Ordinal);
        Assert.Contains("default via 10.0.0.9 dev eth0 proto 112 src 10.0.0.1 metric 50", _network.Left.Ip("route show table 1000"), StringComparison.Ordinal);
        Assert.Contains("2001:db8:5::/48 via fe80::9 dev eth0 proto 112 metric 1024", _network.Left.Ip("-6 route show"), StringComparison.Ordinal);
        Assert.Contains("500:\tfrom 10.0.0.1 lookup 1000 proto 112", _network.Left.Ip("rule show"), StringComparison.Ordinal);
        Assert.Contains("501:\tfrom 2001:db8::1 to 2001:db8:5::/48 lookup 100 proto 112", _network.Left.Ip("-6 rule show"), StringComparison.Ordinal);

        Assert.Equal(All.Select(_ => RouteResult.Removed), Remove(All));
        Assert.Equal(All.Select(_ => RouteResult.Missing), Remove(All));
        AssertNothingLeft();
    }

    [Fact]
    public void What_somebody_else_has_in_its_place_is_neither_replaced_nor_removed()
    {
        RoutingEntry[] entries = [Route4, new VirtualRule(Prefix("10.0.0.1/32"), null, 1000, 500)];
        _network.Left.Ip("route add 10.5.0.0/16 via 10.0.0.8");
        _network.Left.Ip("rule add from 10.0.0.1 table 1000 priority 500");

        // The kernel tells rules apart by their protocol number: the same one of somebody else is no obstacle.
        Assert.Equal([RouteResult.Foreign, RouteResult.Added], Install(entries));
        Assert.Equal([RouteResult.Missing, RouteResult.Removed], Remove(entries));
        Assert.Equal(0, _network.Left.Run(_binder.SweepLeftovers));

        Assert.Contains("10.5.0.0/16 via 10.0.0.8 dev eth0", Routes(), StringComparison.Ordinal);
        Assert.Contains("500:\tfrom 10.0.0.1 lookup 1000", _network.Left.Ip("rule show"), StringComparison.Ordinal);

        // As soon as the place is free.
        _network.Left.Ip("route del 10.5.0.0/16");
        Assert.Equal([RouteResult.Added], Install(Route4));
    }

    [Fact]
    public void Leftovers_of_a_dead_agent_are_swept_whatever_they_are_and_others_stay()
    {
        Install(All);
        _network.Left.Ip("route add 10.7.0.0/16 via 10.0.0.9");
        _network.Left.Ip("rule add from 10.0.0.7 table 1000 priority 700");

        using RouteBinder next = _network.Left.Run(() => new RouteBinder());
        Assert.Equal(All.Length, next.SweepLeftovers());

        AssertNothingLeft();
        Assert.Contains("10.7.0.0/16", Routes(), StringComparison.Ordinal);
        Assert.Contains("700:", _network.Left.Ip("rule show"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_leftover_in_its_place_that_leads_elsewhere_makes_way()
    {
        Install(Route4);

        using RouteBinder next = _network.Left.Run(() => new RouteBinder());
        VirtualRoute other = Route4 with { Via = Address.Parse("10.0.0.8") };
        Assert.Equal(RouteResult.Added, Assert.Single(_network.Left.Run(() => next.Install([other]))).Result);

        Assert.Contains("10.5.0.0/16 via 10.0.0.8", Routes(), StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.9", Routes(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_removed_is_added_again()
    {
        Install(All);
        _network.Left.Ip("route del 10.5.0.0/16");
        _network.Left.Ip("rule del priority 500");

        Assert.Equal(
            [RouteResult.Added, RouteResult.Kept, RouteResult.Kept, RouteResult.Kept, RouteResult.Added, RouteResult.Kept],
            Install(All));
    }

    [Fact]
    public void A_refusal_is_a_sentence()
    {
        RouteOutcome[] outcomes = _network.Left.Run(() => _binder.Install(
            [Route4 with { Via = Address.Parse("172.16.0.1") }, Route4 with { Device = "nowhere0" }, Route4 with { Source = Address.Parse("10.0.0.77") }]));

        Assert.All(outcomes, outcome => Assert.Equal(RouteResult.Failed, outcome.Result));
        Assert.Contains("route 10.5.0.0/16 via 172.16.0.1 dev eth0: ENETUNREACH", outcomes[0].Error, StringComparison.Ordinal);
        Assert.Contains("interface nowhere0 does not exist", outcomes[1].Error, StringComparison.Ordinal);
        Assert.Contains("EINVAL", outcomes[2].Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _binder.Dispose();
        _network.Dispose();
    }

    private void AssertNothingLeft()
    {
        Assert.DoesNotContain("proto 112", _network.Left.Ip("route show table all"), StringComparison.Ordinal);
        Assert.DoesNotContain("proto 112", _network.Left.Ip("-6 route show table all"), StringComparison.Ordinal);
        Assert.DoesNotContain("proto 112", _network.Left.Ip("rule show"), StringComparison.Ordinal);
        Assert.DoesNotContain("proto 112", _network.Left.Ip("-6 rule show"), StringComparison.Ordinal);
    }

    private IEnumerable<RouteResult> Install(params RoutingEntry[] entries) =>
        [.. _network.Left.Run(() => _binder.Install(entries)).Select(outcome => outcome.Result)];

    private IEnumerable<RouteResult> Remove(params RoutingEntry[] entries) =>
        [.. _network.Left.Run(() => _binder.Remove(entries)).Select(outcome => outcome.Result)];

    private string Routes() => _network.Left.Ip("route show");

    private static AddressPrefix Prefix(string text)
    {
        string[] parts = text.Split('/');
        return new(Address.Parse(parts[0]), byte.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
