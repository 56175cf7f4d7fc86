namespace HotStandby.Agent.Vrrp;

/// <summary>A decoded advertisement (RFC 3768 5.1, RFC 9568 5.1) without its address list; a value, no allocation.</summary>
/// <param name="Version">2 or 3.</param>
/// <param name="Vrid">1..255.</param>
/// <param name="Priority">0 when the sender leaves the role, else 1..255.</param>
/// <param name="Interval">v3: 10 ms to 40.95 s; v2: whole seconds.</param>
/// <param name="AddressCount">1..255.</param>
/// <param name="ChecksumForm">The form the checksum was right in; only IPv4 v3 has two.</param>
/// <param name="AddressesMatch">Whether the list holds the same addresses as the local settings, in any order.</param>
public readonly record struct Advertisement(
    byte Version,
    byte Vrid,
    byte Priority,
    Duration Interval,
    int AddressCount,
    ChecksumForm ChecksumForm = ChecksumForm.PseudoHeader,
    bool AddressesMatch = true);
