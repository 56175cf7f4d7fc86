namespace HotStandby.Agent.Loop;

/// <summary>A condition that lasts began or is over.</summary>
/// <param name="VirtualRouter">Its name in plugins.json.</param>
/// <param name="Code">The stable word of the <see cref="Vrrp.AlarmCode"/>, "deaf-peer".</param>
/// <param name="Began">Else it is over.</param>
/// <param name="Sentence">What is wrong; of an end what ended it.</param>
/// <param name="Notifiers">Ids of the plugin entries to tell.</param>
public sealed record AlarmChange(string VirtualRouter, string Code, bool Began, string Sentence, IReadOnlyList<string> Notifiers);
