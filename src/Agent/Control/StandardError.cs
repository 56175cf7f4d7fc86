using Microsoft.Win32.SafeHandles;

namespace HotStandby.Agent.Control;

/// <summary>Standard error as a stream that says when nobody reads it any more; the console's of the base class library swallows that.</summary>
internal static class StandardError
{
    private const int Descriptor = 2;

    /// <exception cref="IOException">From a write: the reader of a pipe or socket is gone.</exception>
    public static Stream Open()
    {
        try
        {
            // A file is written by offset there, over what a child has written meanwhile; and it never loses its reader.
            FileStream stream = new(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!stream.CanSeek)
            {
                return stream;
            }
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Closed, or opened for reading only: the console's stream takes it as it comes.
        }

        return Console.OpenStandardError();
    }
}
