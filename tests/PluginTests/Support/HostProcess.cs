using System.Diagnostics;
using System.Text;
using System.Text.Json;
using HotStandby.HostProtocol;

namespace HotStandby.PluginTests.Support;

/// <summary>The real plugin host as a child process; speaks the message stream with it as the core does.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<FromHost> _events = [];
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;
    private Exception? _unreadable;

    public HostProcess()
    {
        _process = Process.Start(new ProcessStartInfo(Layout.HostBinary)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_DbgEnableMiniDump"] = "0" },
        })!;
        _reading = Task.WhenAll(Task.Run(ReadEvents), Task.Run(ReadErrors));
    }

    public int Pid => _process.Id;

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Everything heard so far. Fails when a line was not a message: the stream must stay clean whatever plugins do.</summary>
    public IReadOnlyList<FromHost> Events
    {
        get
        {
            lock (_events)
            {
                Assert.Null(_unreadable);
                return [.. _events];
            }
        }
    }

    /// <summary>Ids whose call had begun and not ended when the stream stood where it stands now.</summary>
    public IReadOnlySet<string> OpenCalls
    {
        get
        {
            var open = new HashSet<string>();
            foreach (FromHost happened in Events)
            {
                _ = happened switch
                {
                    CallStarted started => open.Add(started.Id),
                    CallEnded ended => open.Remove(ended.Id),
                    _ => false,
                };
            }

            return open;
        }
    }

    public static HostedPlugin Entry(
        string id, string options = "{}", string use = "Misbehaving", int interval = 50, int timeout = 2000, int rise = 1, int fall = 1) => new(
        id, use, TimeSpan.FromMilliseconds(interval), TimeSpan.FromMilliseconds(timeout), rise, fall, StartAs.Wait, JsonDocument.Parse(options).RootElement);

    public static HostedPlugin Doing(
        string id, string deed, string more = "", int interval = 50, int timeout = 2000, int rise = 1, int fall = 1) =>
        Entry(id, $$"""{ "deed": "{{deed}}"{{more}} }""", "Misbehaving", interval, timeout, rise, fall);

    public void Configure(Layout layout, params HostedPlugin[] plugins) =>
        Send(new Configure(ToHost.ProtocolVersion, "web1", layout.Root, [layout.PluginPath], plugins));

    public void Send(ToHost message)
    {
        _process.StandardInput.WriteLine(HostProtocolJson.ToLine(message));
        _process.StandardInput.Flush();
    }

    public void SendRaw(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>The first event of this kind that fits, already heard or still to come.</summary>
    /// <param name="after">How many events, counted from the start, are not looked at.</param>
    public async Task<T> ExpectAsync<T>(Func<T, bool> fits, string what, int after = 0)
        where T : FromHost
    {
        T? found = null;
        await Wait.UntilAsync(() => (found = Events.Skip(after).OfType<T>().FirstOrDefault(fits)) is not null || _reading.IsCompleted, what + "; errors: " + Errors);
        found ??= Events.Skip(after).OfType<T>().FirstOrDefault(fits);
        Assert.True(found is not null, $"the host ended without: {what}; errors: {Errors}");
        return found;
    }

    public Task<CheckChanged> ExpectCheckAsync(string id, bool healthy, string reason = "", int after = 0) => ExpectAsync<CheckChanged>(
        check => check.Id == id && check.Healthy == healthy && check.Reason.Contains(reason, StringComparison.Ordinal),
        $"{id} healthy={healthy} \"{reason}\"",
        after);

    public Task<PluginChanged> ExpectPluginAsync(string id, PluginState state, int after = 0) =>
        ExpectAsync<PluginChanged>(plugin => plugin.Id == id && plugin.State == state, $"{id} {state}", after);

    /// <summary>Waits for some more healthy results of this entry from now on: others must not hold it up.</summary>
    public async Task ExpectGoingOnAsync(string id)
    {
        int from = Events.Count;
        await Wait.UntilAsync(
            () => Events.Skip(from).OfType<CheckChanged>().Count(check => check.Id == id && check.Healthy == true) >= 5,
            $"five more results of {id}");
    }

    public void CloseInput() => _process.StandardInput.Close();

    public async Task<int> ExitCodeAsync()
    {
        await Wait.UntilAsync(() => _process.HasExited && _reading.IsCompleted, "the host's end");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    private void ReadEvents() => ReadToEnd(() =>
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            lock (_events)
            {
                try
                {
                    _events.Add(HostProtocolJson.ReadFromHost(line));
                }
                catch (JsonException e)
                {
                    _unreadable = e;
                }
            }
        }
    });

    private void ReadErrors() => ReadToEnd(() =>
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            lock (_errors)
            {
                if (_errors.Length < 100_000)
                {
                    _errors.AppendLine(line);
                }
            }
        }
    });

    /// <summary>What a hostile plugin left behind may hold a pipe beyond the end of the test.</summary>
    private static void ReadToEnd(Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
