using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>The notify keywords, as options of the Script plugin.</summary>
internal static class NotifyReader
{
    /// <summary>Whether it names a script to be run on a transition.</summary>
    public static bool IsNotify(Statement statement) => Key(statement) is not null;

    public static void Read(Statement statement, JsonObject options, ConfFindings findings)
    {
        string? key = Key(statement);
        if (key is null)
        {
            return;
        }

        if (statement.Argument(1) is Word user)
        {
            findings.Note(ConfCodes.NotNeeded, user.At, $"{statement.Keyword} as the user {user}: scripts run as the user of the plugin host");
        }

        IReadOnlyList<string> command = statement.Argument(0) is Word line ? Values.Cut(line) : [];
        if (command.Count == 0 || !command[0].StartsWith('/'))
        {
            findings.Error(ConfCodes.ScriptNotSafe, statement.At, $"{statement.Keyword} {string.Join(' ', command)}: a script is named by its absolute path here", "Write the path.");
            return;
        }

        options[key] = new JsonArray([.. command.Select(word => (JsonNode)JsonValue.Create(word)!)]);
        if (key == "notify" && options.Count > 1)
        {
            findings.Note(
                ConfCodes.NotifyMayOvertake,
                statement.At,
                "keepalived starts notify and notify_* at the same time, so that one may overtake the other; here notify comes after the other has ended, and transitions are told one after the other");
        }
    }

    /// <summary>The option of the Script plugin; null for another keyword.</summary>
    private static string? Key(Statement statement) => statement.Keyword switch
    {
        "notify_master" => "onMaster",
        "notify_master_rx_lower_pri" => "onReassert",
        "notify_backup" => "onBackup",
        "notify_fault" => "onFault",
        "notify_stop" => "onStop",
        "notify" => "notify",
        _ => null,
    };
}
