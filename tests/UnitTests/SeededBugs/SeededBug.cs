namespace HotStandby.UnitTests.SeededBugs;

/// <summary>One deliberate mistake in a copy of the protocol core.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="File">Of <c>src/Agent/Vrrp</c>.</param>
/// <param name="Right">Text that is in the file exactly once.</param>
/// <param name="Wrong">What stands there instead.</param>
/// <param name="Setup">The exploration that catches it.</param>
internal sealed record SeededBug(string Name, string File, string Right, string Wrong, string Setup = "pair")
{
    /// <summary>How many faults the exploration may do: with one it gets deeper.</summary>
    public int Faults { get; init; } = 2;
}
