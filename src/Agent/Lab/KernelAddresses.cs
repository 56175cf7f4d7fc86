using System.Runtime.InteropServices;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>What the kernel of one namespace has bound, asked by rtnetlink (getifaddrs(3)) and not taken from any agent's belief.</summary>
internal static unsafe class KernelAddresses
{
    /// <summary>Every IPv4 and IPv6 address on every interface of the namespace, loopback too.</summary>
    public static IReadOnlySet<Address> Read(string networkNamespace) => NetworkNamespace.Run(networkNamespace, ReadHere);

    private static HashSet<Address> ReadHere()
    {
        if (LabLibC.GetInterfaceAddresses(out LabLibC.InterfaceAddress* first) != 0)
        {
            throw new LabException($"Can't read the kernel's addresses: {LabLibC.LastError()}.");
        }

        try
        {
            var found = new HashSet<Address>();
            for (LabLibC.InterfaceAddress* entry = first; entry is not null; entry = entry->Next)
            {
                if (entry->Address is null)
                {
                    continue;
                }

                switch (MemoryMarshal.Read<ushort>(new ReadOnlySpan<byte>(entry->Address, 2)))
                {
                    case LabLibC.InterNetwork:
                        found.Add(Address.Read(new ReadOnlySpan<byte>(entry->Address + 4, 4)));
                        break;
                    case LabLibC.InterNetworkV6:
                        found.Add(Address.Read(new ReadOnlySpan<byte>(entry->Address + 8, 16)));
                        break;
                }
            }

            return found;
        }
        finally
        {
            LabLibC.FreeInterfaceAddresses(first);
        }
    }
}
