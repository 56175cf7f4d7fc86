using HotStandby.TestKit;

namespace HotStandby.PluginTests.LabFixture;

/// <summary>Which program runs the lab, and what an author reads when there is none.</summary>
public sealed class LabProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotstandby-program-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_option_goes_before_the_variable_and_that_before_the_path()
    {
        string option = Make("a/mine");
        string variable = Make("b/theirs");
        string installed = Make("c/hotstandby");
        string path = $"/no/such/folder:{Path.GetDirectoryName(installed)}";

        Assert.Equal(option, LabProgram.Find(option, variable, path).Path);
        Assert.Equal(variable, LabProgram.Find(null, variable, path).Path);
        Assert.Equal(installed, LabProgram.Find(null, "", path).Path);
    }

    /// <summary>A program that is named and missing is no reason to take another one.</summary>
    [Fact]
    public void What_is_missing_is_named()
    {
        string path = Path.GetDirectoryName(Make("hotstandby"))!;

        LabProgram option = LabProgram.Find("/no/such/a", null, path);
        LabProgram variable = LabProgram.Find(null, "/no/such/b", path);
        LabProgram nowhere = LabProgram.Find(null, null, "/no/such/folder");

        Assert.Equal((null, "LabOptions.Program names '/no/such/a', and there is no such file"), (option.Path, option.WhyNot));
        Assert.Equal((null, "HOTSTANDBY names '/no/such/b', and there is no such file"), (variable.Path, variable.WhyNot));
        Assert.Null(nowhere.Path);
        Assert.StartsWith("there is no program 'hotstandby' in PATH", nowhere.WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_lab_here_is_said_by_the_start_too()
    {
        string why = Lab.WhyNotHere("/no/such/program")!;

        LabException refused = Assert.Throws<LabException>(() =>
            Lab.StartAsync(new LabOptions { Text = "{}", Program = "/no/such/program" }).GetAwaiter().GetResult());

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private string Make(string name)
    {
        string file = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "");
        return file;
    }
}
