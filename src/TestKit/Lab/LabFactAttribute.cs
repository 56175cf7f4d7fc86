using System.Runtime.CompilerServices;
using Xunit;

namespace HotStandby.TestKit;

/// <summary>
/// A fact that starts a <see cref="Lab"/>. Where none can be had it is skipped, with <see cref="Lab.WhyNotHere"/> as the reason; with
/// <see cref="RequireVariable"/> set to 1, as a build server should have it, it runs and fails instead.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabFactAttribute : FactAttribute
{
    /// <summary>The environment variable that turns the skip into a failure.</summary>
    public const string RequireVariable = "HOTSTANDBY_REQUIRE_LAB";

    /// <summary>Decides when the test is discovered.</summary>
    /// <param name="sourceFilePath">The compiler's.</param>
    /// <param name="sourceLineNumber">The compiler's.</param>
    public LabFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber)
    {
        if (Environment.GetEnvironmentVariable(RequireVariable) != "1")
        {
            Skip = Lab.WhyNotHere();
        }
    }
}
