namespace HotStandby.TestKit;

/// <summary>A lab can't be had, what was waited for did not come, or a command failed. The message says what each node was then.</summary>
public sealed class LabException : Exception
{
    /// <summary>Creates it with its sentence.</summary>
    public LabException(string message) : base(message)
    {
    }

    /// <summary>Creates it with its cause.</summary>
    public LabException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates it without a sentence.</summary>
    public LabException()
    {
    }
}
