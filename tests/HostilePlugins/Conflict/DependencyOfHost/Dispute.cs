namespace HotStandby.HostilePlugins.Conflict;

public static class Dispute
{
    public static string Say() => "no loader here";
}
