using HotStandby.Agent.Configuration;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Status;
using HotStandby.Agent.Tracking;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Vrrp.Authentication;

namespace HotStandby.Agent.Loop;

/// <summary>Measures the loop's own punctuality and says where everything stands, on the protocol thread's own knowledge.</summary>
public sealed class LoopReporter(CheckTable checks)
{
    private long _turns;
    private Duration? _worstLateness;
    private Duration? _worstTurn;

    /// <summary>Whether the protocol thread runs under SCHED_FIFO.</summary>
    public bool Realtime { get; set; }

    /// <summary>From a deadline to the thread's waking for it; null while no timer has run out.</summary>
    internal Duration? WorstLateness => _worstLateness;

    /// <summary>The timer fired.</summary>
    /// <param name="armed">The deadline it was armed for; never: it was not.</param>
    /// <param name="armedAt">When it was armed: a deadline that was over already is not the timer's lateness.</param>
    /// <param name="now">When the thread came to hear of it.</param>
    public void WokeAfter(MonotonicTime armed, MonotonicTime armedAt, MonotonicTime now)
    {
        if (armed != MonotonicTime.Never)
        {
            Duration lateness = now - MonotonicTime.Max(armed, armedAt);
            _worstLateness = _worstLateness > lateness ? _worstLateness : lateness;
        }
    }

    public void TurnTook(Duration turn)
    {
        _turns++;
        _worstTurn = _worstTurn > turn ? _worstTurn : turn;
    }

    public LoopReport Report(LoopConfiguration configuration, RunningRouters routers, DeadlineWatch deadlines, MonotonicTime now) => new(
        [.. routers.All.Select(router => Describe(router, routers.Groups.Of(router), now))],
        [.. configuration.File.Plugins.Where(plugin => IsTracked(configuration, plugin.Id)).Select(plugin => Describe(plugin, now))],
        new LoopStatus(_turns, _worstLateness?.Milliseconds, _worstTurn?.Milliseconds, Realtime)
        {
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread(),
            OverdueDeadlines = deadlines.Faults + routers.All.Concat(routers.Leaving).Sum(router => router.Deadlines.Faults),
        });

    private static bool IsTracked(LoopConfiguration configuration, string id) =>
        configuration.File.VirtualRouters.Any(router => router.Tracks.Any(track => track.What.Checks.Contains(id)));

    private static DateTimeOffset WallClock(MonotonicTime then, MonotonicTime now) => DateTimeOffset.Now - (now - then).ToTimeSpan();

    private CheckStatus Describe(PluginConfig plugin, MonotonicTime now)
    {
        CheckVerdict verdict = checks.Of(plugin.Id, now);
        (MonotonicTime? heardAt, Duration? took, _) = checks.LastResult(plugin.Id);
        return new CheckStatus(
            plugin.Id,
            plugin.Use,
            verdict.Standing.ToString().ToLowerInvariant(),
            verdict.Sentence,
            heardAt is MonotonicTime heard ? (now - heard).Nanoseconds / 1e9 : null,
            took?.Milliseconds);
    }

    private VirtualRouterStatus Describe(RouterRuntime runtime, RunningGroup? group, MonotonicTime now)
    {
        VirtualRouter router = runtime.Router;
        return new VirtualRouterStatus(
            runtime.Config.Name,
            runtime.Config.Vrid,
            runtime.Device.Name,
            runtime.Config.Version,
            StatusReport.StateName(router.State),
            router.Why,
            WallClock(router.Since ?? now, now),
            ((now - router.Since)?.Nanoseconds ?? 0) / 1e9,
            Priority(runtime, now),
            router.MasterAddress?.ToString(),
            router.LastAdvertisement is MonotonicTime last ? (now - last).Nanoseconds / 1e9 : null,
            Addresses(runtime),
            Counters(runtime))
        {
            Next = router.Outlook(now),
            Alarms = [.. router.Alarms.Standing.Select(alarm => Describe(alarm, now))],
            AddressConflicts =
            [
                .. runtime.Conflicts.Known.Select(known => new AddressConflictStatus(
                    known.Claim.Address.ToString(),
                    known.Claim.Mac.ToString(),
                    WallClock(known.Since, now),
                    (now - known.LastHeard).Nanoseconds / 1e9,
                    known.Claims)),
            ],
            VirtualMac = runtime.Config.UseVmac
                ? new VirtualMacStatus(VirtualMac.Text(router.Settings.Vrid, router.Settings.IsIPv6), runtime.Places.All[0].Holding.Device is null ? null : runtime.Places.LinkOf(runtime.Places.All[0])?.Name)
                : null,
            Routes = [.. runtime.Routes.Standing.Select(one => new RouteStatus(one.Entry.ToString(), one.Installed, one.Problem ?? ""))],
            SyncGroup = group is null ? null : new(group.Config.Name, router.WaitsForGroup) { State = StatusReport.StateName(group.Standing.State) },
            Authentication = router.Settings switch
            {
                { Password: not null } => "pass",
                { Hmac: HmacSettings hmac } => $"hmac, {HmacWords.Of(hmac.Mode)}, key {hmac.ActiveKey} of {string.Join(", ", hmac.Keys.Select(key => key.Id))}",
                _ => "none",
            },
        };
    }

    private static AlarmStatus Describe(in StandingAlarm alarm, MonotonicTime now) => new(
        AlarmCodes.Word(alarm.Code), alarm.Sentence, WallClock(alarm.Since, now), (now - alarm.Since).Nanoseconds / 1e9, (now - alarm.LastSeen).Nanoseconds / 1e9, alarm.Times);

    private PriorityStatus Priority(RouterRuntime runtime, MonotonicTime now)
    {
        VirtualRouter router = runtime.Router;
        List<PriorityTerm> terms =
        [
            .. runtime.Config.Tracks.Select(track => EffectivePriority.Part(track, checks, now))
                .Select(Term),
        ];
        if (runtime.Drained is not null && !router.Settings.IsOwner)
        {
            int tracked = EffectivePriority.Compute(router.Settings.Priority, runtime.Config.Tracks, checks, now);
            terms.Add(new PriorityTerm("drained", null, EffectivePriority.Lowest - tracked));
        }

        if (router.Succession > 0)
        {
            terms.Add(new PriorityTerm("sticky", null, -router.Succession));
        }

        return new PriorityStatus(router.AdvertisedPriority, router.Settings.Priority, terms);
    }

    private static PriorityTerm Term(PriorityPart part) => new(part.Name, part.Weight, part.Applied)
    {
        State = part.Verdict.Standing.ToString().ToLowerInvariant(),
        LastWords = part.Verdict.Sentence,
    };

    private static AddressStatus[] Addresses(RouterRuntime runtime)
    {
        Dictionary<AddressPrefix, string> there = runtime.Places.All.SelectMany(place => place.Addresses.Select(address => (address, place.Device.Name)))
            .ToDictionary(one => one.address, one => one.Name);
        HashSet<AddressPrefix> inKernel =
        [
            .. runtime.Places.All.SelectMany(place => place.Addresses.Where(prefix => runtime.Places.LinkOf(place) is LinkState link
                && (link.Find(prefix.Address, isOurs: true) ?? link.Find(prefix.Address, isOurs: false)) is not null)),
        ];
        return [.. runtime.Places.Addresses.Select((address, i) => new AddressStatus(address.ToString(), inKernel.Contains(address))
        {
            Interface = there[address],
            Advertised = i < runtime.Router.Settings.Addresses.Count,
            Attributes = runtime.Config.AddressAttributes.GetValueOrDefault(address) is AddressAttributes more
                ? (more with { Device = there[address] == runtime.Device.Name ? null : there[address] }).ToString()
                : "",
        })];
    }

    private static Dictionary<string, long> Counters(RouterRuntime runtime)
    {
        RouterStatistics own = runtime.Router.Statistics;
        Dictionary<string, long> counters = new(StringComparer.Ordinal)
        {
            ["advertisementsSent"] = own.AdvertisementsSent,
            ["advertisementsReceived"] = own.AdvertisementsReceived,
            ["priorityZeroSent"] = own.PriorityZeroSent,
            ["priorityZeroReceived"] = own.PriorityZeroReceived,
            ["becameMaster"] = own.BecameMaster,
            ["leftMaster"] = own.LeftMaster,
            ["sendFailures"] = own.SendFailures,
            ["announcementsSent"] = runtime.Places.Announced,
            ["addressConflicts"] = runtime.Conflicts.Conflicts,
            ["addressProbes"] = runtime.Prober.Sent,
            ["addressDefences"] = runtime.Conflicts.Defences,
        };
        if (runtime.Router.Settings.Hmac is not null)
        {
            counters["hmacVerified"] = own.HmacVerified;
            counters["hmacUnsigned"] = own.HmacUnsigned;
            counters["hmacTolerated"] = own.HmacTolerated;
            counters["hmacFollowed"] = own.HmacFollowed;
        }

        foreach (DropReason reason in Enum.GetValues<DropReason>())
        {
            // What belongs to no virtual router (foreign VRIDs, broken packets) is the interface's; shown with each router on it.
            long dropped = reason == DropReason.None ? 0 : runtime.Device.Receiver.Statistics[reason];
            if (dropped > 0)
            {
                counters["dropped" + reason] = dropped;
            }
        }

        return counters;
    }
}
