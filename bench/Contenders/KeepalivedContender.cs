using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>The machine's keepalived with its defaults, but for what the name says.</summary>
internal sealed class KeepalivedContender(string name, params IReadOnlyList<string> globalLines) : Contender(name)
{
    public override LabProcess Start(Scene scene, LabNode node, IReadOnlyList<string> through)
    {
        RouterPlan plan = scene.Plan;
        byte priority = plan.Priorities[node == scene.A ? 0 : 1];
        var instance = new KeepalivedInstance(
            RouterPlan.Name, RouterPlan.Vrid, RouterPlan.Interface, priority, [plan.Vip], RouterPlan.Version, plan.Interval,
            Scripts: plan.Tracked ? [new KeepalivedScript("healthy", $"/usr/bin/test -e {TrackedThing.FileOf(node)}")] : null);
        return Keepalived.Start(node, [instance], globalLines, through).Process;
    }
}
