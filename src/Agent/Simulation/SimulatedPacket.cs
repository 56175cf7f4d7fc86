using System.Buffers.Binary;
using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Simulation;

/// <summary>An advert as the bytes from the IP header on, as <see cref="AdvertisementReceiver"/> gets them.</summary>
internal static class SimulatedPacket
{
    public static byte[] Advert(VirtualRouterSettings settings, byte priority, Duration interval, Address source, ulong sequence)
    {
        Address group = settings.Group;
        int header = source.IsIPv6 ? 40 : 20;
        byte[] packet = new byte[header + AdvertisementCodec.Length(settings)];
        AdvertisementCodec.Write(packet.AsSpan(header), settings, priority, interval, source, group, sequence);
        if (source.IsIPv6)
        {
            packet[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - header));
            packet[6] = AdvertisementCodec.Protocol;
            packet[7] = 255;
            source.Write(packet.AsSpan(8));
            group.Write(packet.AsSpan(24));
            return packet;
        }

        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 255;
        packet[9] = AdvertisementCodec.Protocol;
        source.Write(packet.AsSpan(12));
        group.Write(packet.AsSpan(16));
        ulong sum = InternetChecksum.Add(0, packet.AsSpan(0, header));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~InternetChecksum.Fold(sum));
        return packet;
    }
}
