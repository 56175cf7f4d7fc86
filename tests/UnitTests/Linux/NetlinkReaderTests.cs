using System.Runtime.InteropServices;
using CsCheck;
using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Linux;

public sealed class NetlinkReaderTests
{
    private static byte[] NewAddress(byte family, byte prefixLength, params (ushort Type, byte[] Value)[] attributes)
    {
        byte[] buffer = new byte[512];
        NetlinkWriter writer = new(buffer);
        writer.Begin(NetlinkConstants.NewAddress, 0, 7);
        Span<byte> info = writer.Take(NetlinkConstants.AddressInfoLength);
        info[0] = family;
        info[1] = prefixLength;
        MemoryMarshal.Write(info[4..], 3);
        foreach ((ushort type, byte[] value) in attributes)
        {
            value.CopyTo(writer.Attribute(type, value.Length));
        }

        writer.End();
        return buffer[..writer.Length];
    }

    [Fact]
    public void Reads_what_the_writer_wrote()
    {
        byte[] first = NewAddress(2, 24, (1, [10, 0, 0, 1]), (8, [0x80, 0x02, 0, 0]), (11, [112]));
        byte[] second = NewAddress(10, 64, (1, Address.Parse("2001:db8::1").ToIPAddress().GetAddressBytes()));
        NetlinkReader reader = new([.. first, .. second]);

        Assert.True(reader.Next());
        Assert.Equal((NetlinkConstants.NewAddress, 7u), (reader.Type, reader.Sequence));
        Assert.True(AddressMessage.TryRead(reader.Body, out AddressMessage message));
        Assert.Equal(new AddressMessage(3, new(Address.Parse("10.0.0.1"), 24), 0, 0x280, true), message);

        Assert.True(reader.Next());
        Assert.True(AddressMessage.TryRead(reader.Body, out message));
        Assert.Equal(new AddressMessage(3, new(Address.Parse("2001:db8::1"), 64), 0, 0, false), message);

        Assert.False(reader.Next());
        Assert.False(reader.Malformed);
    }

    [Fact]
    public void With_a_peer_the_local_address_counts()
    {
        NetlinkReader reader = new(NewAddress(2, 32, (1, [10, 0, 0, 2]), (2, [10, 0, 0, 1])));

        Assert.True(reader.Next());
        Assert.True(AddressMessage.TryRead(reader.Body, out AddressMessage message));
        Assert.Equal("10.0.0.1/32", message.Prefix.ToString());
    }

    [Theory]
    [InlineData(2, 33, 4)] // a prefix longer than the address
    [InlineData(2, 24, 16)] // an address of the other family
    [InlineData(10, 64, 4)]
    [InlineData(7, 0, 4)] // AF_BRIDGE
    public void An_address_that_can_not_be_is_refused(byte family, byte prefixLength, int length)
    {
        NetlinkReader reader = new(NewAddress(family, prefixLength, (1, new byte[length])));

        Assert.True(reader.Next());
        Assert.False(AddressMessage.TryRead(reader.Body, out _));
    }

    [Fact]
    public void A_length_that_lies_ends_the_walk()
    {
        byte[] datagram = NewAddress(2, 24, (1, [10, 0, 0, 1]));
        foreach (uint length in new uint[] { 0, 15, (uint)datagram.Length + 1, int.MaxValue, uint.MaxValue })
        {
            MemoryMarshal.Write(datagram.AsSpan(), length);
            NetlinkReader reader = new(datagram);

            Assert.False(reader.Next());
            Assert.True(reader.Malformed);
        }
    }

    [Fact]
    public void Any_bytes_are_read_to_an_end() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        if (bytes.Length >= 16)
        {
            // Let the walk get into the message.
            MemoryMarshal.Write(bytes.AsSpan(), (uint)bytes.Length);
        }

        int messages = 0;
        NetlinkReader reader = new(bytes);
        while (reader.Next())
        {
            messages++;
            AddressMessage.TryRead(reader.Body, out _);
        }

        return messages <= bytes.Length / 16;
    });
}
