using HotStandby.Authoring;

namespace HotStandby.PluginTests.Packaging;

/// <summary>Packed once for all who look at the packages.</summary>
[CollectionDefinition]
public sealed class SharedPackages : ICollectionFixture<AuthorsFolder>;
