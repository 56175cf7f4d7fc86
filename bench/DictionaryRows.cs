namespace HotStandby.Bench;

/// <summary>Rows that are filled round by round.</summary>
internal static class DictionaryRows
{
    public static List<T> GetOrAdd<TKey, T>(this Dictionary<TKey, List<T>> rows, TKey key) where TKey : notnull
    {
        if (!rows.TryGetValue(key, out List<T>? row))
        {
            rows[key] = row = [];
        }

        return row;
    }
}
