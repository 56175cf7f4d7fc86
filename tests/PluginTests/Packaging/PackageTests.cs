using System.IO.Compression;
using System.Xml.Linq;
using HotStandby.Authoring;

namespace HotStandby.PluginTests.Packaging;

/// <summary>What the packages for plugin authors hold and ask for.</summary>
[Collection<SharedPackages>]
public sealed class PackageTests(AuthorsFolder author)
{
    [Fact]
    public void Abstractions_needs_the_container_s_contracts_only()
    {
        using ZipArchive package = Open("HotStandby.Abstractions");
        Assert.Equal(["Microsoft.Extensions.DependencyInjection.Abstractions"], Dependencies(package).Keys);
        Assert.Equal(["HotStandby.Abstractions.dll"], Assemblies(package));
    }

    /// <summary>The host is no package: its assemblies travel in the kit, and what they need is the kit's to name.</summary>
    [Fact]
    public void TestKit_carries_the_host_and_names_what_the_host_needs()
    {
        using ZipArchive package = Open("HotStandby.TestKit");
        Dictionary<string, string> dependencies = Dependencies(package);
        Assert.Equal(
            [
                "HotStandby.Abstractions",
                "McMaster.NETCore.Plugins",
                "Microsoft.Extensions.DependencyInjection",
                "Microsoft.Extensions.DependencyInjection.Abstractions",
                "xunit.v3.assert",
                "xunit.v3.extensibility.core",
            ],
            dependencies.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(VersionOf("HotStandby.Abstractions"), dependencies["HotStandby.Abstractions"]);
        Assert.Equal(
            ["HotStandby.HostProtocol.dll", "HotStandby.TestKit.dll", "hotstandby-plugin-host.dll"],
            Assemblies(package).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_package_s_version_begins_with_the_contract_s()
    {
        Version contract = typeof(Abstractions.IPlugin).Assembly.GetName().Version!;
        Assert.All(
            ["HotStandby.Abstractions", "HotStandby.TestKit", "HotStandby.Templates"],
            id => Assert.StartsWith($"{contract.Major}.{contract.Minor}.", VersionOf(id), StringComparison.Ordinal));
    }

    [Fact]
    public void The_template_names_the_versions_that_are_used_here()
    {
        Dictionary<string, string> known = XDocument.Load(Path.Combine(AuthorsFolder.Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(one => one.Attribute("Include")!.Value, one => one.Attribute("Version")!.Value);
        known["HotStandby.Abstractions"] = VersionOf("HotStandby.Abstractions");
        known["HotStandby.TestKit"] = VersionOf("HotStandby.TestKit");
        using ZipArchive package = Open("HotStandby.Templates");
        XElement[] references = [.. package.Entries
            .Where(entry => entry.Name.EndsWith(".csproj", StringComparison.Ordinal))
            .SelectMany(entry => Read(entry).Descendants("PackageReference"))];
        Assert.Equal(4, references.Length);
        Assert.All(references, one => Assert.Equal(known[one.Attribute("Include")!.Value], one.Attribute("Version")!.Value));
    }

    private static XDocument Read(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        return XDocument.Load(stream);
    }

    private static XElement Metadata(ZipArchive package) =>
        Read(package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal))).Root!.Elements().Single();

    private static Dictionary<string, string> Dependencies(ZipArchive package) => Metadata(package).Descendants()
        .Where(one => one.Name.LocalName == "dependency")
        .ToDictionary(one => one.Attribute("id")!.Value, one => one.Attribute("version")!.Value);

    private static IEnumerable<string> Assemblies(ZipArchive package) =>
        package.Entries.Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).Select(entry => entry.Name);

    private ZipArchive Open(string id) => ZipFile.OpenRead(Assert.Single(Directory.GetFiles(author.Feed, $"{id}.*.nupkg")));

    private string VersionOf(string id)
    {
        using ZipArchive package = Open(id);
        return Metadata(package).Elements().Single(one => one.Name.LocalName == "version").Value;
    }
}
