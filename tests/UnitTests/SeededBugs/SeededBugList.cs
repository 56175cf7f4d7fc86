using HotStandby.UnitTests.Explorer;

namespace HotStandby.UnitTests.SeededBugs;

/// <summary>Mistakes that somebody could make in the protocol core.</summary>
internal static class SeededBugList
{
    private const string Router = "VirtualRouter.cs";
    private const string Election = "VirtualRouter.Election.cs";
    private const string HandOver = "VirtualRouter.HandOver.cs";
    private const string Actions = "VirtualRouter.Actions.cs";
    private const string Reload = "VirtualRouter.Reload.cs";
    private const string Guard = "Authentication/ReplayGuard.cs";

    public static IReadOnlyList<SeededBug> All { get; } =
    [
        new("Skew_Time grows with the priority", "ElectionTimes.cs", "(256 - priority) * scale", "priority * scale"),
        new("Master_Down_Interval is two intervals", "ElectionTimes.cs", "(adverts * interval)", "((adverts - 1) * interval)"),
        new("Master_Down_Interval is four intervals", "ElectionTimes.cs", "(adverts * interval)", "((adverts + 1) * interval)"),
        new("a timer is due only after its deadline", "TimerTable.cs", "_deadlines[i] <= now &&", "_deadlines[i] < now &&"),
        new("Adver_Timer runs on after MASTER", Actions, "Cancel(RouterTimer.Adver, actions);", ""),
        new("Master_Down_Timer runs on in FAULT", Actions, "Cancel(RouterTimer.MasterDown, actions);", ""),
        new("a new MASTER sends no advert", Router, "Send(AdvertisedPriority, Source, now, actions);", ""),
        new("a new MASTER binds no addresses", Router, "actions.Add(new(RouterActionKind.BindAddresses));", ""),
        new("a new MASTER does not announce", Router, "        AnnounceTakeover(now, actions);\n        Arm(RouterTimer.Adver", "        Arm(RouterTimer.Adver"),
        new("a new MASTER does not start Adver_Timer", Router, "Arm(RouterTimer.Adver, now + Settings.AdvertisementInterval, actions);", ""),
        new("a MASTER keeps the interval it was taught", Router, "        UseOwnInterval();\n        _losingLast", "        _losingLast"),
        new("the end of a hand-over hits the MASTER that took back", Router, "Cancel(RouterTimer.HandOver, actions);", ""),
        new("who yields keeps the addresses", Router, "            actions.Add(new(RouterActionKind.ReleaseAddresses));\n        }\n\n        Statistics.LeftMaster++;", "        }\n\n        Statistics.LeftMaster++;"),
        new("who leaves on purpose yields in silence", Router, "resignFrom is Address own && !WasAsleep(now)", "resignFrom is Address own && WasAsleep(now)"),
        new("a failed check changes nothing", Router, "_started && _readiness == Readiness.Ready && Source", "_started && Source"),
        new("Startup does not start Master_Down_Timer", Router, "        ForgetMaster();\n        ArmMasterDown(now, actions);", "        ForgetMaster();"),
        new("every node starts as MASTER", Router, "if (EffectivePriority == 255 && MayChallenge(now))", "if (EffectivePriority != 255)", "noPreempt"),
        new("nobody is taught a shorter interval", HandOver, "Settings.Version == 3 && taught >", "Settings.Version == 4 && taught >"),
        new("who is lowered in the turn it leaves teaches as the weaker one", HandOver, "Send(MasterPriority, taught", "Send(AdvertisedPriority, taught", "weights"),
        new("no priority 0 is sent", HandOver, "Send(0, taught, source, now, actions);", ""),
        new("a hand-over releases at once", HandOver, "Arm(RouterTimer.HandOver, now + HandOverLimit, actions);", "actions.Add(new(RouterActionKind.ReleaseAddresses));"),
        new("a hand-over never releases", HandOver, "Arm(RouterTimer.HandOver, now + HandOverLimit, actions);", ""),
        new("a hand-over waits too short", HandOver, "(Settings.Version == 2 ? second : Duration.Min(second, Settings.AdvertisementInterval)) + HandOverSlack", "Duration.FromMilliseconds(second == HandOverSlack ? 2 : 1)"),
        new("the end of a hand-over releases nothing", Election, "actions.Add(new(RouterActionKind.ReleaseAddresses));", ""),
        new("a hand-over goes on when the heir is heard", Election, "if (HandsOver && advertisement.Priority != 0)", "if (HandsOver && advertisement.Priority == 255)"),
        new("a lowered master calls nobody", HandOver, "Send(MasterPriority, VirtualRouterSettings.ShortestInterval, Source, now, actions);", "", "weights"),
        new("a lowered master calls as the weaker one", HandOver, "Send(MasterPriority, VirtualRouterSettings", "Send(AdvertisedPriority, VirtualRouterSettings", "weights"),
        new("a switchover does not last", HandOver, "_steppedDown = true;", ""),
        new("after a switchover Master_Down_Timer does not run", HandOver, "ArmMasterDown(HandOverLimit, now, actions);", ""),
        new("a MASTER ignores a stronger one", Election, "if (order > 0)", "if (order > 255)") { Faults = 1 },
        new("a MASTER yields to a weaker one", Election, "if (order > 0)", "if (order < 0)"),
        new("equal priorities are not told apart", Election, "        order = order != 0 ? order : source.CompareTo(Source!.Value);\n", "", "equal"),
        new("the smaller address wins", Election, "source.CompareTo(Source!.Value)", "Source!.Value.CompareTo(source)", "equal"),
        new("the survivor does not announce again", Election, "        AnnounceSoon(now, actions);\n\n        // Losing", "        // Losing"),
        new("a frozen MASTER goes on", Election, "now - LastAdvertisement > MasterDownInterval;", "now - LastAdvertisement > 100 * MasterDownInterval;"),
        new("who slept yields without Master_Down_Timer", Election, "            now,\n            actions);\n        ArmMasterDown(now, actions);", "            now,\n            actions);"),
        new("a backup ignores priority 0", Election, "if (now + SkewTime < _timers[RouterTimer.MasterDown])", "if (now + SkewTime < now)"),
        new("an accepted advert does not restart Master_Down_Timer", Election, "        ArmMasterDown(now, actions);\n    }\n\n    private void ReceiveAsMaster", "    }\n\n    private void ReceiveAsMaster"),
        new("preemption is not asked for", Election, "(Settings.Preempt || IsOwner) && !_steppedDown", "!_steppedDown", "noPreempt"),
        new("nobody preempts", Election, "(Settings.Preempt || IsOwner) && !_steppedDown", "IsOwner && !_steppedDown"),
        new("an equal master is preempted", Election, "advertisement.Priority < EffectivePriority - Settings.Tolerance;", "advertisement.Priority <= EffectivePriority - Settings.Tolerance;", "equal"),
        new("the preempt delay is not waited for", Election, "Settings.PreemptDelay == Duration.Zero ||", "Settings.PreemptDelay >= Duration.Zero ||", "preemptDelay"),
        new("the preempt delay never ends", Election, "_preemptDelayIsOver = true;", "", "preemptDelay") { Faults = 1 },
        new("an advert is left out", Election, "(missed + 1)", "(missed + 2)"),
        new("a learned interval is forgotten", Election, "MasterAdverInterval = Duration.Min(advertisement.Interval, Settings.LearnedIntervalCap);", ""),
        new("tracking does not change the priority", Reload, "Math.Clamp(effective, (byte)1, (byte)254)", "EffectivePriority", "weights"),
        new("an owner's priority follows tracking", Reload, "Settings.IsOwner ? (byte)255 : Math.Clamp(effective", "Settings.IsOwner ? (byte)254 : Math.Clamp(effective", "owner"),
        new("a repeated advert is believed", Guard, "sender.Mark is ulong mark && !WallStamp.IsAfter(sequence, mark)", "sender.Mark is ulong mark && sequence == ~mark", Exploration.AttackedSetup),
        new("an advert that was kept back is believed", Guard, "settings.AntiReplay == AntiReplay.Time && WallStamp.IsAfter(oldest, sequence)", "settings.AntiReplay != AntiReplay.Time && WallStamp.IsAfter(oldest, sequence)", Exploration.AttackedSetup),
        new("a sender unknown is believed whatever it says", Guard, "settings.AntiReplay == AntiReplay.Time && WallStamp.IsAfter(oldest, sequence)", "settings.AntiReplay == AntiReplay.Time && sender.Mark is not null && WallStamp.IsAfter(oldest, sequence)", Exploration.AttackedSetup),
    ];
}
