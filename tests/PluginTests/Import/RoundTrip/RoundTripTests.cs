using System.Text;
using System.Text.RegularExpressions;
using HotStandby.Agent.Keepalived.Findings;

namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>render(import(x)) means x: generated configurations of two nodes go there and back, and each difference is one that is permitted.</summary>
public sealed partial class RoundTripTests
{
    private const int Seeds = 400;

    /// <summary>Tries to make a failing configuration smaller; each takes a few milliseconds.</summary>
    private const int MostTries = 2000;

    [Fact]
    public async Task Generated_configurations_mean_the_same_after_import_and_render()
    {
        HashSet<string> used = [];
        Dictionary<string, (int Seed, string Failure)> kinds = [];
        for (int seed = 0; seed < Seeds; seed++)
        {
            if (await Failure(ConfGenerator.Make(seed), used) is string failure)
            {
                kinds.TryAdd(Kind(failure), (seed, failure));
            }
        }

        // One of each kind, smaller.
        List<string> reports = [];
        foreach ((int seed, string failure) in kinds.Values)
        {
            reports.Add(await Report(seed, ConfGenerator.Make(seed), failure));
        }

        Assert.True(reports.Count == 0, string.Join("\n\n", reports));

        // An entry that nothing needs any more would hide what it was for.
        Assert.Empty(PermittedDifference.All.Select(one => one.What).Except(used));
    }

    [GeneratedRegex("HS[0-9]+")]
    private static partial Regex Code();

    private static string Kind(string failure) => failure.Split(':')[0];

    /// <summary>Null when all is well; else what is wrong, the kind of failure before the first colon.</summary>
    private static async Task<string?> Failure(IReadOnlyList<ConfLine> file, HashSet<string>? used = null)
    {
        RoundTripResult result = await RoundTripRun.Of(ConfLine.Write(file));
        if (result.CheckErrors.Count > 0)
        {
            return $"check {Code().Match(result.CheckErrors[0]).Value}: {string.Join('\n', result.CheckErrors)}";
        }

        if (result.CheckErrors.Count == 0 && result.Refusals.FirstOrDefault(refusal => !PermittedRefusal.All.Any(one => refusal.Contains(one.Part, StringComparison.Ordinal))) is string refused)
        {
            return $"render: {refused}";
        }

        foreach (Difference difference in result.Differences())
        {
            PermittedDifference[] permitted = [.. PermittedDifference.All.Where(one => one.Fits(difference))];
            if (permitted.Length == 0)
            {
                return $"{difference.Key.Split(' ')[0]}: {difference}";
            }

            used?.UnionWith(permitted.Select(one => one.What));
        }

        return null;
    }

    private static async Task<string> Report(int seed, IReadOnlyList<ConfLine> file, string failure)
    {
        IReadOnlyList<ConfLine> smallest = file;
        string first = failure;
        int tries = 0;
        for (bool isSmaller = true; isSmaller && tries < MostTries;)
        {
            isSmaller = false;
            foreach (IReadOnlyList<ConfLine> less in ConfLine.WithoutOne(smallest))
            {
                if (++tries < MostTries && await FailsAlike(less, failure) is string alike)
                {
                    (smallest, failure, isSmaller) = (less, alike, true);
                    break;
                }
            }
        }

        StringBuilder report = new($"seed {seed}: {first}\nin the end: {failure}\n\nthe smallest file that fails so:\n{ConfLine.Write(smallest)}");
        RoundTripResult result = await RoundTripRun.Of(ConfLine.Write(smallest));
        report.AppendJoin('\n', result.Findings.Select(one => one.ToString())).Append('\n');
        report.Append(result.Rendered.GetValueOrDefault(failure.Contains("web2: ", StringComparison.Ordinal) ? "web2" : "web1"));
        return report.ToString();
    }

    /// <summary>Whether it is still what the generator makes.</summary>
    private static async Task<bool> IsWhole(IReadOnlyList<ConfLine> file) =>
        file.Count > 0 && !(await RoundTripRun.Of(ConfLine.Write(file))).Findings.Any(one => one.Code is ConfCodes.Missing or ConfCodes.EqualPriorities or ConfCodes.UndefinedCheck);

    private static async Task<string?> FailsAlike(IReadOnlyList<ConfLine> file, string failure)
    {
        try
        {
            return await Failure(file) is string other && Kind(other) == Kind(failure) && await IsWhole(file) ? other : null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // No longer a file that a keepalived reads.
            return null;
        }
    }
}
