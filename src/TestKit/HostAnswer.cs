namespace HotStandby.TestKit;

/// <summary>What the host makes of one call into a plugin.</summary>
/// <param name="Succeeded">Healthy, notified or generated; false for an exception, null, a late answer and a call that was cut off.</param>
/// <param name="Words">The reason or detail as the plugin gave it, or the host's words for what went wrong; of a generator the file.</param>
/// <param name="InTime">Whether the plugin answered by itself within the entry's timeout.</param>
/// <param name="CameBack">Whether the call ended, if need be after it was cancelled.</param>
/// <param name="Took">From the start to the end, or to the moment the host gave up.</param>
public sealed record HostAnswer(bool Succeeded, string Words, bool InTime, bool CameBack, TimeSpan Took);
