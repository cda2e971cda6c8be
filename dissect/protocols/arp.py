"""Address Resolution Protocol (RFC 826), Reverse ARP (RFC 903), Inverse ARP (RFC 2390).

    0                              16                              32
    +-------------------------------+-------------------------------+
    |         Hardware Type         |         Protocol Type         |
    +---------------+---------------+-------------------------------+
    | Hardware Size | Protocol Size |            Operation          |
    +---------------+---------------+-------------------------------+
    |  Sender hardware and protocol address, target hardware and    |
    |  protocol address, of the sizes given                         |
    +---------------------------------------------------------------+

Probes and announcements are those of IPv4 address conflict detection (RFC 5227).
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, ETHER, FRAME, IPV4, U8, U16, U32, X16
from dissect.protocols.codes.arp import HARDWARE, OPERATIONS
from dissect.protocols.codes.ethertypes import ETHERTYPES

ETHERNET, IEEE802, ATM2225 = 1, 6, 19
REQUEST, REPLY = 1, 2
DRARP_ERROR = 7
IPV4_TYPE = 0x0800
MARS_WORDS = {
    12: "MULTI request", 13: "MSERV request", 14: "JOIN request", 15: "LEAVE", 16: "NAK",
    17: "UNSERV request", 18: "SJOIN request", 19: "SLEAVE",
}  # fmt: skip
"""How the Info column calls messages of the Multicast Address Resolution Server (RFC 2022)."""

HW_TYPE = Field("arp.hw.type", "Hardware type", U16, HARDWARE)
PROTO_TYPE = Field("arp.proto.type", "Protocol type", X16, ETHERTYPES)
HW_SIZE = Field("arp.hw.size", "Hardware size", U8)
PROTO_SIZE = Field("arp.proto.size", "Protocol size", U8)
OPCODE = Field("arp.opcode", "Opcode", U16, OPERATIONS)
IS_GRATUITOUS = Field("arp.isgratuitous", "Is gratuitous", BOOL, generated=True)
IS_PROBE = Field("arp.isprobe", "Is probe", BOOL, generated=True)
IS_ANNOUNCEMENT = Field("arp.isannouncement", "Is announcement", BOOL, generated=True)
ERROR_STATUS = Field(
    "arp.dst.drarp_error_status", "DRARP error status", U16,
    {1: "restricted", 2: "no address", 3: "serverdown", 4: "moved", 5: "failure"},
)  # fmt: skip
EARLIER_FRAME = Field(
    "arp.duplicate-address-frame", "Frame showing earlier use of IP address", FRAME,
    generated=True,
)  # fmt: skip
SECONDS_SINCE = Field(
    "arp.seconds-since-duplicate-address-frame", "Seconds since earlier frame seen", U32,
    generated=True,
)  # fmt: skip


def _address_fields(end: str, words: str) -> tuple[Field, Field, Field, Field]:
    return (
        Field(f"arp.{end}.hw", f"{words} hardware address", BYTES),
        Field(f"arp.{end}.hw_mac", f"{words} MAC address", ETHER),
        Field(f"arp.{end}.proto", f"{words} protocol address", BYTES),
        Field(f"arp.{end}.proto_ipv4", f"{words} IP address", IPV4),
    )


SENDER = _address_fields("src", "Sender")
TARGET = _address_fields("dst", "Target")

DUPLICATE = Note(
    "arp.duplicate-address-detected", Severity.WARNING, Group.SEQUENCE,
    "Duplicate IP address configured", "RFC 5227, section 2.4",
)  # fmt: skip


INFO_DUPLICATE = " (duplicate use of %s detected!)"
"""What stands behind the rest of the Info column."""


class Arp(NamedTuple):
    """What a message says."""

    operation: int
    sender_hw: bytes
    sender: bytes
    target_hw: bytes
    target: bytes
    is_mac: bool
    is_ipv4: bool


@dissector("arp", "Address Resolution Protocol", "ARP", ethertype=(0x0806, 0x8035))
def arp(c: Cursor) -> Result:
    """Read sizes and addresses; say who asks for whom."""
    c.info("")
    hardware = c.add(HW_TYPE)
    protocol = c.add(PROTO_TYPE)
    if hardware == ATM2225:  # another layout: two more sizes, for ATM numbers and subaddresses
        c.protocol("ATMARP")
        return Next(name="data")
    hw_size = c.add(HW_SIZE)
    size = c.add(PROTO_SIZE)
    operation = c.add(OPCODE)
    last = 1 if operation == DRARP_ERROR else size
    c.need(2 * hw_size + size + last)
    at, data = c.pos, c.data
    c.bound(at + 2 * hw_size + 2 * size, "arp.proto.size")
    message = Arp(
        operation,
        data[at : at + hw_size],
        data[at + hw_size : at + hw_size + size],
        data[at + hw_size + size : at + 2 * hw_size + size],
        data[at + 2 * hw_size + size : at + 2 * hw_size + 2 * size],
        hardware in (ETHERNET, IEEE802) and hw_size == 6,
        protocol == IPV4_TYPE and size == 4,
    )
    said, name, shown = purpose(message)
    for field in shown:
        c.put(field, True, c.layer.offset)
    c.title("Address Resolution Protocol (%s)", name)
    c.protocol(_protocol(operation))
    c.info("%s", said)
    _address(c, message, SENDER, hw_size, size)
    _address(c, message, TARGET, hw_size, 0 if operation == DRARP_ERROR else size)
    if operation == DRARP_ERROR:
        c.add(ERROR_STATUS, 1)
    if operation in (REQUEST, REPLY) and message.is_mac and message.is_ipv4:
        _duplicate(c, message)
    return None


def _address(
    c: Cursor, message: Arp, fields: tuple[Field, Field, Field, Field], hw_size: int, size: int
) -> None:
    hw, mac, proto, ipv4 = fields
    if hw_size:
        c.add(mac if message.is_mac else hw, hw_size)
    if size:
        c.add(ipv4 if message.is_ipv4 else proto, size)


def purpose(m: Arp) -> tuple[str, str, tuple[Field, ...]]:
    """The Info column, the words in the title, and the fields that say so."""
    operation = m.operation
    name = OPERATIONS.get(operation, f"opcode 0x{operation:04x}")
    if operation in (REQUEST, REPLY) and m.is_ipv4:
        unasked = operation == REQUEST and not any(m.target_hw)
        sender = _protocol_text(m, m.sender)
        if m.sender == m.target:
            if unasked:
                title = "ARP Announcement"
                return f"{title} for {sender}", title, (IS_GRATUITOUS, IS_ANNOUNCEMENT)
            info = f"Gratuitous ARP for {sender} ({name.capitalize()})"
            return info, f"{name}/gratuitous ARP", (IS_GRATUITOUS,)
        if unasked and not any(m.sender):
            title = "ARP Probe"
            return f"Who has {_protocol_text(m, m.target)}? ({title})", title, (IS_PROBE,)
    return _said(m), name, ()


def _said(m: Arp) -> str:
    """A message in words, by its operation (see ``codes.arp``)."""
    sender, target = _protocol_text(m, m.sender), _protocol_text(m, m.target)
    sender_hw, target_hw = _hardware_text(m.sender_hw, m), _hardware_text(m.target_hw, m)
    match m.operation:
        case 1:
            return f"Who has {target}? Tell {sender}"
        case 2:
            return f"{sender} is at {sender_hw}"
        case 9:
            return f"{sender_hw} is at {sender}"
        case 3 | 5 | 8:
            return f"Who is {target_hw}? Tell {sender_hw}"
        case 4 | 6:
            return f"{target_hw} is at {target}"
        case 7:
            return "DRARP Error"
        case 10:
            return "ARP NAK"
        case 23:
            return f"MAPOS UNARP request from {sender_hw} at {sender}"
        case operation if 11 <= operation <= 22:
            name = MARS_WORDS.get(operation, OPERATIONS[operation].removeprefix("mars "))
            return f"MARS {name} from {sender_hw} at {sender}"
        case 0 | 65535:
            return f"Reserved opcode {m.operation}"
        case 24 | 25:
            return f"Experimental {m.operation - 23} ( opcode {m.operation} )"
    return f"Unknown ARP opcode 0x{m.operation:04x}"


def _protocol(operation: int) -> str:
    """What the Protocol column calls it."""
    if operation in (3, 4):
        return "RARP"
    if operation in (5, 6, 7):
        return "DRARP"
    if operation in (8, 9):
        return "Inverse ARP"
    if 11 <= operation <= 22:
        return "MARS"
    return "MAPOS" if operation == 23 else "ARP"


def _protocol_text(m: Arp, address: bytes) -> str:
    if not address:
        return "<No address>"
    return ".".join(map(str, address)) if m.is_ipv4 else address.hex()


def _hardware_text(address: bytes, m: Arp) -> str:
    if not address:
        return "<No address>"
    return address.hex(":") if m.is_mac else address.hex()


# --- the same address in two places ------------------------------------------------------------


class _Seen(Struct):
    """Who last used an IPv4 address."""

    hardware: bytes
    frame: int
    seconds: int


class Earlier(NamedTuple):
    """Another's use of an address that somebody uses now."""

    address: bytes
    user: bytes
    hardware: bytes
    frame: int
    seconds: int


def _duplicate(c: Cursor, m: Arp) -> None:
    """Say so when somebody else was heard to have one of the addresses."""
    frame, now = c.packet.number, c.packet.time_ns or 0
    found = c.recall(lambda session: check(session, m, frame, now)) or []
    if found:
        c.info_add(INFO_DUPLICATE, found[-1].address)
    for earlier in found:
        text = ".".join(map(str, earlier.address))
        form = "[Duplicate IP address detected for %s (%s) - also in use by %s (frame %d)]"
        with c.text(form, text, earlier.user, earlier.hardware, earlier.frame):
            node = c.put(EARLIER_FRAME, earlier.frame, c.layer.offset)
            c.note(DUPLICATE, node, f"Duplicate IP address configured ({text})")
            c.put(SECONDS_SINCE, earlier.seconds, c.layer.offset)


def check(session: Session, m: Arp, frame: int, time_ns: int) -> list[Earlier]:
    """Remember the sender, and who is answered; hand back those that had other hardware."""
    now = time_ns // 1_000_000_000
    users = [(m.sender, m.sender_hw)]
    if m.operation == REPLY and any(m.target_hw) and m.target != m.sender:
        users.append((m.target, m.target_hw))
    found = []
    for address, hardware in users:
        if any(address) and not hardware[0] & 1:
            earlier = _use(session, address, hardware, frame, now)
            if earlier is not None:
                found.append(earlier)
    return found


def _use(session: Session, address: bytes, hardware: bytes, frame: int, now: int) -> Earlier | None:
    seen: _Seen = session.entry("arp", address, lambda _: _Seen(hardware, frame, now))
    if seen.hardware != hardware:
        return Earlier(address, hardware, seen.hardware, seen.frame, now - seen.seconds)
    seen.frame, seen.seconds = frame, now
    return None
