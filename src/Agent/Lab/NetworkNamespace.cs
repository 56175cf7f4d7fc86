using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace HotStandby.Agent.Lab;

/// <summary>Named network namespaces as <c>ip netns</c> keeps them (ip-netns(8)).</summary>
internal static class NetworkNamespace
{
    private const string Folder = "/run/netns";

    public static string PathOf(string name) => $"{Folder}/{name}";

    public static bool Exists(string name) => File.Exists(PathOf(name));

    /// <summary>Creates it with loopback up.</summary>
    public static void Create(string name)
    {
        SystemCommand.Run("ip", "netns", "add", name);
        SystemCommand.Run("ip", "-n", name, "link", "set", "lo", "up");
    }

    /// <summary>Removes its name; the kernel frees it, and every veth in it, when its last process is gone. Not an error if it is gone.</summary>
    public static void Delete(string name)
    {
        try
        {
            if (Exists(name))
            {
                SystemCommand.Run("ip", "netns", "delete", name);
            }
        }
        catch (LabException) when (!Exists(name))
        {
            // Two labs that start at once sweep the same dead one.
        }
    }

    /// <summary>
    /// Moves the calling thread into the namespace for the rest of its life. Only for a thread of one's own: a pool thread would carry the
    /// namespace into other work.
    /// </summary>
    /// <exception cref="LabException">No such namespace, or no right to enter it.</exception>
    public static void EnterForever(string name)
    {
        if (!Exists(name))
        {
            throw new LabException($"There is no network namespace '{name}'.");
        }

        using SafeFileHandle handle = File.OpenHandle(PathOf(name));
        if (LabLibC.SetNamespace((int)handle.DangerousGetHandle(), LabLibC.CloneNewNet) != 0)
        {
            throw new LabException($"Can't enter the network namespace '{name}': {LabLibC.LastError()}.");
        }
    }

    /// <summary>
    /// Runs a delegate on a fresh thread inside the namespace and waits for it. Sockets opened in it stay in the namespace; so the delegate
    /// must use blocking calls on its own thread, and may hand the open sockets out. Exceptions come out as they were thrown.
    /// </summary>
    public static void Run(string name, Action action) =>
        Run(name, () =>
        {
            action();
            return true;
        });

    /// <inheritdoc cref="Run(string, Action)"/>
    public static T Run<T>(string name, Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                EnterForever(name);
                result = action();
            }
#pragma warning disable CA1031 // Handed over to the caller's thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
