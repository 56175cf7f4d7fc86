using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace HotStandby.Plugins.Script;

/// <summary>The options of the Script plugin. Each command is an argument vector: no shell takes part.</summary>
[Description("Scripts to run on transitions. Each is a list: the absolute path, then its arguments; INSTANCE or GROUP, the name, the state and the priority are appended.")]
public sealed record ScriptOptions : IValidatableObject
{
    /// <summary>Run when the virtual router or sync group becomes MASTER.</summary>
    [Description("Run when the virtual router or sync group becomes MASTER.")]
    public IReadOnlyList<string>? OnMaster { get; init; }

    /// <summary>Run when the virtual router or sync group becomes BACKUP.</summary>
    [Description("Run when the virtual router or sync group becomes BACKUP.")]
    public IReadOnlyList<string>? OnBackup { get; init; }

    /// <summary>Run when the virtual router or sync group goes into FAULT.</summary>
    [Description("Run when the virtual router or sync group goes into FAULT.")]
    public IReadOnlyList<string>? OnFault { get; init; }

    /// <summary>Run when the agent stops or the virtual router or sync group is taken out of plugins.json.</summary>
    [Description("Run when the agent stops or the virtual router or sync group is taken out of plugins.json.")]
    public IReadOnlyList<string>? OnStop { get; init; }

    /// <summary>Run in the place of onMaster and notify when another master lost to this one.</summary>
    [Description("Run in the place of onMaster and notify when the virtual router stays MASTER after another node took itself for that and lost (keepalived notify_master_rx_lower_pri).")]
    public IReadOnlyList<string>? OnReassert { get; init; }

    /// <summary>Without onReassert: whether onMaster and notify are run again then.</summary>
    [Description("Whether, without onReassert, onMaster and notify are run again then.")]
    public bool Reassert { get; init; } = true;

    /// <summary>Run before this node leaves MASTER on purpose; the role is left when it has ended, or releaseBudget is over.</summary>
    [Description("Run before this node leaves MASTER for a stop, drain or switchover; the role is left when it has ended, or releaseBudget is over.")]
    public IReadOnlyList<string>? OnRelease { get; init; }

    /// <summary>Run when an alarm begins and when it ends.</summary>
    [Description("Run when an alarm of the virtual router begins and when it ends; ALARM, the name, BEGIN or END and the alarm's code are appended.")]
    public IReadOnlyList<string>? OnAlarm { get; init; }

    /// <summary>Run on every transition.</summary>
    [Description("Run on each of these, after the one above has ended.")]
    public IReadOnlyList<string>? Notify { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        (string Name, IReadOnlyList<string>? Command)[] commands =
        [
            (nameof(OnMaster), OnMaster), (nameof(OnReassert), OnReassert), (nameof(OnBackup), OnBackup), (nameof(OnFault), OnFault), (nameof(OnStop), OnStop), (nameof(OnRelease), OnRelease),
            (nameof(OnAlarm), OnAlarm), (nameof(Notify), Notify),
        ];
        if (commands.All(one => one.Command is null))
        {
            yield return new ValidationResult("expected at least one of onMaster, onReassert, onBackup, onFault, onStop, onRelease, onAlarm, notify");
        }

        foreach ((string name, IReadOnlyList<string>? command) in commands)
        {
            if (command is not null && CommandVector.Problem(command) is string problem)
            {
                yield return new ValidationResult(problem, [name]);
            }
        }
    }
}
