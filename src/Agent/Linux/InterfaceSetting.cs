using System.Globalization;

namespace HotStandby.Agent.Linux;

/// <summary>One setting of one interface below /proc/sys/net (ip-sysctl of the kernel's documentation), of this thread's network namespace.</summary>
internal readonly record struct InterfaceSetting(bool IsIPv6, string Interface, string Name)
{
    private string Path => $"/proc/sys/net/ipv{(IsIPv6 ? 6 : 4)}/conf/{Interface}/{Name}";

    /// <summary>null when there is no such setting: the interface is gone, or the kernel lacks the family.</summary>
    public int? Read()
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path), NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int value)
                ? value
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Sets it where it differs. A setting that does not exist is left alone.</summary>
    /// <returns>null, or why not.</returns>
    public string? Write(int value)
    {
        if (Read() is not int now || now == value)
        {
            return null;
        }

        try
        {
            File.WriteAllText(Path, value.ToString(CultureInfo.InvariantCulture));
            return null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"Can't set {Path} to {value}: {error.Message}";
        }
    }
}
