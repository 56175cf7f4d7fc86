using System.Diagnostics;
using CsCheck;
using HotStandby.Agent.Vrrp;

namespace HotStandby.UnitTests.Vrrp;

public class FuzzTests
{
    private static readonly byte[][] Seeds =
    [
        Packets.Advert(Dut.Settings, Dut.Peer, 200),
        Packets.Advert(Dut.SettingsV2, Dut.Peer, 200),
        Packets.Advert(Dut.SettingsIPv6, Address.Parse("fe80::13"), 200),
        Packets.Advert(Dut.Settings, Dut.Peer, 0),
        [.. Packets.Advert(Dut.Settings, Dut.Peer, 90), .. new byte[14]],
    ];

    [Fact]
    public void C064_random_and_mutated_packets_never_throw()
    {
        Dut[] duts = [new(), new(Dut.SettingsV2), new(Dut.SettingsIPv6), Dut.Master(), Dut.Master(Dut.SettingsV2)];
        ActionBuffer actions = new();
        Random random = new(20240415);
        byte[] packet = new byte[128];
        long handled = 0;
        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < 2_000_000; i++)
        {
            if (i > 200_000 && watch.Elapsed.TotalSeconds > 3)
            {
                break;
            }

            Dut dut = duts[i % duts.Length];
            int length;
            if (i % 4 == 0)
            {
                length = random.Next(packet.Length);
                random.NextBytes(packet.AsSpan(0, length));
            }
            else
            {
                byte[] seed = Seeds[random.Next(Seeds.Length)];
                seed.CopyTo(packet, 0);
                length = i % 8 == 1 ? random.Next(seed.Length + 1) : seed.Length;
                for (int changes = random.Next(4); changes > 0; changes--)
                {
                    packet[random.Next(packet.Length)] = (byte)random.Next(256);
                }
            }

            dut.Now += new Duration(random.Next(50_000_000));
            dut.Receiver.Receive(packet.AsSpan(0, length), dut.Now, actions, out _);
            dut.Router.Expire(dut.Now, actions);
            actions.Clear();
            handled++;
        }

        Assert.Equal(handled, duts.Sum(dut => dut.Receiver.Statistics.Accepted + dut.Receiver.Statistics.Dropped));
        Assert.All(duts, dut => Assert.NotEqual(0, dut.Receiver.Statistics.Accepted));
    }

    [Fact]
    public void C039_C040_C041_any_bit_flip_of_any_advert_is_dropped()
    {
        Gen.Select(Gen.Int[0, 2], Gen.Byte[1, 255], Gen.Int[1, 255], Gen.Int[0, 100_000], Gen.Bool)
            .Sample((kind, priority, host, bit, bare) =>
            {
                // Strict: with both forms accepted a flip may, once in thousands of addresses, turn one form into the other.
                VirtualRouterSettings settings = (kind switch { 0 => Dut.SettingsV2, 1 => Dut.Settings, _ => Dut.SettingsIPv6 }) with
                {
                    StrictChecksum = true,
                    ChecksumForm = bare ? ChecksumForm.MessageOnly : ChecksumForm.PseudoHeader,
                };
                Address source = Address.Parse(kind == 2 ? $"fe80::1:{host:x}" : $"198.51.100.{host}");
                byte[] packet = Packets.Advert(settings, source, priority);
                Dut dut = new(settings);
                int first = kind == 2 ? 32 : 0;
                bit = first + (bit % ((8 * packet.Length) - first));
                return dut.Receive(packet) == DropReason.None && dut.Receive(Packets.Flip(packet, bit)) != DropReason.None;
            });
    }
}
