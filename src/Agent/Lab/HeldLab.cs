using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Status;

namespace HotStandby.Agent.Lab;

/// <summary>
/// A lab for another program's tests (<c>hotstandby lab --hold</c>): its nodes run, nothing is broken, one line of JSON says where everything
/// is, and lines on standard input have it do what only the owner of the processes and of the switch can do: <c>startAgent</c>,
/// <c>stopAgent</c>, <c>killAgent</c>, <c>pauseAgent</c>, <c>resumeAgent</c>, <c>cutLink</c>, <c>healLink</c>, <c>ask</c>. It ends with its
/// input, so that a test process that is killed leaves nothing behind.
/// </summary>
internal sealed class HeldLab
{
    private readonly HotStandbyConfig _config;
    private readonly LabCluster _cluster;
    private readonly TextWriter _output;
    private readonly TimeSpan _bound;

    private HeldLab(HotStandbyConfig config, LabCluster cluster, TextWriter output)
    {
        _config = config;
        _cluster = cluster;
        _output = output;
        _bound = LabOptions.BoundFor(config);
    }

    /// <summary>Builds the lab, serves it and removes it.</summary>
    /// <param name="config">The file as the agents read it.</param>
    /// <param name="input">Its end is the lab's.</param>
    /// <param name="output">Gets one line for the lab and one for each line of the input.</param>
    /// <param name="agentOn">Makes the agent of a node, not started.</param>
    /// <param name="cancellationToken">An interrupt.</param>
    /// <exception cref="LabException">The lab can't be built or removed, or an agent does not come up.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted; the lab is removed.</exception>
    public static async Task RunAsync(
        HotStandbyConfig config, TextReader input, TextWriter output, Func<LabNode, ILabAgent> agentOn, CancellationToken cancellationToken)
    {
        // Never disposed: the reader's thread may outlive this method and would find it gone.
        CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ChannelReader<string> requests = Read(input, ended);
        try
        {
            using var cluster = new LabCluster(config, agentOn);
            await new HeldLab(config, cluster, output).ServeAsync(requests, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The input ended: what is done for it has no reader any more.
        }
    }

    /// <summary>Reads on a thread of its own: a read of standard input can't be cancelled, and its end must be seen while the lab is built, too.</summary>
    private static ChannelReader<string> Read(TextReader input, CancellationTokenSource ended)
    {
        var lines = Channel.CreateUnbounded<string>();
        var thread = new Thread(() =>
        {
            try
            {
                while (input.ReadLine() is string line)
                {
                    lines.Writer.TryWrite(line);
                }
            }
            catch (IOException)
            {
                // A broken input is an ended one.
            }

            ended.Cancel();
        })
        {
            IsBackground = true,
            Name = "requests",
        };
        thread.Start();
        return lines.Reader;
    }

    private async Task ServeAsync(ChannelReader<string> requests, CancellationToken cancellationToken)
    {
        _cluster.StartServices(cancellationToken);
        await StartAgentsAsync(cancellationToken).ConfigureAwait(false);
        Say(JsonSerializer.Serialize(Describe(), HeldLabJson.Default.HeldLabDescription));
        await foreach (string line in requests.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            HeldLabAnswer answer = await AnswerAsync(line, cancellationToken).ConfigureAwait(false);
            Say(JsonSerializer.Serialize(answer, HeldLabJson.Default.HeldLabAnswer));
        }
    }

    private void Say(string line)
    {
        _output.Write(line + "\n");
        _output.Flush();
    }

    private HeldLabDescription Describe() => new(
        HeldLabDescription.CurrentSchema,
        _cluster.Network.Id,
        _cluster.Network.Directory,
        _bound.TotalSeconds,
        _cluster.Network.Client.NamespaceName,
        [.. _cluster.Machines.Select(machine => new HeldNode(
            machine.Name,
            machine.Config.Address.ToString(),
            machine.Node.NamespaceName,
            machine.Node.HolderPid,
            machine.Node.PathInside(""),
            machine.Node.ControlSocketPath,
            AgentProcess.LogFileOn(machine.Node)))],
        [.. _config.VirtualRouters.Select(router => new HeldRouter(
            router.Name,
            [.. router.AllAddresses().Select(address => address.ToString())],
            _cluster.TargetOf(router).ToString()))]);

    private async Task StartAgentsAsync(CancellationToken cancellationToken)
    {
        List<LabMachine> rest = [.. _cluster.Machines];
        if (_config.VirtualRouters.Any(router => !router.Preempt || router.Sticky))
        {
            // There the first one up stays the master: so the strongest goes first, or the outcome would be a race.
            LabMachine first = rest.MaxBy(machine => _config.VirtualRouters[0].PriorityOn(machine.Config))!;
            rest.Remove(first);
            await StartAsync([first], cancellationToken).ConfigureAwait(false);

            // That it is neither within the bound, because a check waits for something, is for the test to judge.
            _ = await HoldsWithinBoundAsync(
                async () => await first.Agent.ReadStatusAsync(cancellationToken).ConfigureAwait(false) is StatusReport report
                    && report.VirtualRouters.All(router => router.State is "MASTER" or "FAULT"),
                cancellationToken).ConfigureAwait(false);
        }

        await StartAsync(rest, cancellationToken).ConfigureAwait(false);
    }

    private async Task StartAsync(IReadOnlyList<LabMachine> machines, CancellationToken cancellationToken)
    {
        foreach (LabMachine machine in machines)
        {
            machine.Agent.Start();
        }

        foreach (LabMachine machine in machines)
        {
            await WaitUntilItAnswersAsync(machine, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitUntilItAnswersAsync(LabMachine machine, CancellationToken cancellationToken)
    {
        bool answers = false;
        await HoldsWithinBoundAsync(
            async () => !machine.Agent.IsRunning || (answers = await machine.Agent.ReadStatusAsync(cancellationToken).ConfigureAwait(false) is not null),
            cancellationToken).ConfigureAwait(false);
        if (!answers)
        {
            string how = machine.Agent.IsRunning ? $"does not answer within {_bound.TotalSeconds:0} s" : "ended at once";
            throw new LabException($"The agent on {machine.Name} {how}:\n{LabLog.Tail(machine.Agent.Words)}");
        }
    }

    private async Task<bool> HoldsWithinBoundAsync(Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        while (!await holds().ConfigureAwait(false))
        {
            if (Stopwatch.GetElapsedTime(begin) > _bound)
            {
                return false;
            }

            await Task.Delay(LabOptions.LookInterval, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<HeldLabAnswer> AnswerAsync(string line, CancellationToken cancellationToken)
    {
        try
        {
            HeldLabRequest request = JsonSerializer.Deserialize(line, HeldLabJson.Default.HeldLabRequest)
                ?? throw new LabException("A request is a JSON object, not null.");
            if (request.Verb == "ask")
            {
                return new HeldLabAnswer(true, Answer: Ask(RouterOf(request)));
            }

            await DoAsync(request.Verb, MachineOf(request), cancellationToken).ConfigureAwait(false);
            return new HeldLabAnswer(true);
        }
        catch (JsonException exception)
        {
            return new HeldLabAnswer(false, $"A request is one JSON object with 'verb' on a line: {exception.Message}");
        }
        catch (LabException exception)
        {
            return new HeldLabAnswer(false, exception.Message);
        }
    }

    private async Task DoAsync(string? verb, LabMachine machine, CancellationToken cancellationToken)
    {
        switch (verb)
        {
            case "startAgent":
                if (machine.Agent.IsRunning)
                {
                    throw new LabException($"The agent on {machine.Name} is running already.");
                }

                await StartAsync([machine], cancellationToken).ConfigureAwait(false);
                break;
            case "stopAgent":
                RequireRunning(machine);
                if (machine.IsFrozen)
                {
                    throw new LabException($"The agent on {machine.Name} is paused and can't leave by itself: resume or kill it.");
                }

                machine.Agent.Kill(LinuxSignal.Terminate);
                await WaitUntilItEndedAsync(machine, cancellationToken).ConfigureAwait(false);
                break;
            case "killAgent":
                RequireRunning(machine);
                machine.Agent.Kill(LinuxSignal.Kill);

                // Who reaps it was stopped with it.
                machine.Agent.Kill(LinuxSignal.Continue);
                await WaitUntilItEndedAsync(machine, cancellationToken).ConfigureAwait(false);
                break;
            case "pauseAgent":
                RequireRunning(machine);
                machine.IsFrozen = true;
                machine.Agent.Kill(LinuxSignal.Stop);
                break;
            case "resumeAgent":
                RequireRunning(machine);
                machine.IsFrozen = false;
                machine.Agent.Kill(LinuxSignal.Continue);
                break;
            case "cutLink":
                _cluster.Network.CutLink(machine.Node);
                break;
            case "healLink":
                _cluster.Network.HealLink(machine.Node);
                break;
            default:
                throw new LabException(
                    $"'{verb}' is no verb of a held lab: startAgent, stopAgent, killAgent, pauseAgent, resumeAgent, cutLink, healLink or ask.");
        }
    }

    private async Task WaitUntilItEndedAsync(LabMachine machine, CancellationToken cancellationToken)
    {
        if (!await HoldsWithinBoundAsync(() => Task.FromResult(!machine.Agent.IsRunning), cancellationToken).ConfigureAwait(false))
        {
            throw new LabException($"The agent on {machine.Name} still runs after {_bound.TotalSeconds:0} s:\n{LabLog.Tail(machine.Agent.Words)}");
        }

        machine.IsFrozen = false;
    }

    private static void RequireRunning(LabMachine machine)
    {
        if (!machine.Agent.IsRunning)
        {
            throw new LabException($"The agent on {machine.Name} is not running.");
        }
    }

    private string? Ask(VirtualRouterConfig router) =>
        ServiceQuestion.Ask(_cluster.Network.Client.NamespaceName, _cluster.TargetOf(router));

    private LabMachine MachineOf(HeldLabRequest request) =>
        _cluster.Machines.FirstOrDefault(machine => machine.Name == request.Node)
        ?? throw new LabException($"The lab has no node '{request.Node}': {string.Join(", ", _cluster.Machines.Select(machine => machine.Name))}.");

    private VirtualRouterConfig RouterOf(HeldLabRequest request) =>
        _config.VirtualRouters.FirstOrDefault(router => router.Name == request.Router)
        ?? throw new LabException(
            $"The lab has no virtual router '{request.Router}': {string.Join(", ", _config.VirtualRouters.Select(router => router.Name))}.");
}
