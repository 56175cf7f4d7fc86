using HotStandby.Abstractions;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Explorer;

/// <summary>What a step does.</summary>
internal sealed partial class World
{
    public void Take(Step step)
    {
        if (step.Kind is not (StepKind.Deliver or StepKind.Expire or StepKind.Advance))
        {
            _faultsLeft -= step.IsFault ? 1 : 0;
            BeginChange(step);
        }

        WorldNode node = Nodes[step.Node];
        switch (step.Kind)
        {
            case StepKind.Deliver:
                Message message = Remove(step.Node, step.To);
                Hear(Nodes[step.To], step.Node, message);
                break;
            case StepKind.Expire:
                node.Router.Expire(Now, _actions);
                CarryOut(node);
                break;
            case StepKind.Advance:
                Advance();
                break;
            case StepKind.Lose:
                Remove(step.Node, step.To);
                break;
            case StepKind.Freeze:
                node.IsFrozen = true;
                LeaveOver(node);
                break;
            case StepKind.Thaw:
                Thaw(node);
                break;
            case StepKind.Crash:
                EndAgent(node);
                break;
            case StepKind.Restart:
                StartAgent(node);
                break;
            case StepKind.Partition:
                Cut(node.Index);
                break;
            case StepKind.Heal:
                _cut = -1;
                break;
            case StepKind.CheckFails or StepKind.CheckIsWell:
                node.CheckFailed = step.Kind == StepKind.CheckFails;
                Evaluate(node);
                break;
            case StepKind.Stop:
                node.IsStopping = true;
                node.Router.Stop("Told to stop.", Now, _actions);
                CarryOut(node);
                break;
            case StepKind.StepDown:
                node.Router.StepDown("Switchover.", Now, _actions);
                CarryOut(node);
                if (!node.Router.SteppedDown)
                {
                    Break("P3", $"n{node.Index} was told to step down and does not keep to it");
                }

                break;
            default:
                node.Router.Resume();
                break;
        }

        EndIfStopped(node);
        EndIfStopped(Nodes[step.To]);
        Judge();
    }

    private void StartAgent(WorldNode node)
    {
        node.NewAgent(_setup);
        node.HasAgent = true;
        node.IsStopping = false;
        node.Wanted = false;
        node.Reported = RouterState.Initialize;
        node.LastSent = Now;
        node.LastHeard = Now;
        node.HeardInterval = ExplorationSetup.Interval;
        node.Router.Start(Now, _actions);
        node.Router.SetSource(ExplorationSetup.Source(node.Index), Now, _actions);
        CarryOut(node);
        Evaluate(node);
    }

    /// <summary>Tracking: the effective priority and whether it can serve.</summary>
    private void Evaluate(WorldNode node)
    {
        node.Router.SetPriority((byte)node.Priority(_setup), Now, _actions);
        bool fault = node.CheckFailed && _setup.Weakened is null;
        node.Router.SetReadiness(fault ? Readiness.Fault : Readiness.Ready, fault ? "The check failed." : "All is well.", Now, _actions);
        CarryOut(node);
    }

    private void EndAgent(WorldNode node)
    {
        node.HasAgent = false;
        node.IsFrozen = false;
        node.IsStopping = false;
        node.Wanted = false;
        LeaveOver(node);
        for (int from = 0; from < Nodes.Length; from++)
        {
            _counts[(from * Nodes.Length) + node.Index] = 0;
        }
    }

    private void EndIfStopped(WorldNode node)
    {
        if (node.IsStopping && node.HasAgent && !node.Wanted)
        {
            EndAgent(node);
        }
    }

    /// <summary>What waited is received first, then the timers; then the addresses the kernel took off are put back if they are still wanted.</summary>
    private void Thaw(WorldNode node)
    {
        node.IsFrozen = false;
        bool slept = node.IsMaster && Now - node.LastSent > _setup.LongestDown;
        node.LastSent = Now;
        for (int from = 0; from < Nodes.Length; from++)
        {
            while (_counts[(from * Nodes.Length) + node.Index] > 0)
            {
                Hear(node, from, Remove(from, node.Index));
            }
        }

        node.Router.Expire(Now, _actions);
        CarryOut(node);
        if (slept && node.IsMaster)
        {
            Break("S1", $"n{node.Index} slept for longer than its peers wait and is MASTER still");
        }

        node.LeftoverUntil = node.Wanted ? MonotonicTime.Never : node.LeftoverUntil;
        if (node.Wanted && !node.Holds)
        {
            node.Holds = true;
            _announcer = node.Index;
        }
    }

    /// <summary>From now on nobody renews the addresses; what was left over already ends when it would have.</summary>
    private void LeaveOver(WorldNode node) =>
        node.LeftoverUntil = node.Holds ? MonotonicTime.Min(node.LeftoverUntil, Now + Lease) : MonotonicTime.Never;

    private void Cut(int node)
    {
        _cut = node;
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] = i / Nodes.Length == node || i % Nodes.Length == node ? 0 : _counts[i];
        }
    }

    private void Advance()
    {
        Now = NextMoment();
        foreach (WorldNode node in Nodes)
        {
            node.SentNow = 0;
            if (node.LeftoverUntil <= Now)
            {
                node.Holds = false;
                node.LeftoverUntil = MonotonicTime.Never;
            }
        }
    }

    private void Hear(WorldNode node, int from, in Message message)
    {
        if (node.Runs)
        {
            Advertisement advertisement = new(_setup.Version, 51, message.Priority, message.Interval, 1);
            node.Router.Receive(advertisement, ExplorationSetup.Source(from), Now, _actions);
            CarryOut(node);
            if (message.Priority != 0)
            {
                node.LastHeard = Now;
                node.HeardInterval = message.Interval;
            }
        }
    }

    private void CarryOut(WorldNode node)
    {
        JudgeActions(node);
        for (int i = 0; i < _actions.Count; i++)
        {
            RouterAction action = _actions[i];
            switch (action.Kind)
            {
                case RouterActionKind.SendAdvertisement:
                    Send(node, action);
                    break;
                case RouterActionKind.BindAddresses:
                    node.Wanted = true;
                    node.Holds = true;
                    node.LeftoverUntil = MonotonicTime.Never;
                    break;
                case RouterActionKind.ReleaseAddresses:
                    node.Wanted = false;
                    node.Holds = false;
                    node.LeftoverUntil = MonotonicTime.Never;
                    break;
                case RouterActionKind.Announce:
                    _announcer = node.Holds && _cut != node.Index ? node.Index : _announcer;
                    break;
                case RouterActionKind.Transition:
                    Transitioned(node, action);
                    break;
                default:
                    break;
            }
        }

        _actions.Clear();
    }

    private void Send(WorldNode from, in RouterAction action)
    {
        from.LastSent = Now;
        from.LastPriority = action.Priority == 0 ? from.LastPriority : action.Priority;
        from.SentNow++;
        foreach (WorldNode to in Nodes)
        {
            if (to == from || !to.HasAgent || _cut == from.Index || _cut == to.Index)
            {
                continue;
            }

            int lane = (from.Index * Nodes.Length) + to.Index;
            if (_counts[lane] == MostMessages && !to.IsFrozen)
            {
                Overflowed = true;
                continue;
            }

            // For a frozen node the first and the last of what waits are kept.
            int place = Math.Min(_counts[lane], MostMessages - 1);
            _messages[(lane * MostMessages) + place] = new(action.Priority, action.Interval, Now);
            _counts[lane] = place + 1;
        }
    }

    private Message Remove(int from, int to)
    {
        int lane = (from * Nodes.Length) + to;
        Span<Message> messages = _messages.AsSpan(lane * MostMessages, MostMessages);
        Message first = messages[0];
        messages[1..].CopyTo(messages);
        _counts[lane]--;
        return first;
    }
}
