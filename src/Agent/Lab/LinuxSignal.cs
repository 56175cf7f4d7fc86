namespace HotStandby.Agent.Lab;

/// <summary>Signals the lab sends, with their Linux numbers (signal(7), x86 and arm).</summary>
internal enum LinuxSignal
{
    Hangup = 1,
    Interrupt = 2,
    Kill = 9,
    User1 = 10,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
