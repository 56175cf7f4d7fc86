namespace HotStandby.PluginHost.Loading;

/// <summary>A plugin can't be used. The message is the sentence the operator reads.</summary>
internal sealed class PluginRefusedException(string message) : Exception(message);
