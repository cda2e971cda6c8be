"""Linux cooked captures, versions 1 and 2 (link types LINUX_SLL and LINUX_SLL2 of libpcap).

Version 1, 16 octets:

    +---------------+---------------+---------------+-----------------------+----------+
    | Packet type 2 | ARP hw type 2 | Addr length 2 |  Sender's address, 8  | Protocol |
    +---------------+---------------+---------------+-----------------------+----------+

Version 2, 20 octets:

    +----------+------------+---------------+---------------+--------+--------+-----------+
    | Protocol | Reserved 2 | If index 4    | ARP hw type 2 | Type 1 | Len 1  | Address 8 |
    +----------+------------+---------------+---------------+--------+--------+-----------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, ETHER, IPV4, U16, U32, X16
from dissect.protocols.codes.arp import HARDWARE
from dissect.protocols.codes.ethertypes import ETHERTYPES
from dissect.protocols.ethernet_trailer import NO_FCS, show_trailer

PACKET_TYPES = {
    0: "Unicast to us", 1: "Broadcast", 2: "Multicast", 3: "Unicast to another host",
    4: "Sent by us",
}  # fmt: skip
LINUX_TYPES = {
    0x01: "Raw 802.3", 0x03: "Ethernet", 0x04: "802.2 LLC", 0x07: "PPP (HDLC)", 0x0C: "CAN",
    0x0D: "CAN FD", 0x17: "IrDA LAP", 0xF5: "ISI", 0xF6: "IEEE 802.15.4",
}  # fmt: skip
DISSECTORS = {0x03: "eth", 0x04: "llc", 0x07: "ppp"}
"""By Linux's own protocol numbers, which are below the EtherTypes."""

PACKET_TYPE = Field("sll.pkttype", "Packet type", U16, PACKET_TYPES)
HARDWARE_TYPE = Field("sll.hatype", "Link-layer address type", U16, HARDWARE)
LENGTH = Field("sll.halen", "Link-layer address length", U16)
INTERFACE = Field("sll.ifindex", "Interface index", U32)
SOURCE_ETH = Field("sll.src.eth", "Source", ETHER)
SOURCE_IPV4 = Field("sll.src.ipv4", "Source", IPV4)
SOURCE_OTHER = Field("sll.src.other", "Source", BYTES)
UNUSED = Field("sll.unused", "Unused", BYTES)
ETYPE = Field("sll.etype", "Protocol", X16, ETHERTYPES)
GRE_TYPE = Field("sll.gretype", "Protocol", X16, ETHERTYPES)
LINUX_TYPE = Field("sll.ltype", "Protocol", X16, LINUX_TYPES)
TRAILER = Field("sll.trailer", "Trailer", BYTES)

GRE = 778
"""The hardware type of GRE over IPv4 interfaces, whose protocol is GRE's."""
MIN_ETHERTYPE = 0x600


@dissector("sll", "Linux cooked-mode capture", "SLL", link_type=(113, 276))
def sll(c: Cursor) -> Result:
    """Read a header of either version, go on by protocol."""
    return _version2(c) if c.packet.link_type == 276 else _version1(c)


def _version1(c: Cursor) -> Result:
    c.title("Linux cooked capture v1")
    packet_type = c.add(PACKET_TYPE)
    c.info("%s", PACKET_TYPES.get(packet_type, "Unknown"))
    hardware = c.add(HARDWARE_TYPE)
    _address(c, c.add(LENGTH))
    c.need(2)
    return _next(c, hardware, _protocol(c, hardware))


def _version2(c: Cursor) -> Result:
    c.title("Linux cooked capture v2")
    c.need(20)
    hardware = int.from_bytes(c.peek(2, 8), "big")
    kind = _protocol(c, hardware)
    c.skip(2)
    c.add(INTERFACE)
    c.add(HARDWARE_TYPE)
    packet_type = c.add(PACKET_TYPE, 1)
    c.info("%s", PACKET_TYPES.get(packet_type, "Unknown"))
    _address(c, c.add(LENGTH, 1))
    return _next(c, hardware, kind)


def _address(c: Cursor, length: int) -> None:
    """Eight octets with an address of some length in front; a longer one is cut there."""
    length = min(length, 8)
    source = b""
    if length == 6:
        source = c.facts.link_source = c.add(SOURCE_ETH)
    elif length == 4:
        source = c.add(SOURCE_IPV4)
    elif length:
        c.add(SOURCE_OTHER, length)
    c.ends(source or "", "")
    if length < 8:
        c.add(UNUSED, 8 - length)


def _protocol(c: Cursor, hardware: int) -> int:
    """The protocol number, under the name that its meaning has."""
    kind = int.from_bytes(c.peek(2), "big")
    if kind < MIN_ETHERTYPE:
        c.add(LINUX_TYPE)
    else:
        c.add(GRE_TYPE if hardware == GRE else ETYPE)
    return kind


def _next(c: Cursor, hardware: int, kind: int) -> Result:
    if kind < MIN_ETHERTYPE:
        return Next(name=DISSECTORS.get(kind, "data"))
    if hardware == GRE:
        known = lookup("gre_proto", kind) is not None
        return Next("gre_proto" if known else "ethertype", kind, listed=False)
    if lookup("ethertype", kind) is None:
        c.protocol(f"0x{kind:04x}")
        if kind in ETHERTYPES:
            c.info("%s", ETHERTYPES[kind])
    return Next("ethertype", kind, after=_trailer)


def _trailer(c: Cursor) -> None:
    show_trailer(c, TRAILER, NO_FCS)
