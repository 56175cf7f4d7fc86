using HotStandby.Abstractions;
using HotStandby.Plugins.KeepalivedConfig;

namespace HotStandby.PluginTests.KeepalivedConfig;

/// <summary>The site's own template: where it is found, what it sees, and where its errors are.</summary>
public sealed class TemplateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hs-template-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Is_found_relative_to_plugins_json_and_sees_the_documented_names()
    {
        string rendered = await RenderWith(
            "{{ node.name }} {{ node.priority }} {{ nodes | array.map 'address' | array.join ' ' }}\r\n"
            + "{{ for router in routers }}{{ router.name }}/{{ router.virtual_router_id }} {{ router.virtual_ipaddress[0].line }}{{ end }}\n");
        Assert.Equal("web1 150 192.168.56.131 192.168.56.132\nVI_1/51 192.168.56.188/24\n", rendered);
    }

    [Fact]
    public async Task A_syntax_error_names_template_line_and_column()
    {
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => RenderWith("one\ntwo {{ if }} x {{ end }}\n"));
        Assert.Contains("site.scriban, line 2, column ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one\n  {{ nodee.name }}\n", "line 2, column 6", "nodee")]
    [InlineData("{{ node.nam }}", "line 1, column 9", "nam")]
    [InlineData("one\n\n{{ include 'other' }}", "line 3, column 4", "other")]
    public async Task A_runtime_error_names_template_line_and_column(string template, string place, string culprit)
    {
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => RenderWith(template));
        Assert.Contains("site.scriban, " + place, error.Message, StringComparison.Ordinal);
        Assert.Contains(culprit, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_template_names_the_whole_path()
    {
        GenerationException error = await Assert.ThrowsAsync<GenerationException>(() => Rendering.Render(
            Rendering.NginxPair, "web1", new KeepalivedConfigOptions { Template = "none.scriban" }, _folder.FullName));
        Assert.Contains(Path.Combine(_folder.FullName, "none.scriban"), error.Message, StringComparison.Ordinal);
    }

    private async Task<string> RenderWith(string template)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "site.scriban"), template, TestContext.Current.CancellationToken);
        return await Rendering.Render(
            Rendering.NginxPair, "web1", new KeepalivedConfigOptions { Template = "site.scriban" }, _folder.FullName);
    }
}
