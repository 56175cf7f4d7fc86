using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace HotStandby.TestKit;

/// <summary>
/// The nodes of a plugins.json with real agents and services in network namespaces, built and removed by the program <c>hotstandby</c>
/// (<c>hotstandby lab --hold</c>), for a test to break and to look at. Needs Linux, root and that program: see <see cref="LabFactAttribute"/>. Every
/// method heeds the cancellation of the running test.
/// </summary>
public sealed class Lab : IAsyncDisposable
{
    /// <summary>The environment variable that names the program when it is not in PATH.</summary>
    public const string ProgramVariable = "HOTSTANDBY";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly LabFiles _files;
    private readonly LabHolder _holder;
    private readonly LabDescription _description;

    private Lab(LabFiles files, LabHolder holder, LabDescription description)
    {
        _files = files;
        _holder = holder;
        _description = description;
        Nodes = [.. description.Nodes.Select(node => new LabNode(this, holder, node))];
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<LabNode> Nodes { get; }

    /// <summary>How long a wait waits at most if it is not told: what the file itself makes a change of master take, and 15 s for a busy machine.</summary>
    public TimeSpan Bound => TimeSpan.FromSeconds(_description.BoundSeconds);

    /// <summary>The network namespace of the client, which is on the nodes' wires and is none of them.</summary>
    public string ClientNamespace => _description.Client;

    /// <summary>Why no lab can be had here, as a sentence for a skipped test; null when one can.</summary>
    /// <param name="program">See <see cref="LabOptions.Program"/>.</param>
    public static string? WhyNotHere(string? program = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "a lab needs Linux: it is made of network namespaces";
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "a lab makes network namespaces and needs root: run the tests with sudo";
        }

        LabProgram found = Program(program);
        return found.Path is null ? "a lab is run by the program 'hotstandby': " + found.WhyNot : null;
    }

    /// <summary>Builds the namespaces, starts services and agents, and returns when every agent answers; who is master is not settled then.</summary>
    /// <exception cref="LabException">No lab can be had, or the program refused; what it wrote is in the message.</exception>
    /// <exception cref="ArgumentException">The options contradict each other, or name a folder that is no plugin's.</exception>
    /// <exception cref="FileNotFoundException">The options name a file that is not there.</exception>
    public static async Task<Lab> StartAsync(LabOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (WhyNotHere(options.Program) is string why)
        {
            throw new LabException($"There is no lab here: {why}.");
        }

        LabFiles files = LabFiles.Prepare(options, AppContext.BaseDirectory);
        try
        {
            (LabHolder holder, LabDescription description) =
                await LabHolder.StartAsync(Program(options.Program).Path!, files.Configuration, TestContext.Current.CancellationToken).ConfigureAwait(false);
            return new Lab(files, holder, description);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>One node.</summary>
    /// <exception cref="KeyNotFoundException">The file has none of that name.</exception>
    public LabNode Node(string name) =>
        Nodes.FirstOrDefault(node => node.Name == name)
        ?? throw new KeyNotFoundException($"The lab has no node '{name}'; it has: {string.Join(", ", Nodes.Select(node => node.Name))}.");

    /// <summary>Waits until this node, and no other, is MASTER and its kernel has every address of the virtual router.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="virtualRouter">Its name; null when the file has only one.</param>
    /// <param name="within">At most this long; null: <see cref="Bound"/>.</param>
    /// <returns>The node's status then.</returns>
    /// <exception cref="LabException">It was not in that time; every node's last status is in the message.</exception>
    public Task<LabStatus> WaitForMasterAsync(string node, string? virtualRouter = null, TimeSpan? within = null)
    {
        LabNode master = Node(node);
        string router = RouterNamed(virtualRouter);
        return WaitAsync(
            async () =>
            {
                LabStatus?[] all = await StatusOfAllAsync().ConfigureAwait(false);
                LabStatus? only = all.Where(status => status?.VirtualRouter(router).State == "MASTER").ToArray() is [LabStatus one] ? one : null;
                return only?.Node == master.Name && only.VirtualRouter(router).Addresses.All(address => address.Bound) ? only : null;
            },
            $"{node} to be the one master of {router}",
            within);
    }

    /// <summary>Who answers a client that asks the virtual address now.</summary>
    /// <param name="virtualRouter">Its name; null when the file has only one.</param>
    /// <returns>The node's name; null when nobody answers within about 2 s.</returns>
    public Task<string?> WhoAnswersAsync(string? virtualRouter = null) => _holder.DoAsync("ask", router: RouterNamed(virtualRouter));

    /// <summary>Waits until this node answers a client that asks the virtual address.</summary>
    /// <inheritdoc cref="WaitForMasterAsync" path="/param"/>
    /// <exception cref="LabException">It did not in that time; every node's last status is in the message.</exception>
    public Task WaitForAnswerAsync(string node, string? virtualRouter = null, TimeSpan? within = null)
    {
        LabNode expected = Node(node);
        string router = RouterNamed(virtualRouter);
        return WaitAsync(
            async () => await WhoAnswersAsync(router).ConfigureAwait(false) == expected.Name ? expected : null,
            $"{node} to answer the client of {router}",
            within);
    }

    /// <summary>Ends every process of the lab and removes its namespaces; returns when they are gone.</summary>
    /// <exception cref="LabException">Something is left.</exception>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _holder.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _files.Dispose();
        }
    }

    internal async Task<T> WaitAsync<T>(Func<Task<T?>> look, string what, TimeSpan? within)
        where T : class
    {
        TimeSpan bound = within ?? Bound;
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            // Read before the look, so that the last look is one after the bound.
            bool isLast = Stopwatch.GetElapsedTime(begin) >= bound;
            if (await look().ConfigureAwait(false) is T found)
            {
                return found;
            }

            if (isLast)
            {
                string seconds = bound.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
                throw new LabException($"Waited {seconds} s for {what}.\n{await PictureAsync().ConfigureAwait(false)}");
            }

            await Task.Delay(LookInterval, TestContext.Current.CancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The last lines, indented.</summary>
    internal static string TailOf(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(10).Select(line => "    " + line));

    private static LabProgram Program(string? given) =>
        LabProgram.Find(given, Environment.GetEnvironmentVariable(ProgramVariable), Environment.GetEnvironmentVariable("PATH"));

    private async Task<LabStatus?[]> StatusOfAllAsync() => await Task.WhenAll(Nodes.Select(node => node.TryStatusAsync())).ConfigureAwait(false);

    private string RouterNamed(string? name)
    {
        IEnumerable<string> all = _description.VirtualRouters.Select(router => router.Name);
        string known = string.Join(", ", all);
        return name is null
            ? _description.VirtualRouters is [LabDescription.RouterAt only] ? only.Name : throw new ArgumentException($"The file has several virtual routers, say which: {known}.", nameof(name))
            : all.Contains(name) ? name : throw new KeyNotFoundException($"The lab has no virtual router '{name}'; it has: {known}.");
    }

    private async Task<string> PictureAsync()
    {
        var picture = new StringBuilder();
        foreach ((LabNode node, LabStatus? status) in Nodes.Zip(await StatusOfAllAsync().ConfigureAwait(false)))
        {
            picture.AppendLine(CultureInfo.InvariantCulture, $"{node.Name}:{(status is null ? " no agent answers" : "")}");
            foreach (LabVirtualRouter router in status?.VirtualRouters ?? [])
            {
                picture.AppendLine(CultureInfo.InvariantCulture, $"  {router.Name} {router.State}, priority {router.Priority.Effective}: {router.Why}");
            }

            foreach (LabCheck check in status?.Checks ?? [])
            {
                picture.AppendLine(CultureInfo.InvariantCulture, $"  check {check.Id} {check.State}: {check.LastWords}");
            }

            foreach (LabPlugin plugin in status?.Plugins.Where(plugin => plugin.State != "active") ?? [])
            {
                picture.AppendLine(CultureInfo.InvariantCulture, $"  plugin {plugin.Id} {plugin.State}: {plugin.Why}");
            }

            picture.AppendLine("  its agent's last words:").AppendLine(TailOf(node.AgentLog));
        }

        return picture.ToString().TrimEnd();
    }
}
