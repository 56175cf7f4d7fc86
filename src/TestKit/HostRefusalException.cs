namespace HotStandby.TestKit;

/// <summary>The host would refuse the plugin or its options. The message is the sentence the operator reads.</summary>
public sealed class HostRefusalException : Exception
{
    /// <summary>Creates the refusal with its sentence.</summary>
    public HostRefusalException(string message) : base(message)
    {
    }

    /// <summary>Creates the refusal with its cause.</summary>
    public HostRefusalException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the refusal without a sentence.</summary>
    public HostRefusalException()
    {
    }
}
