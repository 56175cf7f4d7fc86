using HotStandby.Abstractions;

namespace HotStandby.Plugins.KeepalivedConfig;

/// <summary>
/// What keepalived can't say: strictly all of it in one error, so that nobody has to ask again and again; leniently a comment at the place where
/// it is missing, each with the path in plugins.json.
/// </summary>
internal sealed class Gaps(bool lenient)
{
    private readonly List<string> _said = [];

    /// <summary>Notes one.</summary>
    /// <param name="path">Where it stands in plugins.json; empty when unknown.</param>
    /// <param name="why">Why keepalived can't; a clause.</param>
    /// <param name="comments">Those of the block it is missing from.</param>
    public void Add(string path, string why, List<string> comments)
    {
        string sentence = path.Length == 0 ? why : $"{path}: {why}";
        if (!lenient)
        {
            _said.Add(sentence);
            return;
        }

        // A name with a line feed would end the comment.
        comments.Add("NOT RENDERED: " + string.Concat(sentence.Select(letter => char.IsControl(letter) ? ' ' : letter)));
    }

    /// <summary>What <paramref name="make"/> makes; null when it can't be said, which is noted.</summary>
    public T? Try<T>(string path, List<string> comments, Func<T> make)
        where T : class
    {
        try
        {
            return make();
        }
        catch (GenerationException error)
        {
            Add(path, error.Message, comments);
            return null;
        }
    }

    /// <exception cref="GenerationException">Something was noted, and this is not lenient.</exception>
    public void ThrowIfAny()
    {
        if (_said.Count > 0)
        {
            throw new GenerationException(string.Join("\n", _said.Distinct()));
        }
    }
}
