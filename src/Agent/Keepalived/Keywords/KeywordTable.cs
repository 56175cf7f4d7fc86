namespace HotStandby.Agent.Keepalived.Keywords;

/// <summary>
/// The keywords of keepalived 2.2 to 2.4 (man page keepalived.conf(5) and the parser where the two differ), by block, and what becomes of each. One
/// keyword or several of one fate a line: <c>+</c> carried, <c>.</c> not needed, <c>-</c> lost, <c>=</c> kept aside; after <c>|</c> why.
/// </summary>
public static class KeywordTable
{
    private const string Root = """
        + global_defs vrrp_instance vrrp_sync_group vrrp_script vrrp_track_process track_file vrrp_track_file
        = virtual_server virtual_server_group SSL
        - static_ipaddress static_routes static_rules | they do not move with the role: let the network configuration of the machine set them
        - bfd_instance | there is no BFD here; a shorter advertInterval finds a dead peer as fast
        - interface_up_down_delays | write upDelay and downDelay at the interface in "track"
        . linkbeat_interfaces linkbeat_use_polling | the kernel tells of every change of a link
        . garp_group | announcements are paced so that adverts are never late
        - net_namespace net_namespace_ipvs | start the agent in the namespace: ip netns exec NAME hotstandby run
        . namespace_with_ipsets instance use_pid_dir child_wait_time | it is about keepalived's own processes and files
        - track_group | static addresses are not tracked; track an interface
        """;

    private const string Global = """
        + router_id vrrp_version vrrp_garp_master_repeat vrrp_garp_master_delay vrrp_strict vrrp_garp_interval vrrp_gna_interval
        + script_user enable_script_security vrrp_down_timer_adverts vrrp_mcast_group4 vrrp_mcast_group6 vrrp_startup_delay vrrp_delay_after_boot
        + vrrp_garp_master_refresh vrrp_check_unicast_src v3_checksum_as_v2 vrrp_skip_check_adv_addr vrrp_rt_priority vrrp_no_swap
        - notification_email notification_email_from smtp_server smtp_helo_name smtp_connect_timeout smtp_alert smtp_alert_vrrp | there is no mail; a notifier's script can send one (Script: notify)
        . no_email_faults | there is no mail
        - vrrp_garp_master_refresh_repeat | a periodic announcement is one of each address
        . vrrp_garp_lower_prio_repeat vrrp_garp_lower_prio_delay | a master that hears a losing advert always announces again
        . vrrp_min_garp | write announceRepeat 1 and announceDelay "0s" where fewer announcements are wanted
        . vrrp_garp_extra_if vrrp_vmac_garp_intvl | each address is announced on the interface it is on
        - vrrp_lower_prio_no_advert | a master answers a losing advert at once in version 3, as RFC 9568 asks
        . vrrp_higher_prio_send_advert | who yields always sends one more advert, so that the winner announces again
        . vrrp_owner_ignore_adverts owner_ignore_adverts | it is always so
        . log_unknown_vrids | adverts of unknown VRIDs are counted in status
        . dynamic_interfaces allow_if_changes | interfaces may always come later and be made anew
        - disable_local_igmp | set the sysctl net.ipv4.igmp_link_local_mcast_reports yourself
        . vmac_prefix vmac_addr_prefix | the macvlan's name is hs4.VRID.INDEX
        . vrrp_iptables vrrp_ipsets nftables nftables_priority nftables_counters nftables_ifindex | acceptMode false makes a table of its own
        . vrrp_priority max_auto_priority min_auto_priority_delay vrrp_rlimit_rttime vrrp_rlimit_rtime vrrp_cpu_affinity | write agent.realtimePriority for SCHED_FIFO
        . vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force process_monitor_rcv_bufs process_monitor_rcv_bufs_force vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier | buffers are as large as they must be
        . process_names process_name vrrp_process_name bfd_process_name checker_process_name set_supplementary_groups umask random_seed data_use_instance include_check config_save_dir tmp_config_directory iproute_usr_dir iproute_etc_dir use_symlink_paths | it is about keepalived's own processes and files
        . state_dump_file stats_dump_file json_dump_file json_version | hotstandby status --json tells all of it
        . reload_check_config reload_file | a reload is always checked as a whole, and refused with nothing changed
        - reload_time_file reload_repeat | there is no scheduled reload: use a systemd timer with 'hotstandby reload'
        - startup_script shutdown_script startup_script_timeout shutdown_script_timeout | write ExecStartPre= and ExecStopPost= in the systemd unit
        - default_interface | write the interface at each address
        - notify_fifo vrrp_notify_fifo notify_fifo_script vrrp_notify_fifo_script fifo_write_vrrp_states_on_reload vrrp_notify_priority_changes | there is no FIFO; notifiers are told in order, with the reason (Script: notify)
        - snmp_socket enable_snmp_keepalived enable_snmp_vrrp enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_traps | there is no SNMP; hotstandby status --json tells the same
        - enable_dbus dbus_service_name dbus_no_interface_name | there is no D-Bus; the control socket answers
        = lvs_sync_daemon lvs_process_name lvs_flush lvs_flush_on_stop lvs_flush_onstop lvs_timeouts lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force lvs_notify_fifo lvs_notify_fifo_script nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark
        = enable_snmp_checker snmp_vs_stats_update_interval snmp_rs_stats_update_interval smtp_alert_checker no_checker_emails checker_log_all_failures rs_init_notifies checker_priority checker_rt_priority checker_no_swap checker_cpu_affinity checker_rlimit_rttime checker_rlimit_rtime
        . bfd_priority bfd_rt_priority bfd_no_swap bfd_cpu_affinity bfd_rlimit_rttime bfd_rlimit_rtime | there is no BFD here
        """;

    private const string Instance = """
        + state interface virtual_router_id priority advert_int version authentication auth_hmac preempt nopreempt preempt_delay
        + mcast_src_ip unicast_src_ip mcast_dst_ip unicast_peer check_unicast_src v3_checksum_as_v2 use_vmac down_timer_adverts accept no_accept
        + track_interface track_script track_file track_process virtual_ipaddress virtual_ipaddress_excluded virtual_routes virtual_rules
        + notify_master notify_master_rx_lower_pri notify_backup notify_fault notify_stop notify garp_master_delay garp_master_repeat garp_master_refresh skip_check_adv_addr strict_mode
        - track_bfd | there is no BFD here; a shorter advertInterval finds a dead peer as fast
        - notify_deleted | onStop is run when a virtual router is taken out of the file
        - garp_master_refresh_repeat | a periodic announcement is one of each address
        . garp_lower_prio_delay garp_lower_prio_repeat | a master that hears a losing advert always announces again
        . garp_extra_if vmac_garp_intvl | each address is announced on the interface it is on
        - use_vmac_addr use_ipvlan vrf | the addresses are on the interface, or with useVmac on one macvlan
        . vmac_xmit_base | adverts always leave the interface below
        - dont_track_primary | a virtual router whose interface is down is in FAULT
        . track_src_ip unicast_fault_no_peer | it is always so
        - unicast_ttl | adverts are sent with TTL 255; peers may accept less with unicast.minTtl
        . old_unicast_checksum native_ipv6 kernel_rx_buf_size debug linkbeat_use_polling | it has no use any more
        . timer_expired_backup thread_timer_expired | a node that was asleep always listens before it speaks
        - lower_prio_no_advert | a master answers a losing advert at once in version 3, as RFC 9568 asks
        . higher_prio_send_advert | who yields always sends one more advert, so that the winner announces again
        . owner_ignore_adverts | it is always so
        . no_virtual_ipaddress | a virtual router has at least one address here
        - promote_secondaries | set the sysctl net.ipv4.conf.INTERFACE.promote_secondaries yourself
        - notify_priority_changes smtp_alert | notifiers are told of transitions; a script can send mail
        = lvs_sync_daemon_interface
        """;

    private const string Group = """
        + group track_interface track_script track_file track_process notify_master notify_backup notify_fault notify_stop notify
        - track_bfd | there is no BFD here
        - notify_priority_changes smtp_alert | notifiers are told of transitions; a script can send mail
        . global_tracking sync_group_tracking_weight | what a member tracks always counts for the whole group, weights too
        """;

    private const string Script = """
        + script interval timeout weight rise fall user init_fail
        """;

    private const string Process = """
        + process weight quorum delay fork_delay terminate_delay
        - quorum_max | there is no upper bound here; a plugin can count
        - param_match | processes are told apart by their name, not by their parameters
        . full_command | a name of more than 15 characters is compared with the command's path
        """;

    private const string File = """
        + file weight
        - init_file | make the file yourself, or write "missing"
        """;

    private static readonly Dictionary<string, Dictionary<string, Keyword>> Blocks = new()
    {
        [""] = Parse(Root),
        ["global_defs"] = Parse(Global),
        ["vrrp_instance"] = Parse(Instance),
        ["vrrp_sync_group"] = Parse(Group),
        ["vrrp_script"] = Parse(Script),
        ["vrrp_track_process"] = Parse(Process),
        ["track_file"] = Parse(File),
        ["vrrp_track_file"] = Parse(File),
    };

    /// <summary>The keyword of a block; null when keepalived has none of that name there.</summary>
    /// <param name="block">The block's keyword; empty for outside of blocks.</param>
    public static Keyword? Find(string block, string name) => Blocks[block].GetValueOrDefault(name);

    /// <summary>All keywords of a block.</summary>
    public static IEnumerable<string> Names(string block) => Blocks[block].Keys;

    private static Dictionary<string, Keyword> Parse(string table)
    {
        Dictionary<string, Keyword> keywords = new(StringComparer.Ordinal);
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = line[1..].Split('|', StringSplitOptions.TrimEntries);
            Fate fate = line[0] switch
            {
                '+' => Fate.Carried,
                '.' => Fate.NotNeeded,
                '-' => Fate.Lost,
                _ => Fate.KeptAside,
            };
            foreach (string name in parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                keywords.Add(name, new(name, fate, parts.Length > 1 ? parts[1] : ""));
            }
        }

        return keywords;
    }
}
