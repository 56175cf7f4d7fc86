using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>The machine's keepalived with its defaults, but for what the name says.</summary>
internal sealed class KeepalivedContender(string name, params IReadOnlyList<string> globalLines) : Contender(name)
{
    public override LabProcess Start(Scene scene, LabNode node, IReadOnlyList<string> through)
    {
        RouterPlan plan = scene.Plan;
        byte priority = plan.Priorities[node == scene.A ? 0 : 1];
        KeepalivedInstance[] instances =
        [
            .. Enumerable.Range(0, plan.Routers).Select(router => new KeepalivedInstance(
                RouterPlan.NameOf(router), RouterPlan.VridOf(router), RouterPlan.Interface, priority, [plan.VipOf(router)], RouterPlan.Version, plan.Interval,
                Scripts: plan.Tracked ? [new KeepalivedScript("healthy", $"/usr/bin/test -e {TrackedThing.FileOf(node)}")] : null)),
        ];
        return Keepalived.Start(node, instances, globalLines, through).Process;
    }
}
