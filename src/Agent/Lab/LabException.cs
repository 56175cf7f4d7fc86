namespace HotStandby.Agent.Lab;

/// <summary>The lab can't go on; the message is the sentence the operator reads.</summary>
internal sealed class LabException : Exception
{
    public LabException(string message) : base(message)
    {
    }

    public LabException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
