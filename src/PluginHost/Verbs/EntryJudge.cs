using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Loading;
using HotStandby.PluginHost.Running;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Verbs;

/// <summary>Answers <see cref="HostProtocol.Judge"/>: sets every entry up with the code that sets it up to run, and says what came of it.</summary>
internal sealed class EntryJudge(Outbox outbox, OpenCalls calls)
{
    public void Judge(Judge request)
    {
        foreach (string name in request.Entries.Select(entry => entry.Use).Where(use => use.Length > 0).Distinct())
        {
            if (Find(name, request) is { } file && calls.Begin(name, CancellationToken.None))
            {
                outbox.Send(PluginCatalog.Describe(file, request.Refusals.GetValueOrDefault(name)));
                calls.End(name);
            }
        }

        for (int i = 0; i < request.Entries.Count; i++)
        {
            HostedPlugin entry = request.Entries[i];
            if (Find(entry.Use, request) is { } file && calls.Begin(entry.Id, CancellationToken.None))
            {
                outbox.Send(Judge(i, entry, file, request));
                calls.End(entry.Id);
            }
        }

        outbox.Send(new Done());
    }

    /// <returns>Null when there is no such plugin, which the core says in its own words.</returns>
    private static PluginFile? Find(string name, Judge request)
    {
        try
        {
            // A refused one is found as well: it is described with the refusal, and not loaded.
            return PluginFile.Find(name, request.PluginPaths, new Dictionary<string, string>());
        }
        catch (PluginRefusedException)
        {
            return null;
        }
    }

    private EntryJudged Judge(int index, HostedPlugin entry, PluginFile file, Judge request)
    {
        PluginConsole.Enter(entry.Id);
        PluginContext context = PluginEntry.Context(entry, request.Node, request.BaseDirectory, outbox);
        try
        {
            if (request.Refusals.TryGetValue(file.Name, out string? refusal))
            {
                throw new PluginRefusedException(refusal);
            }

            PluginServices services = PluginServices.Create(PluginAssembly.Load(file), context, entry.Options);
            if (services.Free() is string thrown)
            {
                outbox.Send(new Logged(entry.Id, "it threw while it was disposed of: " + thrown));
            }

            return new EntryJudged(index, [], services.OwnKinds, services.PushedCheck is not null);
        }
        catch (PluginRefusedException e)
        {
            return new EntryJudged(index, e.Faults.Count > 0 ? e.Faults : [new OptionFault("", e.Message)], [], Pushes: false);
        }
        catch (Exception e)
        {
            return new EntryJudged(index, [new OptionFault("", Words.Of(e))], [], Pushes: false);
        }
    }
}
