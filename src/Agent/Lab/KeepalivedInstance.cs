using HotStandby.Agent.Vrrp;

namespace HotStandby.Agent.Lab;

/// <summary>
/// One vrrp_instance of a keepalived.conf (keepalived.conf(5)); state BACKUP, so that priorities alone decide, but for the owner: keepalived
/// would let it wait a Master_Down_Interval as BACKUP.
/// </summary>
/// <param name="Name">Of the vrrp_instance.</param>
/// <param name="Vrid">virtual_router_id, 1..255.</param>
/// <param name="Interface">Interface inside the node.</param>
/// <param name="Priority">1..255; 255 is the owner.</param>
/// <param name="Addresses">virtual_ipaddress; all of one family.</param>
/// <param name="Version">vrrp_version, 2 or 3.</param>
/// <param name="AdvertInterval">advert_int; 1 s when null. keepalived rounds to 10 ms (v3) or whole seconds (v2).</param>
/// <param name="Preempt">False: nopreempt.</param>
/// <param name="Scripts">Its track_script.</param>
/// <param name="ExtraLines">Put into the vrrp_instance as they are.</param>
internal sealed record KeepalivedInstance(
    string Name,
    byte Vrid,
    string Interface,
    byte Priority,
    IReadOnlyList<AddressPrefix> Addresses,
    byte Version = 3,
    Duration? AdvertInterval = null,
    bool Preempt = true,
    IReadOnlyList<KeepalivedScript>? Scripts = null,
    IReadOnlyList<string>? ExtraLines = null);

/// <summary>A vrrp_script and its use.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Command">Absolute path and arguments; exit status 0 is healthy.</param>
/// <param name="IntervalSeconds">Whole seconds; keepalived takes nothing shorter.</param>
/// <param name="Weight">0: failing is FAULT, else as in keepalived.conf(5).</param>
/// <param name="Fall">Failures until it counts as failed.</param>
/// <param name="Rise">Successes until it counts as healthy.</param>
internal sealed record KeepalivedScript(string Name, string Command, int IntervalSeconds = 1, int Weight = 0, int Fall = 1, int Rise = 1);
