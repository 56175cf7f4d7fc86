namespace HotStandby.Agent.Configuration;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Nearest
{
    /// <summary>The nearest of <paramref name="words"/>, or null when none is near enough to be worth a guess.</summary>
    public static string? To(string word, IEnumerable<string> words)
    {
        string plain = Plain(word);
        if (plain.Length is 0 or > 64)
        {
            return null;
        }

        string? nearest = null;
        int best = int.MaxValue;
        foreach (string candidate in words)
        {
            string other = Plain(candidate);
            int distance = Distance(plain, other);
            bool begins = plain.Length >= 3 && other.StartsWith(plain, StringComparison.Ordinal);
            int allowed = Math.Max(1, Math.Min(plain.Length, other.Length) / 3);
            if ((distance <= allowed || begins) && distance < best)
            {
                nearest = candidate;
                best = distance;
            }
        }

        return nearest;
    }

    /// <summary>
    /// Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment distance).
    /// </summary>
    internal static int Distance(string left, string right)
    {
        int[] beforeLast = new int[right.Length + 1];
        int[] last = new int[right.Length + 1];
        int[] row = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int change = left[i - 1] == right[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, row) = (last, row, beforeLast);
        }

        return last[right.Length];
    }

    // advert_interval, Advert-Interval and advertInterval are the same word to the one who types it.
    private static string Plain(string word) =>
        string.Concat(word.Where(letter => letter is not ('_' or '-' or ' '))).ToLowerInvariant();
}
