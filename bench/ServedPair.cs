using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Bench;

/// <summary>A scene with a service on both nodes, A as the settled master, and a client that is answered by it.</summary>
internal sealed class ServedPair : IDisposable
{
    /// <summary>Longer than any step of a round may take beyond the protocol's own times.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    /// <summary>After this an agent's second volley of announcements (keepalived: 5 s after it became master) is over.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(6);

    private readonly List<LabService> _services = [];
    private ClientProber? _prober;
    private LabProcess? _agentA;

    private ServedPair(Scene scene) => Scene = scene;

    public Scene Scene { get; }

    public ClientProber Prober => _prober!;

    public LabProcess AgentA => _agentA!;

    /// <summary>Builds it and waits until A answers and has settled; a phase by chance between two adverts comes on top.</summary>
    /// <exception cref="LabException">It did not get there; nothing is left of it.</exception>
    public static ServedPair Create(Contender agent, Duration interval, bool tracked, CancellationToken cancellationToken)
    {
        var pair = new ServedPair(Scene.Create(interval, 200, cancellationToken, tracked));
        try
        {
            pair.Build(agent, cancellationToken);
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    /// <summary>Waits until this node answers the client.</summary>
    public void WaitForAnswerOf(LabNode node) =>
        Scene.WaitUntil(() => Prober.LastAnswer()?.Responder == node.Name, $"{node.Name} to answer the client", Bound);

    public void Dispose()
    {
        _prober?.Dispose();
        _services.ForEach(service => service.Dispose());
        Scene.Dispose();
    }

    private void Build(Contender agent, CancellationToken cancellationToken)
    {
        var service = new LabServiceSpec("nginx", [], 80, "/", NginxService.DefaultPidFile);
        foreach (LabNode node in Scene.Network.Nodes)
        {
            LabService one = service.On(node);
            _services.Add(one);
            one.Start();
            one.WaitUntilItAnswers(Bound, cancellationToken);
        }

        if (Scene.Plan.Tracked)
        {
            foreach (LabNode node in Scene.Network.Nodes)
            {
                TrackedThing.Make(node);
            }
        }

        MonotonicTime start = LabClock.Now;
        _agentA = Scene.Start(agent, Scene.A);
        Scene.Start(agent, Scene.B);
        Scene.WaitForMaster(Scene.A, start);
        _prober = new ClientProber(
            Scene.Network.Client.NamespaceName, new ProbeTarget(Scene.Plan.Vip.Address, service.Port), [Scene.A.Name, Scene.B.Name]);
        _prober.Start();
        WaitForAnswerOf(Scene.A);
        Scene.Pass(Settling + (Random.Shared.NextDouble() * Scene.Plan.Interval.ToTimeSpan()));
    }
}
