using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>
/// No agent at all: a loop that sleeps until an absolute time and sends a frame made before. What it does worse than its timetable, the
/// machine does. For the jitter benchmark only: it binds nothing and answers nothing.
/// </summary>
internal sealed class FloorContender(string name, bool realtime) : Contender(name)
{
    public override LabProcess Start(Scene scene, LabNode node, IReadOnlyList<string> through)
    {
        // The virtual address is there all the time, so that the scene sees a master.
        node.RunToEnd("ip", "address", "replace", scene.Plan.Vip.ToString(), "dev", RouterPlan.Interface);
        string[] arguments =
        [
            typeof(FloorContender).Assembly.Location, FloorSender.Verb, Scene.AddressOf(node).ToString(), scene.Plan.Vip.Address.ToString(),
            Durations.Text(scene.Plan.Interval), realtime ? "rt" : "other",
        ];
        return Run(node, through, Environment.ProcessPath!, arguments);
    }
}
