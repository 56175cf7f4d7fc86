using HotStandby.Abstractions;
using HotStandby.HostProtocol;
using HotStandby.PluginHost.Streams;

namespace HotStandby.PluginHost.Running;

/// <summary>The one answer that everything a notifier is to be told gets.</summary>
internal static class Answers
{
    public static Notified To(string id, Transition told, NotifyResult result, TimeSpan took, bool wasTold) =>
        new(id, told.Sequence, result.Succeeded, result.Detail, took) { Kind = told.Kind, VirtualRouter = told.VirtualRouter, WasTold = wasTold };

    public static AlarmTold To(string id, Alarm told, NotifyResult result, TimeSpan took, bool wasTold) =>
        new(id, told.Sequence, Listens: true, result.Succeeded, result.Detail, took) { WasTold = wasTold };

    /// <summary>It was not told, and is still to be.</summary>
    public static Notified Refuse(string id, Transition told, string why) => To(id, told, Refusal(why), TimeSpan.Zero, wasTold: false);

    /// <summary>It was not told, and is still to be.</summary>
    public static AlarmTold Refuse(string id, Alarm told, string why) => To(id, told, Refusal(why), TimeSpan.Zero, wasTold: false);

    private static NotifyResult Refusal(string why) => new(false, Words.OneLine(why, "refused"));
}
