using HotStandby.TestKit;
using Xunit;

namespace Plugin_Name.Tests;

/// <summary>This check in the agents of two nodes, in network namespaces. Without root or the program hotstandby it is skipped and says so.</summary>
public sealed class LabTests
{
    // In the lab each node has a /run of its own.
    private const string Pair = """
        {
          "nodes": {
            "web1": { "address": "192.168.56.131", "priority": 150 },
            "web2": { "address": "192.168.56.132", "priority": 100 }
          },
          "virtualRouters": [
            {
              "name": "VI_1", "vrid": 51, "interface": "eth0", "addresses": ["192.168.56.188/24"],
              "track": [{ "check": "plugin-word", "onFail": "fault" }]
            }
          ],
          "plugins": [{ "id": "plugin-word", "use": "Plugin-Name", "interval": "300ms", "timeout": "250ms", "options": { "path": "/run/flag" } }]
        }
        """;

    [LabFact]
    public async Task The_address_leaves_a_node_whose_file_is_missing()
    {
        await using Lab lab = await Lab.StartAsync(new LabOptions { Text = Pair, Plugins = ["plugins/Plugin-Name"] });
        await lab.Node("web1").RunAsync("touch /run/flag");
        await lab.Node("web2").RunAsync("touch /run/flag");
        await lab.WaitForMasterAsync("web1");

        await lab.Node("web1").RunAsync("rm /run/flag");
        await lab.WaitForMasterAsync("web2");

        LabCheck check = await lab.Node("web1").WaitForCheckAsync("plugin-word", "down");
        Assert.EndsWith("/run/flag is not there", check.LastWords);
    }
}
