"""DHCP options of one kind of value: addresses, text, flags, numbers (RFC 2132 and others)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, I32, IPV4, STR, TIME, U8, U16, U32, Kind
from dissect.protocols.dhcp.codes import ARCHITECTURES, AUTOCONF, NODES, STATES
from dissect.protocols.dhcp.options import field, option, pairs, several, text

ADDRESS = {
    1: ("subnet_mask", "Subnet Mask"),
    16: ("swap_server", "Swap Server"),
    28: ("broadcast_address", "Broadcast Address"),
    32: ("router_solicitation_address", "Router Solicitation Address"),
    50: ("requested_ip_address", "Requested IP Address"),
    54: ("dhcp_server_id", "DHCP Server Identifier"),
}
ADDRESSES = {
    3: ("router", "Router"),
    4: ("time_server", "Time Server"),
    5: ("name_server", "Name Server"),
    6: ("domain_name_server", "Domain Name Server"),
    7: ("log_server", "Log Server"),
    8: ("quotes_server", "Quotes Server"),
    9: ("lpr_server", "LPR Server"),
    10: ("impress_server", "Impress Server"),
    11: ("resource_location_server", "Resource Location Server"),
    41: ("nis_server", "Network Information Service Server"),
    42: ("ntp_server", "Network Time Protocol Server"),
    44: ("netbios_over_tcpip_name_server", "NetBIOS over TCP/IP Name Server"),
    45: (
        "netbios_over_tcpip_dd_name_server",
        "NetBIOS over TCP/IP Datagram Distribution Name Server",
    ),
    48: ("xwindows_system_font_server", "X Window System Font Server"),
    49: ("xwindows_system_display_manager", "X Window System Display Manager"),
    65: ("nis_plus_server", "Network Information Service+ Server"),
    68: ("mobile_ip_home_agent", "Mobile IP Home Agent"),
    69: ("smtp_server", "SMTP Server"),
    70: ("pop3_server", "POP3 Server"),
    71: ("nntp_server", "NNTP Server"),
    72: ("default_www_server", "Default WWW Server"),
    73: ("default_finger_server", "Default Finger Server"),
    74: ("default_irc_server", "Default IRC Server"),
    75: ("streettalk_server", "StreetTalk Server"),
    76: ("streettalk_da_server", "StreetTalk Directory Assistance Server"),
    92: ("associated_ip_option", "Associated IP option"),
    112: ("netinfo_parent_server_address", "NetInfo Parent Server Address"),
    118: ("subnet_selection_option", "Subnet Selection Option"),
    136: ("pana_agent", "PAA IPv4 Address"),
    138: ("capwap_access_controller", "CAPWAP Access Controllers"),
    142: ("andsf_server", "ANDSF Server"),
    150: ("tftp_server_address", "TFTP Server Address"),
}
TEXTS = {
    12: ("hostname", "Host Name"),
    14: ("merit_dump_file", "Merit Dump File"),
    15: ("domain_name", "Domain Name"),
    17: ("root_path", "Root Path"),
    18: ("extension_path", "Extensions Path"),
    40: ("nis_domain", "Network Information Service Domain"),
    47: ("netbios_over_tcpip_scope", "NetBIOS over TCP/IP Scope"),
    56: ("message", "Message"),
    60: ("vendor_class_id", "Vendor class identifier"),
    64: ("nis_plus_domain", "Network Information Service+ Domain"),
    66: ("tftp_server_name", "TFTP Server Name"),
    67: ("bootfile_name", "Bootfile name"),
    86: ("novell_ds_tree_name", "Novell Directory Services Tree Name"),
    87: ("novell_ds_context", "Novell Directory Services Context"),
    113: ("netinfo_parent_server_tag", "NetInfo Parent Server Tag"),
    137: ("lost_server_domain_name", "LoST Server Domain Name"),
    252: ("private_proxy_autodiscovery", "Private/Proxy autodiscovery"),
}
STRICT_TEXTS = {
    100: ("tz_pcode", "TZ PCode"),
    101: ("tz_tcode", "TZ TCode"),
    161: ("mudurl", "MUDURL"),
    209: ("pxe_config_file", "PXELINUX configuration file"),
    210: ("pxe_path_prefix", "PXELINUX path prefix"),
}
"""In which a NUL is remarked."""
NUMBERS16 = {
    13: ("boot_file_size", "Boot File Size"),
    22: ("max_datagram_reassembly_size", "Maximum Datagram Reassembly Size"),
    26: ("interface_mtu", "Interface MTU"),
    57: ("dhcp_max_message_size", "Maximum DHCP Message Size"),
}
SECONDS = {
    24: ("path_mtu_aging_timeout", "Path MTU Aging Timeout"),
    35: ("arp_cache_timeout", "ARP Cache Timeout"),
    38: ("tcp_keepalive_interval", "TCP Keepalive Interval"),
    51: ("ip_address_lease_time", "IP Address Lease Time"),
    58: ("renewal_time_value", "Renewal Time Value"),
    59: ("rebinding_time_value", "Rebinding Time Value"),
    91: ("client_last_transaction_time", "Client last transaction time"),
    153: ("bulk_lease.start_time_of_state", "Start Time Of State"),
}
FLAGS = {
    19: ("ip_forwarding", "IP Forwarding"),
    20: ("non_local_source_routing", "Non-Local Source Routing"),
    27: ("all_subnets_are_local", "All Subnets are Local"),
    29: ("perform_mask_discovery", "Perform Mask Discovery"),
    30: ("mask_supplier", "Mask Supplier"),
    31: ("perform_router_discover", "Perform Router Discover"),
    34: ("trailer_encapsulation", "Trailer Encapsulation"),
    36: ("ethernet_encapsulation", "Ethernet Encapsulation"),
    39: ("tcp_keepalive_garbage", "TCP Keepalive Garbage"),
    157: ("bulk_lease.data_source", "Data Source"),
}
DATES = {
    152: ("bulk_lease.base_time", "Base Time"),
    154: ("bulk_lease.query_start_time", "Query Start Time"),
    155: ("bulk_lease.query_end_time", "Query End Time"),
}


def _field(name: str, label: str, kind: Kind, **more: object) -> Field:
    return Field(f"dhcp.option.{name}", label, kind, **more)  # type: ignore[arg-type]


for _code, _names in ADDRESS.items():
    field(_field(*_names, IPV4), _code)
for _code, _names in ADDRESSES.items():
    several(_field(*_names, IPV4), _code)
for _code, _names in TEXTS.items():
    text(_field(*_names, STR), _code)
for _code, _names in STRICT_TEXTS.items():
    text(_field(*_names, STR), _code, strict=True)
for _code, _names in NUMBERS16.items():
    field(_field(*_names, U16), _code)
for _code, _names in SECONDS.items():
    field(_field(*_names, U32, unit="s"), _code)
for _code, _names in FLAGS.items():
    field(_field(*_names, BOOL, enum=("Disabled", "Enabled")), _code)

text(_field("captive_portal", "Captive Portal", STR), 114, 160, strict=True)
field(_field("time_offset", "Time Offset", I32, unit="s"), 2)
field(_field("default_ip_ttl", "Default IP Time-to-Live", U8), 23)
field(_field("tcp_default_ttl", "TCP Default TTL", U8), 37)
field(_field("netbios_over_tcpip_node_type", "NetBIOS over TCP/IP Node Type", U8, enum=NODES), 46)
field(_field("dhcp_auto_configuration", "DHCP Auto-Configuration", U8, enum=AUTOCONF), 116)
field(_field("bulk_lease.dhcp_state", "Dhcp State", U8, enum=STATES), 156)
several(_field("path_mtu_plateau_table_item", "Path MTU Plateau Table Item", U16), 25)
several(
    _field("client_system_architecture", "Client System Architecture", U16, enum=ARCHITECTURES), 93
)
several(_field("forcerenew_nonce.algorithm", "Algorithm", U8, enum={1: "HMAC-MD5"}), 145)
pairs(
    _field("policy_filter.ip", "IP Address", IPV4),
    _field("policy_filter.subnet_mask", "Subnet Mask", IPV4),
    21,
)
pairs(
    _field("static_route.ip", "Destination IP Address", IPV4),
    _field("static_route.router", "Destination Router", IPV4),
    33,
)


def _date(shown: Field, code: int) -> None:
    """Seconds since 1970."""

    @option(code, exactly=4)
    def read(c: Cursor) -> None:
        at = c.pos
        c.put(shown, c.uint(4) * 1_000_000_000, at, 4)


for _code, _names in DATES.items():
    _date(_field(*_names, TIME), _code)
