using System.Globalization;

namespace HotStandby.Bench;

/// <summary>What the rounds of one row gave: shown as "median [min..max]".</summary>
internal sealed record Summary(IReadOnlyList<double> Values)
{
    public double Median
    {
        get
        {
            double[] sorted = [.. Values.Order()];
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>Null without a value.</summary>
    public static Summary? Of(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        return known.Length == 0 ? null : new Summary(known);
    }

    /// <summary>The value below which the given share (0..1) of the sorted values lies, by nearest rank.</summary>
    public static double Percentile(IReadOnlyList<double> sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];

    public override string ToString() =>
        Values.Count == 1 ? Text(Values[0]) : $"{Text(Median)} [{Text(Values.Min())}..{Text(Values.Max())}]";

    /// <summary>Three digits below 10, two below 100, one below 10,000, then none: what these measurements can bear.</summary>
    private static string Text(double value) => value.ToString(
        Math.Abs(value) switch
        {
            < 10 => "0.###",
            < 100 => "0.##",
            < 10_000 => "0.#",
            _ => "0",
        },
        CultureInfo.InvariantCulture);
}
