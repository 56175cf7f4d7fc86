using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace HotStandby.HostilePlugins.Misbehaving;

[Description("What to do wrong, and when.")]
public sealed record Options
{
    [Description("What to do wrong.")]
    public Deed Deed { get; init; } = Deed.Nothing;

    [Description("Calls that behave first.")]
    [Range(0, 1000)]
    public int After { get; init; }

    [Description("A file to write, read or wait for.")]
    public string? File { get; init; }

    [Description("How long to take.")]
    public TimeSpan Take { get; init; } = TimeSpan.FromMilliseconds(1);

    [RegularExpression("[a-z]+")]
    [StringLength(8, MinimumLength = 2)]
    public string Word { get; init; } = "fine";

    public Nested? Inner { get; init; }

    [Description("How often it asks itself for itself.")]
    public int Endless
    {
        get => field;
        init => field = value == 1 ? Dig(0) : value;
    }

    private static int Dig(int depth) => depth == int.MinValue ? depth : Dig(depth + 1) + 1;
}

public sealed record Nested
{
    [Range(1, 9)]
    public required int Digit { get; init; }
}

public enum Deed
{
    Nothing,
    FailFast,
    StackOverflow,
    NeverReturn,
    ReturnWhenFileIsGone,
    OwnThreadException,
    ThrowInConstructor,
    ThrowInRegister,
    BlockInConstructor,
    Throw,
    Exit,
    Deadlock,
    Allocate,
    ThreadStorm,
    FillThreadPool,
    AnswerNull,
    HugeReason,
    ReasonWithNewlines,
    WriteToConsole,
    WriteToDescriptorOne,
    ReadConsole,
    FailWhileFileExists,
    Cancelled,
    IgnoreCancellation,
    PushUp,
    PushFlood,
    PushOnceThenSilent,
    PushAndEnd,
    PushAndThrow,
    PushBlockForever,
    Notify,
    NotifySlowly,
    NotifyNeverReturn,
    CheckAndPush,
    NothingAtAll,
    DisposeAsync,
    ThrowInDispose,
}
