namespace HotStandby.Agent.Configuration;

/// <summary>Reads a file that somebody named: a wrong path (a log, a device) must not fill the memory.</summary>
internal static class BoundedFile
{
    /// <summary>The whole of it; null when it can't be read.</summary>
    /// <param name="path">Of a file, or of a pipe such as /dev/stdin.</param>
    /// <param name="largest">In bytes; what has more is not read.</param>
    /// <param name="problem">Why it can't be read; empty when it was.</param>
    public static byte[]? Read(string path, int largest, out string problem)
    {
        problem = "";
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            bool isRegular = FileStat.OfTarget(path) is { Kind: FileKind.Regular };
            byte[] bytes = new byte[(isRegular ? Math.Min(file.Length, largest) : largest) + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > largest)
            {
                problem = $"it is larger than {largest / 1024 / 1024} MiB";
                return null;
            }

            return bytes[..length];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : Directory.Exists(path) ? "it is a directory"
                : error is UnauthorizedAccessException ? "permission denied"
                : error.Message;
            return null;
        }
    }
}
