using HotStandby.Agent.Lab;

namespace HotStandby.Bench;

/// <summary>One agent on node A and another one on node B.</summary>
internal sealed class PairContender(Contender onA, Contender onB) : Contender($"{onA.Name}+{onB.Name}")
{
    public IReadOnlyList<Contender> Members => [onA, onB];

    public override bool CanSwitchOver => onA.CanSwitchOver;

    public override LabProcess Start(Scene scene, LabNode node, IReadOnlyList<string> through) =>
        (node == scene.A ? onA : onB).Start(scene, node, through);
}
