using HotStandby.Agent.Control;

namespace HotStandby.Agent.Commands;

/// <summary>How every verb that talks to the running agent says that it was refused, or that no agent answers.</summary>
internal static class AgentConversation
{
    /// <returns>The exit code of <paramref name="talk"/>; <see cref="ExitCodes.NotRunning"/> when no agent answers, <see cref="ExitCodes.NotPermitted"/> when it may not be asked.</returns>
    public static async Task<int> RunAsync(Func<Task<int>> talk)
    {
        try
        {
            return await talk().ConfigureAwait(false);
        }
        catch (ControlException error)
        {
            return Refused(error.Message, error.IsNotPermitted ? ExitCodes.NotPermitted : ExitCodes.NotRunning);
        }
    }

    /// <summary>Says why nothing was done.</summary>
    /// <returns><paramref name="code"/></returns>
    public static int Refused(string sentence, int code)
    {
        Console.Error.WriteLine($"hotstandby: {sentence}");
        return code;
    }
}
