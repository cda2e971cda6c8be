"""Protocols that dpkt knows and we don't decode yet: their fixed header, marked as generic.

Only the layout in dpkt's ``__hdr__`` is used, never its code: its variable parts lose offsets and
may raise anything.  The fields are called ``dpkt.<protocol>.<attribute>``, so that nobody takes
them for Wireshark's.  A protocol with a file of its own wins: these are fallbacks.
"""

from __future__ import annotations

import struct
from typing import Any

import dpkt
from msgspec import Struct, field
from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.looks import Form, Looks, starts, version
from dissect.engine.tables import Result, fallback
from dissect.engine.tree import Field
from dissect.engine.values import (
    BYTES,
    DX8,
    DX16,
    DX32,
    DX64,
    ETHER,
    I8,
    I16,
    I32,
    I64,
    IPV4,
    Kind,
)  # fmt: skip

INTEGERS = {
    "B": DX8, "H": DX16, "I": DX32, "L": DX32, "Q": DX64, "b": I8, "h": I16, "i": I32, "q": I64,
}  # fmt: skip


class Generic(Struct, frozen=True):
    """A protocol by its dpkt class.

    name, title, short  Wireshark's
    keys    where it is found: table names with keys
    kinds   attributes that are more than numbers or octets
    forms   what its first octets are (``Looks.forms``); without any the key decides
    """

    header: type[dpkt.Packet]
    name: str
    title: str
    short: str
    keys: dict[str, Any]
    kinds: dict[str, Kind] = field(default_factory=dict)
    forms: tuple[Form, ...] = ()


TLS = (((20, 24), (3, 3), (0, 4)),)
"""The type of a record, and SSL 3.0 to TLS 1.3."""
OSPF_KINDS = {"router": IPV4, "area": IPV4}
SNAP = "llc_snap"
"""Keys are (OUI, protocol ID)."""

GENERIC = (
    # --- above UDP
    Generic(dpkt.dns.DNS, "nbns", "NetBIOS Name Service", "NBNS", {"udp_port": 137}),
    Generic(dpkt.netbios.Datagram, "nbdgm", "NetBIOS Datagram Service", "NBDS",
            {"udp_port": 138}, {"src": IPV4}),
    Generic(dpkt.ntp.NTP, "ntp", "Network Time Protocol", "NTP", {"udp_port": 123}),
    Generic(dpkt.rip.RIP, "rip", "Routing Information Protocol", "RIP", {"udp_port": 520}),
    Generic(dpkt.hsrp.HSRP, "hsrp", "Cisco Hot Standby Router Protocol", "HSRP",
            {"udp_port": 1985}, {"vip": IPV4}, starts(b"\0")),
    Generic(dpkt.radius.RADIUS, "radius", "RADIUS Protocol", "RADIUS",
            {"udp_port": (1645, 1646, 1812, 1813)}),
    Generic(dpkt.rpc.RPC, "rpc", "Remote Procedure Call", "RPC", {"udp_port": (111, 2049)}),
    Generic(dpkt.tftp.TFTP, "tftp", "Trivial File Transfer Protocol", "TFTP", {"udp_port": 69}),
    Generic(dpkt.stun.STUN, "stun", "Session Traversal Utilities for NAT", "STUN",
            {"udp_port": 3478}, forms=(((0, 0x3F),),)),
    Generic(dpkt.netflow.NetflowBase, "cflow", "Cisco NetFlow/IPFIX", "CFLOW",
            {"udp_port": (2055, 9996)}, forms=starts(b"\0\1", b"\0\5", b"\0\6", b"\0\7")),
    Generic(dpkt.rx.Rx, "rx", "RX Protocol", "RX", {"udp_port": tuple(range(7000, 7010))}),
    # --- above TCP
    Generic(dpkt.bgp.BGP, "bgp", "Border Gateway Protocol", "BGP", {"tcp_port": 179},
            forms=starts(bytes([255]) * 16)),
    Generic(dpkt.ssl.TLSRecord, "tls", "Transport Layer Security", "TLS",
            {"tcp_port": (443, 465, 563, 636, 853, 989, 990, 993, 995)}, forms=TLS),
    Generic(dpkt.netbios.Session, "nbss", "NetBIOS Session Service", "NBSS", {"tcp_port": 139}),
    Generic(dpkt.diameter.Diameter, "diameter", "Diameter Protocol", "DIAMETER",
            {"tcp_port": 3868}, forms=starts(b"\1")),
    Generic(dpkt.tpkt.TPKT, "tpkt", "TPKT, ISO on TCP", "TPKT", {"tcp_port": 102},
            forms=starts(b"\3\0")),
    Generic(dpkt.tns.TNS, "tns", "Transparent Network Substrate Protocol", "TNS",
            {"tcp_port": 1521}),
    Generic(dpkt.aim.FLAP, "aim", "AOL Instant Messenger", "AIM", {"tcp_port": 5190},
            forms=starts(b"*")),
    # --- above IP
    Generic(dpkt.igmp.IGMP, "igmp", "Internet Group Management Protocol", "IGMP",
            {"ip_proto": 2}, {"group": IPV4}),
    Generic(dpkt.gre.GRE, "gre", "Generic Routing Encapsulation", "GRE", {"ip_proto": 47}),
    Generic(dpkt.ospf.OSPF, "ospf", "Open Shortest Path First", "OSPF", {"ip_proto": 89},
            OSPF_KINDS, starts(b"\2")),
    Generic(dpkt.pim.PIM, "pim", "Protocol Independent Multicast", "PIMv2", {"ip_proto": 103},
            forms=version(2)),
    # --- above the link
    Generic(dpkt.aoe.AOE, "aoe", "ATAoverEthernet", "AoE", {"ethertype": 0x88A2}),
    Generic(dpkt.ipx.IPX, "ipx", "Internetwork Packet eXchange", "IPX",
            {"ethertype": 0x8137, "llc_dsap": 0xE0}),
    Generic(dpkt.pppoe.PPPoE, "pppoed", "PPP-over-Ethernet Discovery", "PPPoED",
            {"ethertype": 0x8863}),
    Generic(dpkt.pppoe.PPPoE, "pppoes", "PPP-over-Ethernet Session", "PPPoES",
            {"ethertype": 0x8864}),
    Generic(dpkt.stp.STP, "stp", "Spanning Tree Protocol", "STP", {"llc_dsap": 0x42},
            forms=starts(b"\0\0")),
    Generic(dpkt.cdp.CDP, "cdp", "Cisco Discovery Protocol", "CDP", {SNAP: [(0x00000C, 0x2000)]}),
    Generic(dpkt.dtp.DTP, "dtp", "Dynamic Trunk Protocol", "DTP", {SNAP: [(0x00000C, 0x2004)]}),
    Generic(dpkt.edp.EDP, "edp", "Extreme Discovery Protocol", "EDP",
            {SNAP: [(0x00E02B, 0x00BB)]}, {"mac": ETHER}),
    Generic(dpkt.radiotap.Radiotap, "radiotap", "Radiotap Capture", "802.11",
            {"link_type": 127}),
    Generic(dpkt.ieee80211.IEEE80211, "wlan", "IEEE 802.11 wireless LAN", "802.11",
            {"link_type": 105}),
)  # fmt: skip


def fields_of(entry: Generic) -> list[tuple[Field, int]]:
    """A dpkt header's fields in order, with their sizes, its bit fields inside them."""
    order = getattr(entry.header, "__byte_order__", ">")
    bit_fields = getattr(entry.header, "__bit_fields__", {})
    found = []
    for attribute, code, *_ in entry.header.__hdr__:
        size = struct.calcsize(order + code)
        public = attribute.lstrip("_")
        kind = entry.kinds.get(attribute) or INTEGERS.get(code, BYTES)
        if order == "<" and code in INTEGERS:
            kind = replace(kind, little=True)
        bits = tuple(_bits(entry.name, bit_fields.get(attribute, ()), size, kind))
        found.append((Field(f"dpkt.{entry.name}.{public}", public, kind, bits=bits), size))
    return found


def _bits(protocol: str, parts: Any, size: int, kind: Kind) -> list[Field]:
    shift = 8 * size
    fields = []
    for attribute, width in parts:
        shift -= width
        public = attribute.lstrip("_")
        mask = ((1 << width) - 1) << shift
        fields.append(Field(f"dpkt.{protocol}.{public}", public, kind, mask=mask))
    return fields


def _register(entry: Generic) -> None:
    fields = fields_of(entry)
    total = sum(size for _, size in fields)
    rest = Field(f"dpkt.{entry.name}.data", "Not decoded", BYTES)

    def read(c: Cursor) -> Result:
        """Show the fixed header, and the octets behind it as they are."""
        for shown, size in fields:
            c.add(shown, size)
        c.rest(rest)
        return None

    fallback(entry.name, f"{entry.title} (generic)", entry.short, read,
             Looks(entry.forms, total), **entry.keys)  # fmt: skip


for _entry in GENERIC:
    _register(_entry)
