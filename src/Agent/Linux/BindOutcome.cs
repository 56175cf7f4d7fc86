using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Linux;

/// <summary>What became of one address.</summary>
public enum BindResult
{
    /// <summary>The interface has it, with the asked lifetime.</summary>
    Bound,

    /// <summary>The interface had it before, from somebody else: it is used, but neither renewed nor ever deleted.</summary>
    AlreadyThere,

    /// <summary>The interface no longer has it.</summary>
    Released,

    /// <summary>It was not there to be released, or its interface is gone.</summary>
    Missing,

    /// <summary>The kernel refused; <see cref="BindOutcome.Error"/> says why.</summary>
    Failed,
}

/// <param name="Error">A sentence with the errno's name; null unless <see cref="BindResult.Failed"/>.</param>
public readonly record struct BindOutcome(AddressPrefix Address, BindResult Result, string? Error = null)
{
    public bool Failed => Result == BindResult.Failed;
}
