using System.Runtime.InteropServices;
using HotStandby.Agent.Linux;

namespace HotStandby.Agent.Commands;

/// <summary>
/// A file that is replaced as a whole: written beside its place under a name of its own, flushed to the disk, and renamed. Whoever reads the
/// place finds the old file or the new one, also after a power failure.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Open = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _place;
    private bool _inPlace;

    private OutputFile(string place, string written)
    {
        _place = place;
        Written = written;
    }

    /// <summary>The new file, beside its place.</summary>
    public string Written { get; }

    /// <summary>
    /// Writes the text beside <paramref name="path"/>. Owner and mode are those of the file that is there; a new one is for its owner only
    /// when <paramref name="secret"/>, else readable for all. Through a symbolic link the file it points to is replaced.
    /// </summary>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static OutputFile Write(string path, string text, bool secret)
    {
        string place = Path.GetFullPath(path);
        if (new FileInfo(place).LinkTarget is not null)
        {
            place = File.ResolveLinkTarget(place, returnFinalTarget: true)!.FullName;
        }

        string folder = Path.GetDirectoryName(place) ?? "/";
        OutputFile output = new(place, Path.Combine(folder, $".{Path.GetFileName(place)}.{Path.GetRandomFileName()}"));
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Secret };
            using FileStream stream = new(output.Written, options);
            using StreamWriter writer = new(stream);
            writer.Write(text);
            writer.Flush();
            if (File.Exists(place))
            {
                output.TakeOwnerOf(place);
                File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(place));
            }
            else if (!secret)
            {
                File.SetUnixFileMode(stream.SafeFileHandle, Open);
            }

            stream.Flush(flushToDisk: true);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    /// <summary>For its owner only, whatever the file that is there was.</summary>
    public void Close() => File.SetUnixFileMode(Written, Secret);

    /// <summary>Puts the new file into its place.</summary>
    /// <param name="overwrite">Whether in the place of one that is there.</param>
    /// <exception cref="IOException">It can't be renamed, or there is one that must not be overwritten.</exception>
    public void Replace(bool overwrite = true)
    {
        File.Move(Written, _place, overwrite);
        _inPlace = true;
        FileCalls.SyncFolder(Path.GetDirectoryName(_place) ?? "/");
    }

    /// <summary>Removes the new file if it was not put into its place.</summary>
    public void Dispose()
    {
        if (!_inPlace)
        {
            File.Delete(Written);
        }
    }

    private void TakeOwnerOf(string place)
    {
        if (!FileCalls.CopyOwner(place, Written))
        {
            throw new UnauthorizedAccessException(
                $"the owner of {place} can't be kept: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }
}
