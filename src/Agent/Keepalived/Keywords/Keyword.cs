namespace HotStandby.Agent.Keepalived.Keywords;

/// <summary>What becomes of a keyword of keepalived.conf here.</summary>
public enum Fate
{
    /// <summary>Carried over into plugins.json.</summary>
    Carried,

    /// <summary>Its subject does not exist here, or is always so: leaving it out changes nothing.</summary>
    NotNeeded,

    /// <summary>Something is lost without it.</summary>
    Lost,

    /// <summary>IPVS: kept aside as it is, for keepalived.</summary>
    KeptAside,
}

/// <summary>One keyword in one block.</summary>
/// <param name="Why">For <see cref="Fate.NotNeeded"/> and <see cref="Fate.Lost"/>: what to know or to do.</param>
public sealed record Keyword(string Name, Fate Fate, string Why);
