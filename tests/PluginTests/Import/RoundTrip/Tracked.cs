using System.Globalization;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.PluginTests.Import.RoundTrip;

/// <summary>A vrrp_script, vrrp_track_process or track_file without its name, which means nothing.</summary>
/// <param name="Key">What is looked at.</param>
/// <param name="What">How; empty for nothing to say.</param>
internal sealed record Tracked(string Key, string What, int Weight, bool IsReverse)
{
    public static Tracked Of(Statement block)
    {
        Statement? weight = Find(block, "weight");
        bool isReverse = weight?.Argument(1)?.Text == "reverse";
        return block.Keyword switch
        {
            "vrrp_script" => new($"script {InstanceMeaning.Command(Find(block, "script")!)}", Script(block), Number(weight, 0), isReverse),
            "track_file" => new($"file {Find(block, "file")!.Argument(0)}", "", Number(weight, 1), isReverse),
            _ => new($"process {Find(block, "process")!.Argument(0)}", Process(block), Number(weight, 0), isReverse),
        };
    }

    private static string Script(Statement block)
    {
        string interval = Text(block, "interval", "1");
        return $"interval {interval} timeout {Text(block, "timeout", interval)} rise {Text(block, "rise", "1")} fall {Text(block, "fall", "1")}{(Find(block, "init_fail") is null ? "" : " init_fail")}";
    }

    private static string Process(Statement block) =>
        $"quorum {Text(block, "quorum", "1")} fork_delay {Delay(block, "fork_delay")} terminate_delay {Delay(block, "terminate_delay")}";

    /// <summary>The later line counts.</summary>
    private static string Delay(Statement block, string keyword) =>
        block.Children.LastOrDefault(line => line.Keyword == keyword || line.Keyword == "delay")?.Argument(0)?.Text ?? "0";

    private static string Text(Statement block, string keyword, string otherwise) => Find(block, keyword)?.Argument(0)?.Text ?? otherwise;

    private static int Number(Statement? line, int otherwise) => line is null ? otherwise : int.Parse(line.Words[1].Text, CultureInfo.InvariantCulture);

    private static Statement? Find(Statement block, string keyword) => block.Children.LastOrDefault(line => line.Keyword == keyword);
}
