using HotStandby.Agent.Configuration;
using HotStandby.Agent.Configuration.Json;
using HotStandby.Agent.Configuration.Shapes;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>A scenario as it was read.</summary>
/// <param name="Faults">In order of time.</param>
/// <param name="Drift">Parts per million for each node of the file.</param>
/// <param name="Length">Null: until the last fault has ended and everything has settled.</param>
internal sealed record Scenario(IReadOnlyList<Fault> Faults, IReadOnlyList<int> Drift, Duration? Length);

/// <summary>Reads a scenario file as strictly as plugins.json is read.</summary>
internal static class ScenarioReader
{
    /// <param name="path">For the diagnostics.</param>
    /// <param name="text">UTF-8.</param>
    /// <param name="file">Whose nodes the scenario names.</param>
    /// <returns>No scenario when there is an error.</returns>
    public static (Scenario? Scenario, IReadOnlyList<Diagnostic> Diagnostics) Read(string path, ReadOnlyMemory<byte> text, HotStandbyConfig file)
    {
        Findings findings = new(path);
        if (TreeReader.Read(text, findings) is not Node root)
        {
            return (null, findings.InOrder());
        }

        ScenarioKeys.Shape.Check(root, "", findings);
        if (findings.HasErrors)
        {
            return (null, findings.InOrder());
        }

        string[] names = [.. file.Nodes.Select(node => node.Name)];
        int[] drift = new int[names.Length];
        foreach (NodeMember node in root.Find(ScenarioKeys.Nodes.Name)?.Value.Members ?? [])
        {
            if (Index(node.Key, node.At, names, findings) is int index)
            {
                drift[index] = (int)ScenarioKeys.PartsPerMillion.Of(node.Value)!.Value;
            }
        }

        List<Fault> faults = [];
        List<Node> written = root.Find(ScenarioKeys.Faults.Name)!.Value.Items;
        for (int i = 0; i < written.Count; i++)
        {
            if (ReadFault(written[i], KeyPath.Item("faults", i), names, file, findings) is Fault fault)
            {
                faults.Add(fault);
            }
        }

        Duration? length = ScenarioKeys.Run.Of(root) is { } run ? Duration.From(run.Value) : null;
        return (findings.HasErrors ? null : new([.. faults.OrderBy(fault => fault.At)], drift, length), findings.InOrder());
    }

    private static Fault? ReadFault(Node node, string path, string[] names, HotStandbyConfig file, Findings findings)
    {
        FaultKind kind = ScenarioKeys.Kind.Of(node)!.Value;
        Fault fault = new(
            Duration.From(ScenarioKeys.At.Of(node)!.Value),
            kind,
            0,
            ScenarioKeys.Length.Of(node) is { } length ? Duration.From(length.Value) : null)
        {
            Percent = (int)ScenarioKeys.Percent.Of(node)!.Value,
            Delay = Duration.From(ScenarioKeys.Delay.Of(node)!.Value),
            Priority = (byte?)ScenarioKeys.Priority.Of(node)?.Value,
            Interface = ScenarioKeys.Interface.Of(node)?.Value,
        };
        Refuse(node, ScenarioKeys.Node, fault.IsOfLan, path, kind, findings);
        Refuse(node, ScenarioKeys.Interface, !FaultWords.OfInterface.Contains(kind), path, kind, findings);
        Refuse(node, ScenarioKeys.Length, fault.IsMoment, path, kind, findings);
        Refuse(node, ScenarioKeys.Percent, !fault.IsOfLan || kind == FaultKind.Delay, path, kind, findings);
        Refuse(node, ScenarioKeys.Delay, kind != FaultKind.Delay, path, kind, findings);
        Refuse(node, ScenarioKeys.Priority, kind != FaultKind.Reload, path, kind, findings);
        if (fault.IsOfLan)
        {
            return fault;
        }

        string[] devices = [.. file.VirtualRouters.SelectMany(router => router.AllInterfaces()).Distinct()];
        if (ScenarioKeys.Interface.Of(node) is { } device && !devices.Contains(device.Value))
        {
            string near = Nearest.To(device.Value, devices) is string guess ? $"; did you mean \"{guess}\"?" : $"; expected {Wording.OneOf(devices)}";
            findings.Error(device.At, DiagnosticCodes.UnknownReference, $"{path}.interface: no virtual router uses {Wording.Quote(device.Value)}{near}");
            return null;
        }

        if (ScenarioKeys.Node.Of(node) is not { } name)
        {
            findings.Error(node.At, DiagnosticCodes.MissingKey, $"{path} has no \"node\"; expected {Wording.OneOf(names)}");
            return null;
        }

        return Index(name.Value, name.At, names, findings) is int index ? fault with { Node = index } : null;
    }

    private static void Refuse(Node node, Member member, bool refused, string path, FaultKind kind, Findings findings)
    {
        if (refused && node.Find(member.Name) is NodeMember written)
        {
            findings.Error(written.At, DiagnosticCodes.UnknownKey, $"{path} is a \"{FaultWords.Of(kind)}\", which has no \"{member.Name}\"", "Leave it out.");
        }
    }

    private static int? Index(string name, Position at, string[] names, Findings findings)
    {
        int index = Array.IndexOf(names, name);
        if (index >= 0)
        {
            return index;
        }

        string guess = Nearest.To(name, names) is string near ? $"; did you mean \"{near}\"?" : $"; expected {Wording.OneOf(names)}";
        findings.Error(at, DiagnosticCodes.UnknownReference, $"no node is named {Wording.Quote(name)}{guess}");
        return null;
    }
}
