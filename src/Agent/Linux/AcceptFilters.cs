using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using static HotStandby.Agent.Linux.NetlinkConstants;

namespace HotStandby.Agent.Linux;

/// <summary>
/// Puts the tables of <see cref="AcceptFilter"/> into the kernel by nft(8), which is asked only when something changes, and looks by netlink
/// whether they are there. Its calls wait for another program, so they belong on <see cref="AddressWorker"/>. Not thread safe.
/// </summary>
public sealed class AcceptFilters
{
    // linux/netfilter/nfnetlink.h, nf_tables.h: the subsystem in the upper byte of the type; struct nfgenmsg is family, version, resource.
    private const int NetlinkNetfilter = 12;
    private const ushort NewTable = 0x0a00;
    private const ushort GetTable = 0x0a01;
    private const int GenericInfoLength = 4;
    private const byte FamilyInet = 1;
    private const ushort TableName = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly string[] Programs = ["/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", "/usr/local/sbin/nft"];

    private readonly Dictionary<string, string> _loaded = new(StringComparer.Ordinal);

    /// <summary>The table is in the kernel as the filter says.</summary>
    /// <returns>null, or a sentence that says why not.</returns>
    public string? Load(AcceptFilter filter)
    {
        string ruleset = filter.Ruleset();
        if (_loaded.TryGetValue(filter.Table, out string? known) && known == ruleset && List().Contains(filter.Table))
        {
            return null;
        }

        string? problem = Run(ruleset);
        if (problem is not null)
        {
            return $"acceptMode false can't be kept: {problem}";
        }

        _loaded[filter.Table] = ruleset;
        return null;
    }

    /// <summary>Takes it out again; nothing when it was not loaded here.</summary>
    public void Remove(AcceptFilter filter)
    {
        if (_loaded.Remove(filter.Table))
        {
            _ = Run(Deletion([filter.Table]));
        }
    }

    /// <summary>Takes out all that were loaded here.</summary>
    public void RemoveAll()
    {
        if (_loaded.Count > 0)
        {
            _ = Run(Deletion(_loaded.Keys));
            _loaded.Clear();
        }
    }

    /// <summary>Takes out every table of an agent that died.</summary>
    /// <param name="living">Whose tables stay.</param>
    /// <returns>What was done, or why it can't be, as a sentence; null when there was none.</returns>
    public static string? SweepLeftovers(IReadOnlyList<RouterIdentity> living)
    {
        string[] tables = [.. List().Except(living.Select(router => AcceptFilter.TableOf(router.Vrid, router.IsIPv6, router.Interface)))];
        if (tables.Length == 0)
        {
            return null;
        }

        string names = string.Join(", ", tables);
        return Run(Deletion(tables)) is string problem
            ? $"can't remove the nftables table(s) {names} that an earlier run left behind: {problem}"
            : $"removed the nftables table(s) {names} that an earlier run left behind";
    }

    /// <summary>The tables of agents that are in the kernel now; none when it has no nftables.</summary>
    internal static IReadOnlyList<string> List()
    {
        List<string> tables = [];
        try
        {
            using NetlinkSocket socket = NetlinkSocket.OpenForRequests(NetlinkNetfilter);
            Span<byte> request = stackalloc byte[HeaderLength + GenericInfoLength];
            NetlinkWriter writer = new(request);
            writer.Begin(GetTable, FlagRequest | FlagDump, 1);
            writer.Take(GenericInfoLength)[0] = FamilyInet;
            writer.End();
            socket.Dump(request[..writer.Length], 1, "NFT_MSG_GETTABLE", (type, body) =>
            {
                if (type == NewTable && body.Length >= GenericInfoLength)
                {
                    AddName(body[GenericInfoLength..], tables);
                }
            });
        }
        catch (LinuxException)
        {
            // No nftables in this kernel: no tables either.
        }

        return tables;
    }

    /// <summary>Whether they are there or not.</summary>
    private static string Deletion(IEnumerable<string> tables) => string.Concat(tables.Select(table => $"table inet {table}\ndelete table inet {table}\n"));

    private static void AddName(ReadOnlySpan<byte> attributes, List<string> tables)
    {
        NetlinkAttributeReader reader = new(attributes);
        while (reader.Next())
        {
            if (reader.Type == TableName && Encoding.UTF8.GetString(reader.Value).TrimEnd('\0') is string name
                && name.StartsWith(AcceptFilter.TablePrefix, StringComparison.Ordinal))
            {
                tables.Add(name);
            }
        }
    }

    /// <returns>null when nft did it all, else why nothing was changed.</returns>
    private static string? Run(string ruleset)
    {
        if (Array.Find(Programs, File.Exists) is not string program)
        {
            return "there is no program nft here (apt-get install nftables)";
        }

        try
        {
            using Process nft = Process.Start(new ProcessStartInfo(program, ["-f", "-"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            using StreamReader errorReader = nft.StandardError;
            using StreamReader outputReader = nft.StandardOutput;
            Task<string> errors = errorReader.ReadToEndAsync();
            Task<string> output = outputReader.ReadToEndAsync();
            nft.StandardInput.Write(ruleset);
            nft.StandardInput.Close();
            if (!nft.WaitForExit(Patience) || !Task.WaitAll([errors, output], Patience))
            {
                nft.Kill();
                return $"{program} did not end within {Patience.TotalSeconds:0} s";
            }

            return nft.ExitCode == 0 ? null : $"{program} ended with exit status {nft.ExitCode}: {errors.Result.Split('\n')[0].Trim()}";
        }
        catch (Exception error) when (error is Win32Exception or IOException or InvalidOperationException)
        {
            return $"{program}: {error.Message}";
        }
    }
}
