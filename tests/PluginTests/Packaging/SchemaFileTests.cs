using HotStandby.Agent.Configuration;
using HotStandby.HostProtocol;
using HotStandby.PluginTests.Import;
using HotStandby.PluginTests.Support;

namespace HotStandby.PluginTests.Packaging;

/// <summary>plugins.schema.json, which editors read, is what <c>hotstandby schema</c> prints of the shipped plugins.</summary>
public sealed class SchemaFileTests : IDisposable
{
    private readonly Layout _layout = new();
    private readonly HostProcess _host = new();

    public void Dispose()
    {
        _host.Dispose();
        _layout.Dispose();
    }

    [Fact]
    public async Task Is_what_schema_prints()
    {
        string repository = CorpusTable.Repository();
        string[] plugins = [.. Directory.GetDirectories(Path.Combine(repository, "plugins")).Select(folder => Path.GetFileName(folder)).Where(name => File.Exists(Path.Combine(repository, "plugins", name, $"{name}.csproj")))];
        foreach (string plugin in plugins)
        {
            _layout.Add(plugin);
        }

        _host.Send(new Describe(ToHost.ProtocolVersion, [_layout.PluginPath]));
        _host.CloseInput();
        await _host.ExpectAsync<Done>(_ => true, "done");
        PluginDescribed[] described = [.. _host.Events.OfType<PluginDescribed>()];
        Assert.Equal(plugins.Order(StringComparer.Ordinal), described.Where(one => one.Usable).Select(one => one.Name).Order(StringComparer.Ordinal));
        string path = Path.Combine(repository, "plugins.schema.json");
        string schema = ConfigSchema.Write(described);
        if (Environment.GetEnvironmentVariable("HOTSTANDBY_UPDATE") == "1")
        {
            await File.WriteAllTextAsync(path, schema, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), schema);
    }
}
