using System.Reflection;
using System.Runtime.Loader;
using HotStandby.Abstractions;
using HotStandby.UnitTests.Explorer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HotStandby.UnitTests.SeededBugs;

/// <summary>The protocol core with one mistake and the explorer, compiled together into an assembly that lives for one exploration.</summary>
internal static class PatchedCore
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.IO;";
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.None);
    private static readonly Lazy<CSharpCompilation> Right = new(Compile);

    private static string CoreFolder => Path.Combine(Repository.Root, "src/Agent/Vrrp");

    /// <summary>What an exploration of the core with the mistake reports; null when it was not caught.</summary>
    /// <exception cref="InvalidOperationException">The text to replace is not there exactly once, or the result does not compile.</exception>
    public static string? Explore(SeededBug bug, int mostStates)
    {
        string path = Path.Combine(CoreFolder, bug.File);
        string text = File.ReadAllText(path);
        int at = text.IndexOf(bug.Right, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(bug.Right, at + 1, StringComparison.Ordinal) >= 0)
        {
            throw new InvalidOperationException($"{bug.File} does not hold this exactly once: {bug.Right}");
        }

        SyntaxTree old = Right.Value.SyntaxTrees.First(tree => tree.FilePath == path);
        string wrong = string.Concat(text.AsSpan(0, at), bug.Wrong, text.AsSpan(at + bug.Right.Length));
        CSharpCompilation patched = Right.Value.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(wrong, Parsing, path));
        using MemoryStream image = new();
        Microsoft.CodeAnalysis.Emit.EmitResult emitted = patched.Emit(image);
        if (!emitted.Success)
        {
            throw new InvalidOperationException(string.Join('\n', emitted.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)));
        }

        image.Position = 0;
        AssemblyLoadContext context = new(bug.Name, isCollectible: true);
        try
        {
            MethodInfo explore = context.LoadFromStream(image).GetType(typeof(Exploration).FullName!)!.GetMethod(nameof(Exploration.FirstBroken))!;
            return (string?)explore.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [bug.Setup, bug.Faults, mostStates], null);
        }
        finally
        {
            context.Unload();
        }
    }

    private static CSharpCompilation Compile()
    {
        IEnumerable<string> explorer = Directory.GetFiles(Path.Combine(Repository.Root, "tests/UnitTests/Explorer"), "*.cs")
            .Where(file => !file.EndsWith("Tests.cs", StringComparison.Ordinal));
        string simulation = Path.Combine(Repository.Root, "src/Agent/Simulation");
        string[] attacker = [Path.Combine(simulation, "Attacker.cs"), Path.Combine(simulation, "SeededRandom.cs")];
        IEnumerable<SyntaxTree> trees = Directory.GetFiles(CoreFolder, "*.cs", SearchOption.AllDirectories).Concat(explorer).Concat(attacker)
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Parsing, file))
            .Append(CSharpSyntaxTree.ParseText(Usings, Parsing));
        string[] references =
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
                .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) || Path.GetFileName(path) == "netstandard.dll"),
            typeof(RouterState).Assembly.Location,
        ];
        return CSharpCompilation.Create(
            "HotStandby.PatchedCore",
            trees,
            references.Distinct().Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
    }
}
