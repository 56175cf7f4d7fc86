using System.Globalization;
using System.Text;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>Writes a keepalived.conf for the lab. What is not said stays at keepalived's default, the checksum's form too.</summary>
internal static class KeepalivedConf
{
    /// <param name="instances">At least one.</param>
    /// <param name="globalLines">Put into global_defs as they are.</param>
    public static string Write(IReadOnlyList<KeepalivedInstance> instances, IReadOnlyList<string> globalLines)
    {
        var text = new StringBuilder();
        text.Append("global_defs {\n    script_user root\n");
        foreach (string line in globalLines)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {line}\n");
        }

        text.Append("}\n");
        foreach (KeepalivedScript script in instances.SelectMany(instance => instance.Scripts ?? []).DistinctBy(script => script.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                vrrp_script {{script.Name}} {
                    script "{{script.Command}}"
                    interval {{script.IntervalSeconds}}
                    weight {{script.Weight}}
                    fall {{script.Fall}}
                    rise {{script.Rise}}
                }

                """);
        }

        foreach (KeepalivedInstance instance in instances)
        {
            Write(text, instance);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, KeepalivedInstance instance)
    {
        double interval = (instance.AdvertInterval ?? Duration.FromSeconds(1)).Milliseconds / 1000;
        text.Append(CultureInfo.InvariantCulture, $$"""
            vrrp_instance {{instance.Name}} {
                state {{(instance.Priority == 255 ? "MASTER" : "BACKUP")}}
                interface {{instance.Interface}}
                virtual_router_id {{instance.Vrid}}
                version {{instance.Version}}
                priority {{instance.Priority}}
                advert_int {{interval}}

            """);
        if (!instance.Preempt)
        {
            text.Append("    nopreempt\n");
        }

        if (instance.Addresses.Any(address => address.Address.IsIPv6))
        {
            text.Append("    native_ipv6\n");
        }

        foreach (string line in instance.ExtraLines ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"    {line}\n");
        }

        AppendList(text, "track_script", (instance.Scripts ?? []).Select(script => script.Name));
        AppendList(text, "virtual_ipaddress", instance.Addresses.Select(address => address.ToString()));
        text.Append("}\n");
    }

    private static void AppendList(StringBuilder text, string keyword, IEnumerable<string> entries)
    {
        string[] lines = [.. entries.Select(entry => $"        {entry}\n")];
        if (lines.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {keyword} {{\n{string.Concat(lines)}    }}\n");
        }
    }
}
