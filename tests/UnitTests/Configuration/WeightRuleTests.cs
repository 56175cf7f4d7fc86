using CsCheck;
using HotStandby.Agent.Configuration;
using HotStandby.Agent.Configuration.Rules;

namespace HotStandby.UnitTests.Configuration;

public sealed class WeightRuleTests
{
    [Theory]
    [InlineData("-50", true)]
    [InlineData("-51", false)]
    [InlineData("50", true)]
    [InlineData("51", false)]
    public void One_weight_must_be_greater_than_the_gap(string weight, bool isError)
    {
        ConfigResult result = Sample.Read(Sample.With(track: $$"""{ "check": "nginx", "weight": {{weight}} }"""));
        Assert.Equal(isError ? ["HS1405"] : [], result.Diagnostics.Select(one => one.Code));
        if (isError)
        {
            Assert.Contains($"Use {(weight[0] == '-' ? "-51 or less" : "51 or more")}", result.Diagnostics[0].Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Two_weights_that_move_it_together_are_fine() => Assert.True(WeightRules.CanMove([-30, -30], 0, [150, 100]));

    [Fact]
    public void Weights_that_are_too_small_even_together_are_not() => Assert.False(WeightRules.CanMove([-20, -20], 0, [150, 100]));

    [Fact]
    public void A_weight_that_never_tips_the_scales_is_too_small_beside_one_that_does()
    {
        Assert.True(WeightRules.CanMove([-60, -1], 0, [150, 100]));
        Assert.False(WeightRules.CanMove([-60, -1], 1, [150, 100]));
    }

    [Fact]
    public void The_owner_is_never_moved() => Assert.False(WeightRules.CanMove([-253], 0, [255, 254]));

    [Fact]
    public void When_no_weight_can_move_it_fault_is_the_remedy()
    {
        ConfigResult result = Sample.Read(Sample.With(priority: "254", track: """{ "check": "nginx", "weight": 10 }"""));
        Assert.Contains("No weight can", Assert.Single(result.Diagnostics).Remedy, StringComparison.Ordinal);
    }

    /// <summary>The sums agree with trying every set of failing checks on both nodes.</summary>
    [Fact]
    public void Agrees_with_trying_everything() =>
        Gen.Select(Gen.Int[-253, 253].Where(one => one != 0).Array[1, 4], Gen.Int[1, 255], Gen.Int[1, 255]).Sample((weights, first, second) =>
            Enumerable.Range(0, weights.Length).All(index =>
                WeightRules.CanMove(weights, index, [first, second]) == TryEverything(weights, index, [first, second])));

    private static bool TryEverything(int[] weights, int index, int[] priorities)
    {
        int sets = 1 << weights.Length;
        int preferred = Effective(priorities.Max(), weights, sets - 1);
        if (preferred >= Effective(priorities.Min(), weights, 0))
        {
            return false;
        }

        for (int holder = 0; holder < 2; holder++)
        {
            for (int failed = 0; failed < sets; failed++)
            {
                for (int takerFailed = 0; takerFailed < sets; takerFailed++)
                {
                    int taker = Effective(priorities[1 - holder], weights, takerFailed);
                    bool stays = Effective(priorities[holder], weights, failed & ~(1 << index)) >= taker;
                    bool goes = Effective(priorities[holder], weights, failed | (1 << index)) < taker;
                    if (stays && goes)
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static int Effective(int priority, int[] weights, int failed)
    {
        int sum = weights.Where((one, i) => (failed >> i & 1) == 1 ? one < 0 : one > 0).Sum();
        return priority == 255 ? 255 : Math.Clamp(priority + sum, 1, 254);
    }
}
