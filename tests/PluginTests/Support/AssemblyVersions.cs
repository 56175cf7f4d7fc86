using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace HotStandby.PluginTests.Support;

/// <summary>Writes other version numbers into a built assembly: releases of other people's libraries that are not there yet.</summary>
internal static class AssemblyVersions
{
    /// <summary>Changes what the assembly says of itself.</summary>
    public static void SetOwn(string path, Version version) => Write(path, version, metadata =>
        metadata.GetTableMetadataOffset(TableIndex.Assembly) + sizeof(uint));

    /// <summary>Changes which version of a library it says it was built against.</summary>
    public static void SetReference(string path, string name, Version version) => Write(path, version, metadata =>
    {
        AssemblyReferenceHandle reference = metadata.AssemblyReferences
            .Single(handle => metadata.StringComparer.Equals(metadata.GetAssemblyReference(handle).Name, name));
        return metadata.GetTableMetadataOffset(TableIndex.AssemblyRef)
            + metadata.GetTableRowSize(TableIndex.AssemblyRef) * (MetadataTokens.GetRowNumber(reference) - 1);
    });

    /// <summary>Four numbers of two bytes each (ECMA-335 II.22.2, II.22.5).</summary>
    private static void Write(string path, Version version, Func<MetadataReader, int> where)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int at;
        using (var portable = new PEReader(new MemoryStream(bytes)))
        {
            at = portable.PEHeaders.MetadataStartOffset + where(portable.GetMetadataReader());
        }

        foreach (int part in new[] { version.Major, version.Minor, version.Build, version.Revision })
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)part);
            at += sizeof(ushort);
        }

        File.WriteAllBytes(path, bytes);
    }
}
