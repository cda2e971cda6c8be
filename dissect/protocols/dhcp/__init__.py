"""Dynamic Host Configuration Protocol for IPv4 (RFC 2131, section 2), and BOOTP (RFC 951).

0               8               16              24             32
+---------------+---------------+---------------+---------------+
|     Type      | Hardware type |Hardware length|     Hops      |
+---------------+---------------+---------------+---------------+
|                        Transaction ID                         |
+-------------------------------+-+-----------------------------+
|        Seconds elapsed        |B|      Reserved flags         |
+-------------------------------+-+-----------------------------+
|  Addresses: client's, "your", next server's, relay agent's    |
+---------------------------------------------------------------+
|  Client hardware address: 16; server name: 64; boot file: 128 |
+---------------------------------------------------------------+
|  99.130.83.99 and options: see ``options``
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, STR, U16, X16, X32
from dissect.protocols.codes.arp import HARDWARE
from dissect.protocols.dhcp import agent, plain, special
from dissect.protocols.dhcp.codes import MESSAGES
from dissect.protocols.dhcp.options import COOKIE, END, PAD, options

__all__ = ["agent", "dhcp", "plain", "special"]

SERVER_PORT, CLIENT_PORT = 67, 68
REQUEST = 1
TYPES = {REQUEST: "Boot Request", 2: "Boot Reply"}
ETHERNET = 1
MESSAGE_TYPE = 53


class DHCP(Header):
    """Up to the hardware address, 28 octets."""

    __hdr__ = (
        ("type", "B", 1), ("htype", "B", ETHERNET), ("hlen", "B", 6), ("hops", "B", 0),
        ("xid", "I", 0), ("secs", "H", 0), ("_flags", "H", 0),
        ("ciaddr", "4s", bytes(4)), ("yiaddr", "4s", bytes(4)),
        ("siaddr", "4s", bytes(4)), ("giaddr", "4s", bytes(4)),
    )  # fmt: skip
    __bit_fields__ = {"_flags": (("broadcast", 1), ("reserved", 15))}
    names = (
        F("type", "dhcp.type", "Message type", TYPES),
        F("htype", "dhcp.hw.type", "Hardware type", special.HARDWARE_TYPE.kind, HARDWARE),
        F("hlen", "dhcp.hw.len", "Hardware address length"),
        F("hops", "dhcp.hops", "Hops"),
        F("xid", "dhcp.id", "Transaction ID", X32),
        F("secs", "dhcp.secs", "Seconds elapsed", U16),
        F("flags_word", "dhcp.flags", "Bootp flags", X16, bits=(
            F("broadcast", "dhcp.flags.bc", "Broadcast flag", BOOL, ("Unicast", "Broadcast")),
            F("reserved", "dhcp.flags.reserved", "Reserved flags", X16),
        )),
        F("ciaddr", "dhcp.ip.client", "Client IP address"),
        F("yiaddr", "dhcp.ip.your", "Your (client) IP address"),
        F("siaddr", "dhcp.ip.server", "Next server IP address"),
        F("giaddr", "dhcp.ip.relay", "Relay agent IP address"),
    )  # fmt: skip


MAC = special.MAC
HARDWARE_ADDRESS = Field("dhcp.hw.addr", "Client hardware address", BYTES)
HARDWARE_PADDING = Field("dhcp.hw.addr_padding", "Client hardware address padding", BYTES)
SERVER = Field("dhcp.server", "Server host name", STR)
FILE = Field("dhcp.file", "Boot file name", STR)
MAGIC = Field("dhcp.cookie", "Magic cookie", IPV4)
VENDOR = Field("dhcp.vendor_specific_options", "Bootp vendor specific options", BYTES)
BOOTP = Field("dhcp.bootp", "Frame is BOOTP", BOOL, hidden=True)
HARDWARE_SIZE = 16

NO_ADDRESS_LINE = Field("", "Client address not given")
NO_ADDRESS = Note(
    "dhcp.client_address_not_given", Severity.NOTE, Group.PROTOCOL, "Client address not given"
)
LITTLE_ENDIAN = Note(
    "dhcp.secs_le", Severity.NOTE, Group.PROTOCOL,
    "Seconds elapsed appears to be encoded as little-endian", "RFC 2131, section 2",
)  # fmt: skip
NO_END = Note(
    "dhcp.end_option_missing", Severity.ERROR, Group.PROTOCOL, "End option missing",
    "RFC 2131, section 4.1",
)  # fmt: skip


@dissector(
    "dhcp", "Dynamic Host Configuration Protocol", "DHCP", udp_port=(SERVER_PORT, CLIENT_PORT)
)
def dhcp(c: Cursor) -> Result:
    """Read the fixed part and the options; without a message type it is BOOTP's."""
    first = c.peek(1) or b"\0"
    c.protocol("BOOTP")
    c.info(TYPES.get(first[0], f"Unknown BOOTP message type ({first[0]})"))
    head = c.header(DHCP)
    if head.secs > 0xFF and not head.secs & 0xFF:
        node = c.node("dhcp.secs")
        node.value = head.secs >> 8
        c.note(LITTLE_ENDIAN, node)
    address = c.peek(6)
    _hardware(c, head)
    at = c.pos + 64 + 128
    kind = message_type(c.data[at + 4 : c.stop]) if c.data[at : at + 4] == COOKIE else 0
    _columns(c, head, kind, address)
    if not kind:
        c.put(BOOTP, 1, c.layer.offset)
    _name(c, SERVER, 64)
    _name(c, FILE, 128)
    c.need(len(COOKIE))
    if c.peek(len(COOKIE)) != COOKIE:
        c.rest(VENDOR)
        return None
    c.add(MAGIC)
    c.last.text = "Magic cookie: DHCP"
    if not options(c):
        c.note(NO_END)
    return None


def message_type(octets: bytes) -> int:
    """The DHCP message type among options; 0 where there is none."""
    at = 0
    while at + 2 < len(octets) and octets[at] != END:
        if octets[at] == PAD:
            at += 1
            continue
        if octets[at] == MESSAGE_TYPE and octets[at + 1] == 1:
            return octets[at + 2]
        at += 2 + octets[at + 1]
    return 0


def _hardware(c: Cursor, head: Any) -> None:
    """The client's hardware address in its 16 octets."""
    size = head.hlen
    if not 0 < size <= HARDWARE_SIZE:
        c.note(NO_ADDRESS, c.put(NO_ADDRESS_LINE, None, c.pos, HARDWARE_SIZE))
        c.skip(HARDWARE_SIZE)
        return
    if size == 6 and head.htype in special.MAC_TYPES:
        c.add(MAC)
    else:
        c.add(HARDWARE_ADDRESS, size)
    if size < HARDWARE_SIZE:
        c.add(HARDWARE_PADDING, HARDWARE_SIZE - size)


def _columns(c: Cursor, head: Any, kind: int, address: bytes) -> None:
    if kind:
        word = MESSAGES.get(kind, f"Unknown Message Type (0x{kind:02x})")
        c.protocol("DHCP")
        c.title("%s (%s)", c.layer.title, word)
        c.info("DHCP %-8s - Transaction ID 0x%x", word, head.xid)
    elif head.type == REQUEST and head.hlen == 6 and head.htype == ETHERNET:
        c.info("Boot Request from %s (%s)", address, address)


def _name(c: Cursor, shown: Field, size: int) -> None:
    """Text up to a zero; most messages have none."""
    octets = c.peek(size)
    c.need(size)
    text = octets.split(b"\0")[0].decode("ascii", "replace")
    node = c.put(shown, text, c.pos, size)
    if not text:
        node.text = f"{shown.label} not given"
    c.skip(size)
