"""Names of well-known multicast groups, from IANA's registries.

In IPv6 most names belong to one scope; some belong to the group whatever its scope (RFC 2375,
section 3).
"""

from __future__ import annotations

ANY_SCOPE = {
    0x0C: "SSDP",
    0xFB: "mDNS",
    0xFC: "all MPL forwarders",
    0xFD: "all CoAP nodes",
    0x100: "VMTP managers",
    0x101: "NTP servers",
    0x102: "SGI-Dogfight",
    0x103: "rwhod",
    0x104: "VNP",
    0x105: "Artificial Horizons - Aviator",
    0x106: "NSS, Name Service Server",
    0x107: "AUDIONEWS",
    0x108: "Sun NIS+ Information Service",
    0x109: "MTP Multicast Transport Protocol",
    0x10A: "IETF-1-LOW-AUDIO",
    0x10B: "IETF-1-AUDIO",
    0x10C: "IETF-1-VIDEO",
    0x10D: "IETF-2-LOW-AUDIO",
    0x10E: "IETF-2-AUDIO",
    0x10F: "IETF-2-VIDEO",
    0x110: "MUSIC-SERVICE",
    0x111: "SEANET-TELEMETRY",
    0x112: "SEANET-IMAGE",
    0x113: "MLOADD",
    0x114: "any private experiment",
    0x115: "DVMRP on MOSPF",
    0x116: "SVRLOC",
    0x117: "XINGTV",
    0x118: "microsoft-ds",
    0x119: "nbc-pro",
    0x11A: "nbc-pfn",
    0x11F: "ampr-info",
    0x120: "mtrace",
    0x121: "RSVP-encap-1",
    0x122: "RSVP-encap-2",
    0x123: "SVRLOC-DA",
    0x124: "rln-server",
    0x125: "proshare-mc",
    0x126: "dantz",
    0x127: "cisco-rp-announce",
    0x128: "cisco-rp-discovery",
    0x129: "gatekeeper",
    0x12A: "iberiagames",
    0x181: "PTP, primary",
    0x182: "PTP, alternate 1",
    0x183: "PTP, alternate 2",
    0x184: "PTP, alternate 3",
    0x18C: "all CAPWAP access controllers",
    0x201: "rwho (BSD)",
    0x202: "Sun RPC PMAPPROC_CALLIT",
    0xBAC0: "BACnet/IP",
    0x2_7FFE: "SAPv1 announcements",
    0x2_7FFF: "SAPv0 announcements, deprecated",
}
"""By group ID, in any scope."""

IN_SCOPE = {
    1: {0x1: "all nodes", 0x2: "all routers"},
    2: {
        0x1: "all nodes",
        0x2: "all routers",
        0x4: "DVMRP routers",
        0x5: "OSPFv3 routers",
        0x6: "OSPFv3 designated routers",
        0x7: "ST routers",
        0x8: "ST hosts",
        0x9: "RIP routers",
        0xA: "EIGRP routers",
        0xB: "mobile agents",
        0xD: "all PIM routers",
        0xE: "RSVP-ENCAPSULATION",
        0xF: "UPnP",
        0x10: "all BBF access nodes",
        0x11: "all Homenet nodes",
        0x12: "VRRP",
        0x13: "all GRASP neighbours",
        0x16: "all MLDv2-capable routers",
        0x1A: "all RPL nodes",
        0x6A: "all snoopers",
        0x6B: "PTP peer delay",
        0x6C: "Saratoga",
        0x6D: "link-local MANET routers",
        0x6E: "IGRS",
        0x6F: "iADT discovery",
        0x1_0001: "link name",
        0x1_0002: "all DHCP relay agents and servers",
        0x1_0003: "LLMNR",
        0x1_0004: "DTCP announcement",
        0x1_0005: "afore_vdp",
        0x1_0006: "Babel",
        0x1_0007: "DLEP discovery",
    },
    5: {
        0x2: "all routers",
        0x1_0003: "all DHCP servers",
        0x1_0004: "all DHCP relays",
        0x1_0005: "site-local MANET routers",
    },
}
"""By scope, then group ID."""

RANGES = (
    (None, 0xDB8_0000_0000, 0xDB8_FFFF_FFFF, "documentation (RFC 6676)"),
    (None, 0x2_0000, 0x2_7FFD, "multimedia conference calls"),
    (None, 0x2_8000, 0x2_FFFF, "SAP dynamic assignments"),
    (5, 0x1_1000, 0x1_13FF, "service location"),
)
"""Scope (None: any), first and last group ID, name."""

IPV4 = {
    0xE0000001: "all systems",
    0xE0000002: "all routers",
    0xE0000004: "DVMRP routers",
    0xE0000005: "OSPF routers",
    0xE0000006: "OSPF designated routers",
    0xE0000009: "RIPv2 routers",
    0xE000000A: "EIGRP routers",
    0xE000000C: "DHCP servers and relay agents",
    0xE000000D: "all PIM routers",
    0xE000000E: "RSVP-ENCAPSULATION",
    0xE0000012: "VRRP",
    0xE0000016: "IGMPv3 routers",
    0xE0000066: "HSRP",
    0xE000006A: "all snoopers",
    0xE000006B: "PTP peer delay",
    0xE000006D: "link-local MANET routers",
    0xE000006F: "Babel",
    0xE00000FB: "mDNS",
    0xE00000FC: "LLMNR",
    0xE00000FD: "Teredo",
    0xE0000101: "NTP servers",
    0xE0000181: "PTP, primary",
    0xEFFFFFFA: "SSDP",
}
"""IPv4 groups (224.0.0.22 is RFC 3376's, section 4.2.14; 239.255.255.250 is SSDP's)."""


def group_name(scope: int, group: int) -> str:
    """The name of a permanent IPv6 group by scope and its 112-bit group ID; empty if it has none.

    >>> group_name(2, 0x16)
    'all MLDv2-capable routers'
    """
    name = IN_SCOPE.get(scope, {}).get(group) or ANY_SCOPE.get(group)
    if name:
        return name
    for wanted, first, last, words in RANGES:
        if wanted in (None, scope) and first <= group <= last:
            return words
    return ""
