using HotStandby.Agent.Control;

namespace HotStandby.UnitTests.Control;

/// <summary>A drain that was asked for is remembered, and never forgotten because its record is damaged.</summary>
public sealed class DrainRecordTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hs-drain-");

    private string ControlPath => Path.Combine(_folder.FullName, "control.sock");

    [Fact]
    public void What_was_written_is_read_until_it_is_deleted()
    {
        Assert.Null(DrainRecord.Read(ControlPath));
        DrainRecord record = new("upgrade", DateTimeOffset.Now);
        record.Write(ControlPath);
        Assert.Equal(record, DrainRecord.Read(ControlPath));
        Assert.Equal([DrainRecord.PathFor(ControlPath)], Directory.GetFiles(_folder.FullName));
        DrainRecord.Delete(ControlPath);
        Assert.Null(DrainRecord.Read(ControlPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"reason\": nul")]
    public void A_damaged_record_is_a_drain_and_names_the_file(string text)
    {
        File.WriteAllText(DrainRecord.PathFor(ControlPath), text);
        Assert.Contains(DrainRecord.PathFor(ControlPath), DrainRecord.Read(ControlPath)?.Sentence, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
