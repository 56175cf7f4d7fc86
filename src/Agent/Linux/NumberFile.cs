using System.Buffers.Text;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HotStandby.Agent.Linux;

/// <summary>What a file with a whole number in it says.</summary>
/// <param name="Number">-254..254 (a greater one is cut to that, which is as much as any priority can move); null when there is none.</param>
/// <param name="IsMissing">There is no such file.</param>
/// <param name="Problem">Why there is no number; empty when there is one.</param>
internal readonly record struct NumberFile(int? Number, bool IsMissing, string Problem)
{
    private const int Largest = 254;

    /// <summary>A sign, twenty digits and white space; what is longer is no number.</summary>
    private const int Longest = 64;

    private const UnixFileMode ByAnybody = UnixFileMode.OtherWrite;

    /// <summary>Reads it; never waits for a writer of a pipe. A file that anybody may write or replace is not believed.</summary>
    public static NumberFile Read(string path)
    {
        try
        {
            string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : "/";
            if (Directory.Exists(folder) && File.GetUnixFileMode(folder).HasFlag(ByAnybody))
            {
                return Failed($"is not safe: anybody can write in {folder}");
            }

            using SafeFileHandle file = LibC.OpenToRead(path);
            if (file.IsInvalid)
            {
                int errno = Marshal.GetLastPInvokeError();
                return errno is Errno.ENOENT or Errno.ENOTDIR
                    ? new(null, true, "is missing")
                    : Failed($"can't be read: {Marshal.GetPInvokeErrorMessage(errno)}");
            }

            if (File.GetUnixFileMode(file).HasFlag(ByAnybody))
            {
                return Failed("is not safe: anybody can write it");
            }

            Span<byte> text = stackalloc byte[Longest];
            int length = Math.Max(0, LibC.ReadSome(file, text));
            return Parse(text[..length]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failed($"can't be read: {exception.Message}");
        }
    }

    /// <summary>White space around it does not matter; anything else beside the number does.</summary>
    internal static NumberFile Parse(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> number = text.Trim(" \t\r\n"u8);
        bool isNumber = text.Length < Longest && Utf8Parser.TryParse(number, out long _, out int used) && used == number.Length;
        return isNumber && Utf8Parser.TryParse(number, out long value, out _)
            ? new((int)Math.Clamp(value, -Largest, Largest), false, "")
            : Failed(number.IsEmpty ? "is empty, where a whole number is expected" : "holds something else than a whole number");
    }

    private static NumberFile Failed(string problem) => new(null, false, problem);
}
