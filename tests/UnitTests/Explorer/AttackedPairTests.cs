namespace HotStandby.UnitTests.Explorer;

public class AttackedPairTests
{
    [Fact]
    public void Whoever_owns_the_wire_and_has_no_key_can_do_no_more_than_cut_it()
    {
        string? broken = AttackedPair.FirstBroken(1, 200);
        Assert.True(broken is null, broken);
    }
}
