using System.Text.Json;
using HotStandby.HostProtocol;

namespace HotStandby.UnitTests.Configuration;

/// <summary>What a plugin host would deliver: two usable plugins, a generator, one that can't be loaded.</summary>
internal static class DescribedPlugins
{
    public static readonly IReadOnlyList<PluginDescribed> All =
    [
        Plugin("Nginx", ["check"], """
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "pidFile": { "type": ["string", "null"], "description": "Where nginx writes its process id.", "minLength": 1 },
                "processName": { "type": "string", "pattern": "^[a-z]+$" },
                "url": { "type": ["string", "null"] },
                "startGrace": { "type": "string", "format": "duration", "default": "2s" }
              }
            }
            """),
        Plugin("Script", ["notifier"], """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "additionalProperties": false,
              "required": ["onMaster"],
              "properties": {
                "onMaster": { "type": "array", "items": { "type": "string" }, "minItems": 1 },
                "timeout": { "type": "string", "format": "duration" },
                "grace": { "type": "string", "format": "duration" },
                "level": { "type": "string", "enum": ["info", "warning"] },
                "share": { "type": "number", "minimum": 0.5, "maximum": 1 },
                "count": { "type": "integer", "minimum": 1, "maximum": 9 },
                "shell": { "type": "boolean" }
              }
            }
            """),
        Plugin("KeepalivedConfig", ["generator"], null),
        Plugin("Broken", [], null) with { Usable = false, Why = "It was built against contract 2.0, this agent has 1.0." },
    ];

    private static PluginDescribed Plugin(string name, IReadOnlyList<string> kinds, string? schema) => new(
        name,
        $"/usr/lib/hotstandby/plugins/{name}/{name}.dll",
        "1.0.0",
        "1.0",
        true,
        "",
        $"The plugin {name}.",
        kinds,
        schema is null ? null : JsonDocument.Parse(schema).RootElement.Clone());
}
