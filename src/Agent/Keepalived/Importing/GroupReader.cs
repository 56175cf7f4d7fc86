using System.Text.Json.Nodes;
using HotStandby.Agent.Keepalived.Findings;
using HotStandby.Agent.Keepalived.Reading;

namespace HotStandby.Agent.Keepalived.Importing;

/// <summary>A vrrp_sync_group.</summary>
internal sealed class GroupReader(NodeConf node, ConfFindings findings)
{
    public GroupConf Read(Statement block, string name)
    {
        List<Word> members = [];
        List<TrackUse> tracks = [];
        JsonObject notify = [];
        TrackReader reader = new(node, findings);
        foreach (Statement child in block.Children)
        {
            switch (child.Keyword)
            {
                case "group":
                    members.AddRange(child.Children.SelectMany(line => line.Words));
                    break;
                case "track_script" or "track_process" or "track_file":
                    tracks.AddRange(reader.Named(child));
                    break;
                case "track_interface":
                    tracks.AddRange(reader.Interfaces(child, own: null));
                    break;
                default:
                    NotifyReader.Read(child, notify, findings);
                    break;
            }
        }

        if (members.Count < 2)
        {
            findings.Warning(ConfCodes.Missing, block.At, $"vrrp_sync_group {name} has {members.Count} member(s): it groups nothing; left out");
        }

        return new(name, block.At, members, tracks, notify);
    }
}
