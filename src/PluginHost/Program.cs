using System.Runtime.InteropServices;
using System.Text.Json;
using HotStandby.HostProtocol;
using HotStandby.PluginHost;
using HotStandby.PluginHost.Streams;

// Exit codes: 0 standard input ended; 2 a message could not be read or has another version; 134 (SIGABRT) a plugin took the process down.
(Stream fromCore, Stream toCore) = StandardStreams.Take();
var outbox = new Outbox(toCore);
Console.SetOut(new PluginConsole(outbox));
AppDomain.CurrentDomain.UnhandledException += (_, e) =>
    Console.Error.WriteLine($"hotstandby-plugin-host: unhandled exception on thread \"{Thread.CurrentThread.Name}\": {e.ExceptionObject}");

// The core ends the host by closing its input. A signal to the whole group or unit must not cut off the last notifications.
PosixSignalRegistration[] ignored =
    [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
        .Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true))];

// Plugins that block pool threads would else make the others wait for the pool to grow by one thread a second.
ThreadPool.SetMinThreads(32, 8);

var host = new Host(outbox);
int exit = 0;
using (var lines = new StreamReader(fromCore))
{
    while (lines.ReadLine() is { } line)
    {
        try
        {
            ToHost message = HostProtocolJson.ReadToHost(line);
            int version = message switch
            {
                Configure configure => configure.Protocol,
                Describe describe => describe.Protocol,
                Judge judge => judge.Protocol,
                Render render => render.Protocol,
                Probe probe => probe.Protocol,
                _ => ToHost.ProtocolVersion,
            };
            if (version != ToHost.ProtocolVersion)
            {
                throw new JsonException($"the core speaks version {version} of the host protocol, this host {ToHost.ProtocolVersion}: the two are shipped together");
            }

            host.Take(message);
        }
        catch (JsonException e)
        {
            Console.Error.WriteLine($"hotstandby-plugin-host: unreadable message: {e.Message}");
            exit = 2;
            break;
        }
    }
}

host.Stop(TimeSpan.FromSeconds(5));
outbox.Flush(TimeSpan.FromMilliseconds(500));
Array.ForEach(ignored, registration => registration.Dispose());
Native.Exit(exit);
