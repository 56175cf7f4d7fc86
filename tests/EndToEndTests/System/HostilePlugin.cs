namespace HotStandby.EndToEndTests.SystemTests;

/// <summary>Plugins of tests/HostilePlugins, laid out as a site would have them.</summary>
internal static class HostilePlugin
{
    /// <summary>Copies one to FOLDER/NAME/NAME.dll.</summary>
    /// <returns>The DLL.</returns>
    public static string Copy(string name, string folder)
    {
        // This program lies in artifacts/bin/PROJECT/CONFIGURATION, the plugin in artifacts/bin/NAME/CONFIGURATION.
        DirectoryInfo own = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string built = Path.Combine(own.Parent!.Parent!.FullName, name, own.Name);
        string target = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        foreach (string file in Directory.GetFiles(built))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        return Path.Combine(target, name + ".dll");
    }

    /// <summary>Makes other bytes of a DLL, by writing over it in place: what follows an assembly's end is read by nobody.</summary>
    public static void Renew(string library) => File.WriteAllBytes(library, [.. File.ReadAllBytes(library), 1]);
}
