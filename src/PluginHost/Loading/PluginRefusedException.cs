using HotStandby.HostProtocol;
using HotStandby.PluginHost.Options;

namespace HotStandby.PluginHost.Loading;

/// <summary>A plugin can't be used. The message is the sentence the operator reads.</summary>
internal sealed class PluginRefusedException(string message) : Exception(message)
{
    /// <summary>Because of its options.</summary>
    public PluginRefusedException(OptionsException cause) : this(cause.Message) => Faults = cause.Faults;

    /// <summary>What of its options it does not take; empty when something else is wrong.</summary>
    public IReadOnlyList<OptionFault> Faults { get; } = [];
}
