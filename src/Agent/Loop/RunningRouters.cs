using System.Collections.Immutable;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Loop;

/// <summary>
/// The virtual routers of the file in force and the interfaces they run on. A new file is taken in two steps: <see cref="Prepare"/> may refuse
/// it and changes nothing; <see cref="Adopt"/> can't refuse any more. Identity is VRID, version, family and interface: what has the same keeps its
/// state, the rest is stopped or started.
/// </summary>
public sealed class RunningRouters(Epoll epoll, LinkMonitor links, IAddressWorker worker, TransitionReporter reporter) : IDisposable
{
    /// <summary>The key of the kernel's neighbours in epoll; those of the interfaces begin at <see cref="FirstInterfaceKey"/>.</summary>
    public const int NeighborsKey = 3;

    private const int FirstInterfaceKey = 16;

    private readonly Dictionary<string, InterfaceRuntime> _interfaces = new(StringComparer.Ordinal);
    private readonly MulticastGroups _joined = new();
    private ImmutableArray<RouterRuntime> _routers = [];
    private ImmutableArray<RouterRuntime> _leaving = [];
    private int _nextKey = FirstInterfaceKey;

    /// <summary>In the order of the file. Looked through several times a turn: by its own type, so that no turn allocates.</summary>
    public ImmutableArray<RouterRuntime> All => _routers;

    /// <summary>Taken out of the file, but the kernel still has to let go of their addresses.</summary>
    public ImmutableArray<RouterRuntime> Leaving => _leaving;

    public Dictionary<string, InterfaceRuntime>.ValueCollection Interfaces => _interfaces.Values;

    /// <summary>Which of them move together.</summary>
    public RunningGroups Groups { get; } = new(reporter);

    /// <summary>Where unicast adverts find MAC addresses; null while nothing is unicast.</summary>
    public NeighborTable? Neighbors { get; private set; }

    /// <summary>
    /// What a file makes of the routers that run; nothing is changed yet, except that the kernel's neighbours are listened to from the first
    /// file with unicast on.
    /// </summary>
    /// <exception cref="ArgumentException">A virtual router's settings break a rule of <see cref="SettingsRules"/>.</exception>
    /// <exception cref="LinuxException">The kernel's neighbours, which unicast needs, can't be read.</exception>
    public RouterAdoption Prepare(LoopConfiguration configuration)
    {
        List<RouterRuntime> going = [.. _routers];
        List<WantedRouter> wanted = [];
        foreach (VirtualRouterConfig config in configuration.File.VirtualRouters)
        {
            VirtualRouterSettings settings = RouterSettings.For(config, configuration.Node);
            SettingsRules.Demand(settings);
            string device = config.InterfaceOn(configuration.Node);
            RouterRuntime? known = going.Find(router =>
                router.Config.Vrid == config.Vrid && router.Config.Version == config.Version
                && router.Router.Settings.IsIPv6 == settings.IsIPv6 && router.Device.Name == device);
            wanted.Add(new(config, device, known));
            if (known is not null)
            {
                going.Remove(known);
            }
        }

        if (Neighbors is null && configuration.File.VirtualRouters.Any(config => config.Unicast is not null))
        {
            Neighbors = NeighborTable.Open();
            epoll.Add(Neighbors.Descriptor, NeighborsKey);
        }

        return new(configuration.Node, wanted, going, configuration.File.SyncGroups);
    }

    /// <summary>Puts it in force; the new virtual routers are not started yet.</summary>
    public void Adopt(RouterAdoption adoption, MonotonicTime now, ActionBuffer actions)
    {
        // First what goes: another version of a virtual router takes over its VRID.
        foreach (RouterRuntime gone in adoption.Going)
        {
            LetGo(gone, now, actions);
        }

        _routers = [];
        foreach (WantedRouter wanted in adoption.Wanted)
        {
            wanted.Known?.Change(wanted.Config, adoption.Node, now, actions);
            _routers = _routers.Add(wanted.Known ?? Create(wanted, adoption.Node));
        }

        Groups.Form(adoption.Groups, _routers);
        ListenToGroups();
        WatchPeers();
        WatchClaims();
        FollowLinks();
    }

    /// <summary>Brings every interface in line with the kernel's.</summary>
    public void FollowLinks()
    {
        bool changed = false;
        foreach (InterfaceRuntime device in _interfaces.Values)
        {
            changed |= device.Follow(links.Find(device.Name), links.All, epoll);
        }

        if (changed)
        {
            LookAfterInterfaces();
        }
    }

    /// <summary>Mends what the kernel sends no event for. After every change of an interface, and now and then.</summary>
    /// <returns>Whether something was wrong that may be well now.</returns>
    public bool LookAfterInterfaces()
    {
        bool tried = false;
        _joined.Read();
        foreach (InterfaceRuntime device in _interfaces.Values)
        {
            tried |= device.HasProblem;
            if (device.LookAfter(_joined, epoll) is string mended)
            {
                reporter.Alarmed(mended);
            }

            tried |= device.HasProblem;
        }

        return tried;
    }

    public RouterRuntime? Find(string name) => _routers.FirstOrDefault(known => known.Config.Name == name);

    /// <exception cref="InvalidOperationException">The loop does not run it.</exception>
    public RouterRuntime Of(VirtualRouter router)
    {
        foreach (RouterRuntime runtime in _routers)
        {
            if (ReferenceEquals(runtime.Router, router))
            {
                return runtime;
            }
        }

        throw new InvalidOperationException("A receiver knows a virtual router that the loop does not.");
    }

    /// <summary>Who asked the address worker for something that it has done; null: one that is forgotten by now.</summary>
    public RouterRuntime? Asked(AddressWork work)
    {
        foreach (RouterRuntime router in _routers)
        {
            if (router.Asked(work))
            {
                return router;
            }
        }

        foreach (RouterRuntime router in _leaving)
        {
            if (router.Asked(work))
            {
                return router;
            }
        }

        return null;
    }

    /// <summary>Forgets those whose addresses the kernel has let go of.</summary>
    public void ForgetWhoLeft()
    {
        foreach (RouterRuntime router in _leaving)
        {
            if (router.Idle)
            {
                router.Places.RemoveFilter();
                _leaving = _leaving.Remove(router);
            }
        }
    }

    public void Dispose()
    {
        foreach (InterfaceRuntime device in _interfaces.Values)
        {
            device.Dispose();
        }

        Neighbors?.Dispose();
    }

    private RouterRuntime Create(WantedRouter wanted, NodeConfig node)
    {
        RouterRuntime router = new(wanted.Config, node, DeviceOf, worker, links, reporter);
        router.Device.Receiver.Add(router.Router);
        return router;
    }

    private InterfaceRuntime DeviceOf(string name)
    {
        if (!_interfaces.TryGetValue(name, out InterfaceRuntime? device))
        {
            device = new InterfaceRuntime(name, _nextKey++);
            _interfaces.Add(name, device);
        }

        return device;
    }

    private void LetGo(RouterRuntime gone, MonotonicTime now, ActionBuffer actions)
    {
        gone.Router.Stop("taken out of the configuration", now, actions);
        gone.CarryOut(actions, now);
        gone.Device.Receiver.Remove(gone.Router);
        if (!gone.Idle)
        {
            // Hands over as every leaving master does, but hears nobody any more: its addresses go when the time for that is over.
            _leaving = _leaving.Add(gone);
        }
        else
        {
            gone.Places.RemoveFilter();
        }
    }

    private void ListenToGroups()
    {
        foreach (InterfaceRuntime device in _interfaces.Values)
        {
            device.Uses([.. _routers.Where(router => router.Device == device).Select(router => router.Router.Settings)]);
        }
    }

    private void WatchClaims()
    {
        foreach (InterfaceRuntime device in _interfaces.Values)
        {
            // The peers' own addresses too: by what they say of these, a peer that claims a virtual address is known.
            device.Carries(
            [
                .. _routers.SelectMany(router => router.Places.All).Where(place => place.Device == device)
                    .SelectMany(place => place.Addresses).Select(prefix => prefix.Address)
                    .Concat(_routers.Where(router => router.Device == device).SelectMany(router => router.Router.Settings.Peers).Select(peer => peer.Address))
                    .Distinct(),
            ]);
        }
    }

    private void WatchPeers()
    {
        RouterRuntime[] unicast = [.. _routers.Where(router => router.Router.Settings.Unicast is not null)];
        foreach (RouterRuntime router in unicast)
        {
            router.Device.UsesUnicast(router.Router.Settings.IsIPv6, Neighbors!);
        }

        Neighbors?.Watch(unicast.SelectMany(router => router.Router.Settings.Unicast!.Peers));
    }
}

/// <summary>A file that was found good, against the virtual routers that run.</summary>
/// <param name="Node">This machine in the file.</param>
/// <param name="Wanted">In the order of the file.</param>
/// <param name="Going">What runs and is not in it any more.</param>
/// <param name="Groups">Which of them move together.</param>
public sealed record RouterAdoption(
    NodeConfig Node, IReadOnlyList<WantedRouter> Wanted, IReadOnlyList<RouterRuntime> Going, IReadOnlyList<SyncGroupConfig> Groups);

/// <summary>One virtual router of the file.</summary>
/// <param name="Known">What runs of it; null when it is new.</param>
public sealed record WantedRouter(VirtualRouterConfig Config, string Interface, RouterRuntime? Known);
