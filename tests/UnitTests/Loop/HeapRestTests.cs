using HotStandby.Agent.Loop;

namespace HotStandby.UnitTests.Loop;

/// <summary>When the heap is packed: after a start and after a flood, once it is quiet, and never again while nothing happens.</summary>
public class HeapRestTests
{
    private const long Small = 3_000_000;

    private readonly HeapRest _rest = new();
    private long _allocated;

    [Fact]
    public void After_the_start_it_is_packed_when_two_looks_in_a_row_were_quiet()
    {
        Assert.False(Look(Small, 5_000_000));
        Assert.False(Look(Small, 1_000));
        Assert.True(Look(Small, 1_000));
    }

    [Fact]
    public void An_agent_at_rest_is_never_packed_again()
    {
        Settle();
        for (int i = 0; i < 10_000; i++)
        {
            Assert.False(Look(Small + HeapRest.WorthIt - 1, HeapRest.Quiet));
        }
    }

    [Fact]
    public void A_flood_is_followed_by_one_packing_and_no_more()
    {
        Settle();
        Assert.False(Look(100_000_000, 90_000_000));
        Assert.False(Look(100_000_000, 0));
        Assert.True(Look(100_000_000, 0));
        _rest.Packed(Small);
        Assert.False(Look(Small, 0));
        Assert.False(Look(Small, 0));
    }

    [Fact]
    public void Whoever_never_lets_it_rest_postpones_it_but_not_for_ever()
    {
        Settle();
        int looks = 1;
        while (!Look(100_000_000, 10_000_000))
        {
            looks++;
        }

        Assert.Equal(HeapRest.Patience + 1, looks);
    }

    [Fact]
    public void What_could_not_be_given_back_is_no_reason_to_try_again()
    {
        Settle();
        Assert.False(Look(50_000_000, 45_000_000));
        Assert.False(Look(50_000_000, 0));
        Assert.True(Look(50_000_000, 0));
        _rest.Packed(50_000_000);
        for (int i = 0; i < 100; i++)
        {
            Assert.False(Look(50_000_000, 0));
        }
    }

    private void Settle()
    {
        while (!Look(Small, 0))
        {
        }

        _rest.Packed(Small);
    }

    private bool Look(long committed, long allocatedSince) => _rest.IsDue(committed, _allocated += allocatedSince);
}
