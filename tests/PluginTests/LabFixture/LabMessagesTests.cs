using HotStandby.TestKit;

namespace HotStandby.PluginTests.LabFixture;

/// <summary>Answers of a program that is older, newer or another one than the kit's.</summary>
public sealed class LabMessagesTests
{
    [Theory]
    [InlineData("usage: hotstandby", "is no hotstandby.lab/v1")]
    [InlineData("[]", "is no hotstandby.lab/v1")]
    [InlineData("""{ "schema": "hotstandby.lab/v2" }""", "This kit reads hotstandby.lab/v1")]
    [InlineData("""{ "schema": "hotstandby.lab/v1", "id": "ab12" }""", "boundSeconds")]
    public void A_line_that_describes_no_lab_is_quoted(string line, string why)
    {
        string told = Assert.Throws<LabException>(() => LabDescription.Parse(line)).Message;

        Assert.Contains(why, told, StringComparison.Ordinal);
        Assert.Contains(line, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "is no hotstandby.status/v1")]
    [InlineData("""{ "error": "unknown verb" }""", "unknown verb")]
    [InlineData("""{ "schema": "hotstandby.status/v2" }""", "This kit reads hotstandby.status/v1")]
    [InlineData("""{ "schema": "hotstandby.status/v1", "node": "web1" }""", "virtualRouters")]
    public void An_answer_that_is_no_status_is_told(string line, string why) =>
        Assert.Contains(why, Assert.Throws<LabException>(() => LabStatus.Parse(line)).Message, StringComparison.Ordinal);

    /// <summary>What is only ever added must not break a reader.</summary>
    [Fact]
    public void Keys_it_does_not_know_are_no_trouble()
    {
        LabStatus read = LabStatus.Parse(
            """{ "schema": "hotstandby.status/v1", "node": "web1", "virtualRouters": [], "checks": [], "plugins": [], "transitions": [], "new": 1 }""");

        Assert.Equal(1, read.Document.GetProperty("new").GetInt32());
        Assert.Equal("There is no check 'disk'; there are: .", Assert.Throws<KeyNotFoundException>(() => read.Check("disk")).Message);
    }
}
