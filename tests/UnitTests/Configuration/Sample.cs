using HotStandby.Agent.Configuration;

namespace HotStandby.UnitTests.Configuration;

/// <summary>A small right file with places to change.</summary>
internal static class Sample
{
    public static string With(
        string priority = "150",
        string vrid = "51",
        string addresses = "\"192.168.56.188/24\"",
        string router = "",
        string node = "",
        string track = "{ \"check\": \"nginx\", \"onFail\": \"fault\" }",
        string more = "",
        string plugin = "",
        string end = "") => $$"""
        {
          "nodes": {
            "web1": { "address": "192.168.56.131", "priority": {{priority}} {{node}} },
            "web2": { "address": "192.168.56.132", "priority": 100 }
          },
          "virtualRouters": [
            {
              "name": "VI_1", "vrid": {{vrid}}, "interface": "eth0", {{router}}
              "addresses": [{{addresses}}],
              "track": [{{track}}],
              "notify": ["tell"]
            } {{more}}
          ],
          "plugins": [
            { "id": "nginx", "use": "Nginx", {{plugin}} "options": { "pidFile": "/run/nginx.pid" } },
            { "id": "tell", "use": "Script", "options": { "onMaster": ["/etc/hotstandby/master.sh"] } }
          ]
          {{end}}
        }
        """;

    public static ConfigResult Read(string text) => ConfigReader.ReadText("plugins.json", text, DescribedPlugins.All);

    public static HotStandbyConfig Config(string text)
    {
        ConfigResult result = Read(text);
        Assert.Empty(result.Diagnostics);
        return result.Config!;
    }
}
