using System.Globalization;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Configuration;

/// <summary>Something that is up or down and that a virtual router tracks. Two that say the same are equal, except expressions.</summary>
/// <param name="Name">Short, for status: a check's id, else kind and name.</param>
public abstract record Tracked(string Name)
{
    /// <summary>For sentences.</summary>
    public virtual string Title => Name;

    /// <summary>Name and every setting, for the comparison of two files.</summary>
    public virtual string Text => Name;

    /// <summary>Ids of the checks in it.</summary>
    public virtual IEnumerable<string> Checks => [];

    /// <summary>The interfaces, files and processes in it.</summary>
    public virtual IEnumerable<Tracked> Sources => [this];

    protected static string Delays(Duration up, Duration down) => $" upDelay {up} downDelay {down}";
}

/// <summary>A plugin's check.</summary>
public sealed record TrackedCheck(string Id) : Tracked(Id)
{
    public override string Title => $"check {Id}";

    public override IEnumerable<string> Checks => [Id];

    public override IEnumerable<Tracked> Sources => [];
}

/// <summary>An interface beside the virtual router's own: up while it exists, is set up, has a carrier and, if that is asked for, an address.</summary>
/// <param name="Interface">Its name.</param>
/// <param name="NeedsAddress">Whether it also needs an address of its own, not link-local and not virtual.</param>
/// <param name="UpDelay">How long it must be up before that counts.</param>
/// <param name="DownDelay">How long it must be down before that counts.</param>
public sealed record TrackedInterface(string Interface, bool NeedsAddress, Duration UpDelay, Duration DownDelay) : Tracked($"interface {Interface}")
{
    public override string Text => Name + Delays(UpDelay, DownDelay) + (NeedsAddress ? " needsAddress" : "");
}

/// <summary>A file with a number in it: up while the number is 0.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Missing">The number a missing file stands for; null: a missing file is a failure.</param>
public sealed record TrackedFile(string Path, int? Missing) : Tracked($"file {Path}")
{
    /// <summary>What a file that can't be read counts as in the priority: as much as any weight can take.</summary>
    public const int Failed = -253;

    public override string Text => Missing is int number ? string.Create(CultureInfo.InvariantCulture, $"{Name} missing {number}") : Name;
}

/// <summary>Processes of one name: up while enough of them live. Zombies do not count.</summary>
/// <param name="Process">As in /proc/PID/comm; longer than 15 characters: the last part of the command's path.</param>
/// <param name="Quorum">How many are enough, at least 1.</param>
/// <param name="UpDelay">How long there must be enough before that counts.</param>
/// <param name="DownDelay">How long there must be too few before that counts.</param>
public sealed record TrackedProcess(string Process, int Quorum, Duration UpDelay, Duration DownDelay) : Tracked($"process {Process}")
{
    public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Name} quorum {Quorum}") + Delays(UpDelay, DownDelay);
}

/// <summary>A boolean expression: up while any, or all, of its operands are.</summary>
/// <param name="All">Whether all must be up; else one is enough.</param>
/// <param name="Operands">At least one.</param>
public sealed record TrackedExpression(bool All, IReadOnlyList<Tracked> Operands)
    : Tracked($"{(All ? "allOf" : "anyOf")}({string.Join(", ", Operands.Select(one => one.Name))})")
{
    public override string Text => $"{(All ? "allOf" : "anyOf")}({string.Join(", ", Operands.Select(one => one.Text))})";

    public override IEnumerable<string> Checks => Operands.SelectMany(one => one.Checks);

    public override IEnumerable<Tracked> Sources => Operands.SelectMany(one => one.Sources);
}
