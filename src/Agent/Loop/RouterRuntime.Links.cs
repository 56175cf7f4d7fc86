using HotStandby.Abstractions;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>What a change of its interface means to a virtual router, and to whoever looks after the network.</summary>
public sealed partial class RouterRuntime
{
    /// <summary>Twice the 30 s of spanning tree's usual timers (IEEE 802.1D: two forward delays).</summary>
    private static readonly Duration ForwardDelays = Duration.FromSeconds(60);

    /// <summary>Whether the interface had a carrier when it was last looked at; null before that.</summary>
    private bool? _hadCarrier;

    /// <summary>Whether the last transition was into MASTER because nobody was heard.</summary>
    private bool _tookFromSilence;

    /// <summary>When the interface last got its carrier while the agent ran; null when it never did.</summary>
    private MonotonicTime? _carrierSince;

    /// <summary>Announces the addresses again where the interface is reached by another MAC address or port than before. After <see cref="LinksChanged"/>.</summary>
    public void FollowPaths(MonotonicTime now, ActionBuffer actions)
    {
        bool moved = false;
        foreach (AddressPlace place in Places.All)
        {
            if (place.FollowPath() is string news && Router.State == RouterState.Master)
            {
                _reporter.Alarmed(this, $"{place.Device.Name} {news}: announces the virtual addresses again");
                moved = true;
            }
        }

        if (moved)
        {
            Router.Moved(now, actions);
            CarryOut(actions, now);
        }
    }

    private void FollowCarrier(MonotonicTime now)
    {
        bool hasCarrier = Device.Link is { Up: true };
        _carrierSince = hasCarrier && _hadCarrier == false ? now : _carrierSince;
        _hadCarrier = hasCarrier;
    }

    /// <summary>
    /// A switch that learns of its neighbours first (spanning tree: listening and learning, 15 s each) gives a carrier at once and frames later. Who takes
    /// the role in between heard nobody because of that.
    /// </summary>
    private void TellOfSilentPort(in RouterAction left, MonotonicTime now)
    {
        bool fromSilence = _tookFromSilence;
        _tookFromSilence = left is { To: RouterState.Master, Reason: TransitionReason.NoResponse };
        if (fromSilence && left.Reason is TransitionReason.HigherPriority or TransitionReason.GreaterAddress
            && _carrierSince is MonotonicTime since && now - since <= ForwardDelays)
        {
            _reporter.Alarmed(
                this,
                $"{Device.Name} got its carrier {now - since} ago, and then this node heard nobody and took the role: if {Router.MasterAddress} had it all the time, the switch let"
                    + " nothing through, as a port in spanning tree's listening state does for 30 s. Make it an edge port (portfast) there");
        }
    }

    /// <summary>What arrives at a port of a bridge or bond belongs to that one: ARP is answered there, and the host's address is there sooner or later.</summary>
    private void TellWhetherItIsAPort(MonotonicTime now, ActionBuffer actions)
    {
        if (Device.Link is LinkState { MasterIndex: > 0 } port && Places.OwnerOf(port) is string owner)
        {
            Router.Alarms.Begin(
                AlarmCode.InterfaceIsPort,
                default,
                $"interface {Device.Name} is a port of {owner}: what arrives there is {owner}'s, and so are the host's addresses. Name {owner} as the interface in the file",
                holds: null,
                now,
                actions);
        }
        else
        {
            Router.Alarms.End(AlarmCode.InterfaceIsPort, default, $"interface {Device.Name} is not a port of another one any more", actions);
        }
    }
}
