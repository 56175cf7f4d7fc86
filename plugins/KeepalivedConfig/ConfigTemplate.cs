using System.Globalization;
using HotStandby.Abstractions;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;
using Scriban.Syntax;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>A Scriban template with the name its errors carry.</summary>
internal sealed class ConfigTemplate
{
    private const string BuiltInName = "keepalived.conf.scriban";
    private readonly Template _template;

    private ConfigTemplate(string text, string name)
    {
        // The same bytes come out wherever the template was edited.
        _template = Template.Parse(text.ReplaceLineEndings("\n"), name);
        if (_template.HasErrors)
        {
            LogMessage first = _template.Messages.First(message => message.Type == ParserMessageType.Error);
            throw Wrong(first.Span, first.Message, null);
        }
    }

    /// <summary>Reads the site's own template.</summary>
    /// <exception cref="GenerationException">It can't be read, or is no Scriban template; names line and column.</exception>
    public static async Task<ConfigTemplate> ReadAsync(string path, string baseDirectory, CancellationToken cancellationToken)
    {
        string file = Path.GetFullPath(path, baseDirectory);
        try
        {
            return new ConfigTemplate(await File.ReadAllTextAsync(file, cancellationToken), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GenerationException($"the template {file} can't be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads the template in this assembly.</summary>
    public static async Task<ConfigTemplate> ReadBuiltInAsync(CancellationToken cancellationToken)
    {
        using Stream stream = typeof(ConfigTemplate).Assembly.GetManifestResourceStream(BuiltInName)
            ?? throw new InvalidOperationException($"the resource {BuiltInName} is missing from the assembly");
        using StreamReader reader = new(stream);
        return new ConfigTemplate(await reader.ReadToEndAsync(cancellationToken), BuiltInName);
    }

    /// <summary>Fills the template in.</summary>
    /// <exception cref="GenerationException">It names what does not exist, or fails in another way; names line and column.</exception>
    public string Render(KeepalivedModel values, CancellationToken cancellationToken)
    {
        ScriptObject globals = [];
        globals.Import(values);
        TemplateContext scriban = new()
        {
            // A misspelt name would leave a hole in the file.
            StrictVariables = true,
            EnableRelaxedMemberAccess = false,
            NewLine = "\n",
            CancellationToken = cancellationToken,
        };
        scriban.PushCulture(CultureInfo.InvariantCulture);
        scriban.PushGlobal(globals);
        try
        {
            return _template.Render(scriban);
        }
        catch (ScriptRuntimeException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Wrong(exception.Span, exception.OriginalMessage, exception);
        }
    }

    /// <summary>Scriban counts lines and columns from 0.</summary>
    private static GenerationException Wrong(SourceSpan at, string message, Exception? cause)
    {
        string sentence = string.Create(
            CultureInfo.InvariantCulture,
            $"the template {at.FileName}, line {at.Start.Line + 1}, column {at.Start.Column + 1}: {message}");
        return cause is null ? new GenerationException(sentence) : new GenerationException(sentence, cause);
    }
}
