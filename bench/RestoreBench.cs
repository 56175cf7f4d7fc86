using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>Somebody takes the virtual address off the master: how long until the kernel has it again and the wire knows?</summary>
internal sealed class RestoreBench(int rounds, IReadOnlyList<Contender> contenders)
{
    private static readonly Duration Interval = Duration.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(8);

    public void Run(Rounds runner, Report report, CancellationToken cancellationToken)
    {
        var results = new Dictionary<Contender, List<Measured<Sample>>>();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (Contender agent in contenders)
            {
                List<Measured<Sample>> row = results.GetOrAdd(agent);
                if (runner.Try($"restore round {round} of {rounds}: {agent.Name}", () => Measure(agent, cancellationToken)) is Measured<Sample> sample)
                {
                    row.Add(sample);
                }
            }
        }

        foreach ((Contender agent, List<Measured<Sample>> row) in results)
        {
            report.Add(
            [
                new Figure("agent", "agent", agent.Name),
                CommonFigures.Count(row),
                CommonFigures.Of("boundMs", "ip address del → in the kernel ms", row, sample => sample.BoundMs),
                CommonFigures.Of("announcedMs", "→ announced ms", row, sample => sample.AnnouncedMs),
                CommonFigures.Of("changes", "changes of role", row, sample => sample.Changes),
                .. CommonFigures.Machine(row),
            ]);
        }
    }

    private static Sample Measure(Contender agent, CancellationToken cancellationToken)
    {
        using Scene scene = Scene.Create(Interval, 200, cancellationToken);
        MonotonicTime start = LabClock.Now;
        scene.Start(agent, scene.A);
        scene.Start(agent, scene.B);
        WireEvent own = scene.WaitForMaster(scene.A, start);
        scene.Pass(ServedPair.Settling + (Random.Shared.NextDouble() * Interval.ToTimeSpan()));

        MonotonicTime fault = LabClock.Now;
        SystemCommand.Run(
            "ip", "-n", scene.A.NamespaceName, "address", "del", scene.Plan.Vip.ToString(), "dev", RouterPlan.Interface);
        double? boundMs = null;
        while (LabClock.Now - fault < Duration.From(Window))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (scene.Network.AddressesOf(scene.A).Contains(scene.Plan.Vip.Address))
            {
                boundMs = (LabClock.Now - fault).Milliseconds;
                break;
            }

            Thread.Sleep(1);
        }

        scene.Pass(TimeSpan.FromSeconds(5));
        IReadOnlyList<WireEvent> after = scene.Tap.Since(fault);
        WireEvent[] announced =
        [
            .. after.Where(wireEvent =>
                wireEvent.IsAnnouncement && wireEvent.SourceMac.Equals(own.SourceMac) && wireEvent.Target == scene.Plan.Vip.Address),
        ];
        return new Sample(boundMs, announced.Length == 0 ? null : (announced[0].At - fault).Milliseconds, Changes(scene, after));
    }

    /// <summary>A change of role shows on the wire as a farewell, or as an advert of another node than the one before.</summary>
    private static int Changes(Scene scene, IReadOnlyList<WireEvent> after)
    {
        int changes = 0;
        Address master = Scene.AddressOf(scene.A);
        foreach (WireEvent advert in after.Where(wireEvent => wireEvent.IsAdvertisement))
        {
            changes += advert.Priority == 0 || advert.Source != master ? 1 : 0;
            master = advert.Source;
        }

        return changes;
    }

    /// <param name="BoundMs">Null: it did not come back.</param>
    /// <param name="AnnouncedMs">Null: it was not announced.</param>
    private sealed record Sample(double? BoundMs, double? AnnouncedMs, double Changes);
}
