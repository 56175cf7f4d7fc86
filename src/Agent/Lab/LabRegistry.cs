using System.Globalization;
using System.Security.Cryptography;

namespace HotStandby.Agent.Lab;

/// <summary>
/// Who owns which lab: a file for each in /run/hotstandby-lab, written before anything is created, so that what a lab killed with SIGKILL
/// left behind is found and removed by the next one.
/// </summary>
internal static class LabRegistry
{
    private const string Folder = "/run/hotstandby-lab";
    private const string NamespacePrefix = "hs-";
    private const string DirectoryPrefix = "hotstandby-lab-";

    /// <summary>Takes a free id of four hex digits and a temp directory (mode 700) for this process.</summary>
    public static LabIdentity Register()
    {
        Directory.CreateDirectory(Folder);
        while (true)
        {
            string id = RandomNumberGenerator.GetHexString(4, lowercase: true);
            try
            {
                using var file = new FileStream(Path.Combine(Folder, id), FileMode.CreateNew);
                using var writer = new StreamWriter(file);
                DirectoryInfo directory = Directory.CreateTempSubdirectory(DirectoryPrefix + id + "-");
                writer.Write($"{Environment.ProcessId} {StartTimeOf(Environment.ProcessId)}\n{directory.FullName}\n");
                return new LabIdentity(id, directory.FullName);
            }
            catch (IOException) when (File.Exists(Path.Combine(Folder, id)))
            {
                // Another lab has this id: take another.
            }
        }
    }

    /// <summary>The name of a namespace of a lab.</summary>
    public static string NamespaceName(string id, string machine) => $"{NamespacePrefix}{id}-{machine}";

    /// <summary>Removes a lab's namespaces, temp directory and entry. Goes on after a failure and reports the first at the end.</summary>
    public static void Remove(LabIdentity lab)
    {
        var failures = new List<Exception>();
        foreach (string name in NamespacesOf(lab.Id))
        {
            Try(() => WhileItIsThere(name, KillProcessesIn));
            Try(() => WhileItIsThere(name, NetworkNamespace.Delete));
        }

        if (Path.GetFileName(lab.Directory).StartsWith(DirectoryPrefix, StringComparison.Ordinal) && Directory.Exists(lab.Directory))
        {
            Try(() => DeleteFolder(lab.Directory));
        }

        Try(() => File.Delete(Path.Combine(Folder, lab.Id)));
        if (failures.Count > 0)
        {
            throw new LabException($"The lab {lab.Id} could not be removed whole: {failures[0].Message}", failures[0]);
        }

        void Try(Action action)
        {
            try
            {
                action();
            }
            catch (Exception failure) when (failure is LabException or IOException or UnauthorizedAccessException)
            {
                failures.Add(failure);
            }
        }
    }

    /// <summary>Removes every lab whose owner is dead; returns their ids.</summary>
    public static IReadOnlyList<string> Sweep()
    {
        var swept = new List<string>();
        foreach (string file in Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [])
        {
            string[] lines;
            try
            {
                lines = File.ReadAllLines(file);
            }
            catch (FileNotFoundException)
            {
                // Removed since the folder was read: by its owner, or by another lab that starts and sweeps too.
                continue;
            }

            if (lines.Length < 2)
            {
                // Written in one go right after its creation: a lab is just starting, or died within microseconds and created nothing.
                continue;
            }

            string[] owner = lines[0].Split(' ');
            if (StartTimeOf(int.Parse(owner[0], CultureInfo.InvariantCulture)) != owner[1])
            {
                Remove(new LabIdentity(Path.GetFileName(file), lines[1]));
                swept.Add(Path.GetFileName(file));
            }
        }

        return swept;
    }

    /// <summary>What another one removes at the same moment is gone all the same.</summary>
    private static void WhileItIsThere(string networkNamespace, Action<string> action)
    {
        try
        {
            action(networkNamespace);
        }
        catch (LabException) when (!NetworkNamespace.Exists(networkNamespace))
        {
            // The other one was faster.
        }
    }

    private static void DeleteFolder(string folder)
    {
        while (Directory.Exists(folder))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is DirectoryNotFoundException or FileNotFoundException)
            {
                // The other one was faster with a part of it.
            }
        }
    }

    private static IEnumerable<string> NamespacesOf(string id) =>
        Directory.Exists("/run/netns")
            ? Directory.GetFiles("/run/netns", $"{NamespacePrefix}{id}-*").Select(path => Path.GetFileName(path))
            : [];

    private static void KillProcessesIn(string networkNamespace)
    {
        foreach (string pid in SystemCommand.Run("ip", "netns", "pids", networkNamespace)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int number = int.Parse(pid, CultureInfo.InvariantCulture);
            if (number != Environment.ProcessId)
            {
                _ = LabLibC.Kill(number, (int)LinuxSignal.Kill);
            }
        }
    }

    /// <summary>Start time in clock ticks since boot (proc(5), stat field 22), which tells a process from a later one with its pid.</summary>
    private static string StartTimeOf(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return "gone";
        }
    }
}

/// <summary>A lab's id and its temp directory.</summary>
internal sealed record LabIdentity(string Id, string Directory);
