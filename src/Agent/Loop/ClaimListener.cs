using HotStandby.Agent.Linux;
using HotStandby.Agent.Vrrp;
using HotStandby.Agent.Wire;

namespace HotStandby.Agent.Loop;

/// <summary>Who else claims the virtual addresses on one interface: a channel for each family that has some, and what was heard this turn.</summary>
public sealed class ClaimListener
{
    /// <summary>Frames of each family read in one turn of the loop, so that a flood of them makes no advert late.</summary>
    private const int FramesPerTurn = 64;

    private readonly AddressClaim[] _heard = new AddressClaim[2 * FramesPerTurn];
    private readonly Family _ipv4 = new(ipv6: false);
    private readonly Family _ipv6 = new(ipv6: true);
    private int _count;

    /// <summary>Of this turn, in the order they came in each family.</summary>
    public ReadOnlySpan<AddressClaim> Heard => _heard.AsSpan(0, _count);

    /// <summary>The virtual addresses of every virtual router on the interface, of both families; in force with the next <see cref="Follow"/>.</summary>
    public void Watch(IReadOnlyCollection<Address> addresses)
    {
        _ipv4.Watch(addresses);
        _ipv6.Watch(addresses);
    }

    /// <summary>The interface is usable: opens what is missing.</summary>
    /// <exception cref="LinuxException">It can't be listened on.</exception>
    public void Follow(int interfaceIndex, int key, Epoll epoll)
    {
        _ipv4.Follow(interfaceIndex, key, epoll);
        _ipv6.Follow(interfaceIndex, key, epoll);
    }

    /// <summary>
    /// Forgets the last turn's claims and reads what waits. Call it before the waiting adverts are read, and judge the claims after that: a new
    /// master says so before it claims its addresses.
    /// </summary>
    public void Collect()
    {
        _count = _ipv4.Receive(_heard.AsSpan(0, FramesPerTurn));
        _count += _ipv6.Receive(_heard.AsSpan(_count, FramesPerTurn));
    }

    public void Close(Epoll? epoll)
    {
        _count = 0;
        _ipv4.Close(epoll);
        _ipv6.Close(epoll);
    }

    private sealed class Family(bool ipv6)
    {
        private readonly HashSet<Address> _addresses = [];
        private ClaimChannel? _channel;
        private bool _changed;

        public void Watch(IReadOnlyCollection<Address> addresses)
        {
            HashSet<Address> wanted = [.. addresses.Where(address => address.IsIPv6 == ipv6)];
            if (!_addresses.SetEquals(wanted))
            {
                _addresses.Clear();
                _addresses.UnionWith(wanted);
                _changed = true;
            }
        }

        public void Follow(int interfaceIndex, int key, Epoll epoll)
        {
            if (_addresses.Count == 0)
            {
                Close(epoll);
            }
            else if (_channel is null)
            {
                _channel = ClaimChannel.Open(interfaceIndex, ipv6, _addresses);
                epoll.Add(_channel.Descriptor, key);
            }
            else if (_changed)
            {
                _channel.Watch(ipv6, _addresses);
            }

            _changed = false;
        }

        public int Receive(Span<AddressClaim> claims) => _channel?.Receive(claims) ?? 0;

        public void Close(Epoll? epoll)
        {
            if (_channel is not null)
            {
                epoll?.Remove(_channel.Descriptor);
                _channel.Dispose();
                _channel = null;
            }
        }
    }
}
