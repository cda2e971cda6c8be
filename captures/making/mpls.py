"""MPLS: label stacks and what follows them, pseudowires, the associated channel."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from dissect.protocols.mpls import Label
from dissect.protocols.mpls_oam.fault import Fault
from dissect.protocols.mpls_oam.protection import Coordination
from making.build import (
    HOST4,
    HOST_MAC,
    OTHER4,
    UDP_PROTO,
    Commented,
    counting,
    ethernet,
    ieee8023,
    ip4,
    ipv4,
    ipv6,
    ping,
    udp,
    write,
)

PING = ping(16)
PING4 = ipv4(udp(b"sixscope", 40000, 9, HOST4, OTHER4), UDP_PROTO)
UNICAST, MULTICAST = 0x8847, 0x8848


def label(number: int, *, exp: int = 0, bottom: int = 1, ttl: int = 64) -> bytes:
    """A label stack entry."""
    return bytes(Label(_word=number << 12 | exp << 9 | bottom << 8 | ttl))


def mpls(*parts: bytes, kind: int = UNICAST) -> bytes:
    """A frame with labels and what is behind them."""
    return ethernet(b"".join(parts), kind)


def above(number: int, ttl: int = 64) -> bytes:
    """A label that isn't the last."""
    return label(number, bottom=0, ttl=ttl)


def stacks() -> Iterator[Commented]:
    """Labels."""
    yield mpls(label(16), PING), "One label, IPv6 behind it"
    yield mpls(label(1048575, exp=7, ttl=255), PING4), "The greatest label, IPv4 behind it"
    yield mpls(*map(above, range(100, 105)), label(105), PING), "Six labels"
    yield mpls(label(16), PING, kind=MULTICAST), "By the multicast EtherType"
    yield mpls(label(0), PING4), "IPv4 Explicit NULL (RFC 3032, section 2.1)"
    yield mpls(label(2), PING), "IPv6 Explicit NULL"
    yield mpls(label(2), PING4), "IPv6 Explicit NULL, and IPv4 behind it"
    yield mpls(above(1), label(16), PING), "Router Alert"
    yield mpls(label(1), PING), "Router Alert at the bottom, where it must not be"
    yield mpls(label(3), PING), "Implicit NULL, which is never sent"
    yield mpls(above(16), above(7), label(70000, ttl=0), PING), "Entropy label (RFC 6790)"
    yield mpls(above(16), above(7), label(5, ttl=9), PING), "A reserved entropy label, with a TTL"
    yield mpls(above(16), label(7), PING), "An indicator without an entropy label"
    yield mpls(above(15), label(16), PING), "Extension label, extended label 16 (RFC 7274)"
    yield mpls(above(15), label(4), PING), "Extension label, then one that must not follow it"
    yield mpls(above(15), above(7), label(70000, ttl=0), PING), "Entropy behind the extension label"
    yield mpls(label(15), PING), "An extension label with nothing behind it"
    yield mpls(*map(above, (4, 5, 6, 8, 9, 10, 11)), label(12), PING), "Labels not assigned"
    yield mpls(above(13), label(16), PING), "The associated channel's label, not at the bottom"
    yield mpls(above(14), label(16), PING), "OAM Alert, not at the bottom"
    yield mpls(label(16, ttl=0), PING), "TTL 0"
    yield mpls(label(16)), "Nothing behind the label"
    yield mpls(above(16)), "No bottom"
    yield mpls(label(16)[:3]), "A label cut off"
    yield mpls(), "No label"


def payloads() -> Iterator[Commented]:
    """What is behind the labels, and nobody says what it is."""
    for first in (0x20, 0x30, 0x50, 0x70, 0xF0):
        yield mpls(label(16), bytes((first,)) + counting(40)), f"First four bits {first >> 4}"
    for octets in (b"\x40", b"\x60\0\0", b"\0"):
        yield mpls(label(16), octets), f"Not more than {octets.hex()}"
    frame = ethernet(PING4, 0x0800)
    word = b"\0\0\0\1"
    yield mpls(label(500), word, frame), "Ethernet behind a control word (RFC 4448)"
    yield mpls(label(500), b"\0\0\x12\x34", ethernet(PING)), "… with a sequence number"
    yield mpls(label(500), frame), "Ethernet without control word, to a MAC that begins with 0"
    yield mpls(label(500), word, ieee8023(b"\x42\x42\x03" + counting(35))), "IEEE 802.3"
    yield mpls(label(500), word, counting(20)), "A control word, and no Ethernet"
    yield mpls(label(500), b"\x0f\xc0\0\1", frame), "Bits set in the control word"
    yield mpls(label(500), word), "Nothing behind a control word"
    yield mpls(above(600), label(500), word, ethernet(label(16) + PING, UNICAST)), "MPLS in it"


def carriers() -> Iterator[Commented]:
    """MPLS in other packets than Ethernet's."""
    yield ethernet(ipv4(label(16) + PING, 137), 0x0800), "In IPv4 (RFC 4023)"
    yield ethernet(ipv6(label(16) + PING4, 137)), "In IPv6"
    yield ethernet(ipv6(b"\0\0\x88\x47" + label(16) + PING, 47)), "In GRE (RFC 4023)"
    inner = label(16) + PING4
    yield ethernet(ipv6(udp(inner, 49152, 6635), UDP_PROTO)), "In UDP (RFC 7510)"
    over4 = udp(inner, 49152, 6635, HOST4, OTHER4)
    yield ethernet(ipv4(over4, UDP_PROTO), 0x0800), "In UDP over IPv4"
    ppp = b"\x11\0\0\1" + struct.pack(">H", len(inner) + 2)
    yield ethernet(ppp + b"\x02\x81" + inner, 0x8864), "In PPP, unicast (RFC 3032, section 4.3)"
    yield ethernet(ppp + b"\x02\x83" + inner, 0x8864), "In PPP, multicast"


def channel(kind: int, message: bytes, *, version: int = 0, reserved: int = 0) -> bytes:
    """The header of an associated channel (RFC 4385, section 5) and a message."""
    return struct.pack(">BBH", 0x10 | version, reserved, kind) + message


def section(kind: int, message: bytes) -> bytes:
    """A frame with a message of a section's generic channel (RFC 5586)."""
    return mpls(label(13, ttl=1), channel(kind, message))


def channels() -> Iterator[Commented]:
    """The associated channel itself."""
    yield mpls(label(500), channel(0x0021, PING4)), "IPv4 in a pseudowire's channel (RFC 4385)"
    yield mpls(above(500), section(0x0057, PING)[14:]), "IPv6 in the generic channel (RFC 5586)"
    yield section(0x0001, b"\0\x21" + PING4), "Management channel: IPv4 (RFC 5718)"
    yield section(0x0001, b"\0\x57" + PING), "Management channel: IPv6"
    yield section(0x0001, b"\x7f\xf8" + counting(8)), "Management channel: an experiment"
    yield section(0x0001, b"\0"), "Management channel, cut off"
    yield section(0x0002, counting(8)), "Signaling channel (RFC 5718)"
    yield section(0x7FF8, counting(8)), "Experimental channel"
    yield section(0x1234, counting(8)), "Unknown channel"
    yield mpls(label(500), channel(0x0021, PING4, version=3)), "Another version"
    yield mpls(label(500), channel(0x0021, PING4, reserved=7)), "Reserved bits set"
    yield mpls(label(500), b"\x10\0\0"), "A channel header cut off"
    yield mpls(label(13), b"\x10"), "The generic channel's header cut off"
    yield mpls(label(500), channel(0x0021, b"")), "Nothing in the channel"


def bfd(flags: int = 0xC0, *, first: int = 0x20, size: int = 24, multiplier: int = 3) -> bytes:
    """A BFD control packet without authentication (RFC 5880)."""
    times = struct.pack(">III", 1_000_000, 1_000_000, 50_000)
    return bytes((first, flags, multiplier, size)) + struct.pack(">II", 0x11, 0x22) + times


def mep(kind: int, body: bytes) -> bytes:
    """The source of an MPLS-TP message (RFC 6428, section 3.5)."""
    return struct.pack(">HH", kind, len(body)) + body


END = struct.pack(">I", 64496) + HOST4
"""Global identifier and node identifier."""
SECTION_MEP = mep(0, END + struct.pack(">I", 7))
PATH_MEP = mep(1, END + struct.pack(">HH", 3, 4))
WIRE_MEP = mep(2, END + struct.pack(">IBB", 9, 1, 6) + b"sixagi")


def detection() -> Iterator[Commented]:
    """BFD, in channels and over paths."""
    yield section(0x0007, bfd()), "BFD in a pseudowire's channel (RFC 5885)"
    yield section(0x0022, bfd(0x40)), "MPLS-TP CC (RFC 6428): down"
    for end, what in ((SECTION_MEP, "section"), (PATH_MEP, "path"), (WIRE_MEP, "pseudowire")):
        yield section(0x0023, bfd() + end), f"MPLS-TP CV: source of a {what}"
    yield section(0x0023, bfd() + mep(9, b"")), "MPLS-TP CV: an unknown source"
    yield section(0x0007, bfd(0xFB, first=0x29)), "Every flag but authentication"
    yield section(0x0007, bfd(0xF0, first=0x03)), "Version 0, a draft's"
    secret = bytes((1, 11, 5)) + b"sixscope"
    yield section(0x0007, bfd(0xC4, size=35) + secret), "Simple password"
    for kind, digest in ((2, 16), (3, 16), (4, 20), (5, 20)):
        proof = struct.pack(">BBBBI", kind, 8 + digest, 1, 0, 77) + counting(digest)
        yield section(0x0007, bfd(0xC4, size=24 + len(proof)) + proof), f"Authentication {kind}"
    proof = struct.pack(">BBBBI", 2, 20, 1, 0, 77) + counting(16)
    yield section(0x0007, bfd(0xC4, size=48) + proof), "A digest's length is wrong"
    yield section(0x0007, bfd(0xC4) + b"\0"), "Authentication announced, and absent"
    yield section(0x0007, bfd(0xC4, size=32) + struct.pack(">BBHI", 9, 8, 1, 0)), "Unknown kind"
    path = udp(bfd(), 49152, 3784, HOST4, ip4("127.0.0.1"))
    single = ipv4(path, UDP_PROTO, HOST4, ip4("127.0.0.1"), ttl=1)
    yield mpls(label(16), single), "BFD over a path (RFC 5884)"
    yield ethernet(ipv6(udp(bfd(), 49152, 4784), UDP_PROTO)), "BFD over several hops (RFC 5883)"
    yield ethernet(ipv6(udp(counting(12), 49152, 3785), UDP_PROTO)), "BFD echo (RFC 5881)"


def performance(flags: int, code: int, formats: bytes, rest: bytes, session: int = 0x1234) -> bytes:
    """A measurement's message (RFC 6374, section 3)."""
    body = formats.ljust(4, b"\0") + struct.pack(">I", session) + rest
    return struct.pack(">BBH", flags, code, 4 + len(body)) + body


NTP, PTP = struct.pack(">II", 0xE8000000, 1 << 31), struct.pack(">II", 1_767_225_600, 250_000_000)
COUNTERS = struct.pack(">QQQQ", 1000, 2000, 3000, 4000)


def measurements() -> Iterator[Commented]:
    """Loss and delay."""
    for kind, name in ((0x000A, "Direct"), (0x000B, "Inferred")):
        yield section(kind, performance(0, 0, b"\x02", NTP + COUNTERS)), f"{name} loss: a query"
        response = performance(8, 1, b"\xc3", PTP + COUNTERS)
        yield section(kind, response), f"{name} loss: its response, octets in 64 bits"
    for stamp, what in ((0, "null"), (1, "sequence number"), (4, "unknown")):
        query = performance(4, 2, bytes((stamp,)), counting(8) + COUNTERS, 0x4000 | 46)
        yield section(0x000A, query), f"Loss of a class, timestamp: {what}"
    for stamp in range(5):
        moment = {2: NTP, 3: PTP}.get(stamp, counting(8))
        formats = bytes((stamp << 4 | stamp, stamp << 4))
        query = performance(0, 1, formats, moment + bytes(24))
        yield section(0x000C, query), f"Delay: a query, timestamp {stamp}"
        response = performance(8, 1, formats, moment + bytes(8) + moment + moment)
        yield section(0x000C, response), "… and its response"
    mixed = NTP + bytes(24), PTP * 4
    for flags, rest in zip((0, 8), mixed, strict=True):
        yield section(0x000C, performance(flags, 0, b"\x23\x10", rest)), "Delay: two formats"
    for kind, name in ((0x000D, "Direct"), (0x000E, "Inferred")):
        formats = b"\x43\x33"
        query = performance(4, 0, formats, PTP + bytes(24) + COUNTERS, 0x4000 | 10)
        yield section(kind, query), f"{name} loss and delay: a query"
        answer = performance(8, 0x1C, formats, PTP + bytes(8) + PTP + PTP + COUNTERS)
        yield section(kind, answer), f"{name} loss and delay: a response"
    for code in (0x0F, 0x10, 0x19, 0x1E):
        yield section(0x000C, performance(0xB, code, b"\x22\x20", NTP * 4)), f"Code 0x{code:02x}"
    yield section(0x000C, performance(0, 0x33, b"\x22\x20", NTP * 2)), "Cut off"


def maintenance() -> Iterator[Commented]:
    """Protection, faults, locks, status, withdrawal, Y.1711."""
    for request in range(16):
        first = 1 << 6 | request << 2 | request & 3
        state = Coordination(_first=first, _second=(request & 1) << 7, fpath=request & 1, path=1)
        yield section(0x0024, bytes(state) + bytes(2)), f"PSC: request {request} (RFC 6378)"
    state = Coordination(fpath=2, path=9, tlvs=4)
    yield section(0x0024, bytes(state) + bytes(2) + counting(4)), "PSC: with TLVs"
    yield section(0x0024, bytes(state)[:5]), "PSC: cut off"
    where = struct.pack(">BB", 1, 8) + HOST4 + struct.pack(">IBBI", 7, 2, 4, 64496)
    for kind in (0, 1, 2, 9):
        alarm = Fault(kind=kind, flags=kind & 3, tlvs=len(where))
        yield section(0x0058, bytes(alarm) + where), f"Fault: message {kind} (RFC 6427)"
    yield section(0x0058, bytes(Fault())), "Fault: without a source"
    yield section(0x0058, bytes(Fault(tlvs=16)) + where[:9]), "Fault: source cut off"
    for end in (SECTION_MEP, PATH_MEP, WIRE_MEP):
        yield section(0x0026, b"\x10\0\0\x05" + end), "Lock instruct (RFC 6435)"
    status = b"\x09\x6a\0\4"
    for code in (2, 4, 0x20, 0x40, 0):
        body = b"\0\x3c\x08\0" + status + struct.pack(">I", code)
        yield section(0x0027, body), f"Pseudowire status 0x{code:x} (RFC 6478)"
    yield section(0x0027, b"\0\x3c\0\x80" + bytes(2)), "Pseudowire status: an acknowledgement"
    for flags in (0x00, 0x80, 0x40, 0x3F):
        body = bytes((0, 0, 8, flags)) + struct.pack(">HHI", 1, 4, 99)
        yield section(0x0028, body), f"MAC withdrawal, flags 0x{flags:02x} (RFC 7769)"
    body = bytes((0, 0, 18, 0)) + struct.pack(">HH", 0xC002, 6) + HOST_MAC
    yield section(0x0028, body + struct.pack(">HHI", 1, 4, 100)), "MAC withdrawal: of two TLVs"
    yield section(0x0028, bytes((0, 0, 8))), "MAC withdrawal: cut off"
    yield from old_maintenance()


def old_maintenance() -> Iterator[Commented]:
    """Y.1711 behind the OAM Alert label."""
    source = bytes(10) + b"\xff\xff" + HOST4 + struct.pack(">i", -5)

    def alert(pdu: bytes, **changes: int) -> bytes:
        return mpls(label(14, **{"ttl": 1, **changes}), pdu)

    verify = b"\1" + bytes(3) + source + bytes(18) + b"\x12\x34"
    yield alert(verify), "Y.1711: connectivity verification (RFC 3429)"
    yield alert(verify, exp=3, ttl=9), "Y.1711: EXP and TTL are wrong"
    for kind, name in ((2, "forward"), (3, "backward")):
        defect = (
            bytes((kind, 0)) + b"\2\1" + source + struct.pack(">I", 64496) + bytes(14) + b"\0\1"
        )
        yield alert(defect), f"Y.1711: {name} defect"
    nobody = b"\2\0\2\xff" + bytes(20) + struct.pack(">I", 64496) + bytes(16)
    yield alert(nobody), "Y.1711: a defect without a source"
    yield alert(b"\7" + bytes(3) + source + b"\3" + bytes(19)), "Y.1711: fast failure detection"
    yield alert(b"\1" + counting(43)), "Y.1711: nothing is what it must be"
    yield alert(b"\2" + counting(43)), "Y.1711: a defect, nothing is what it must be"
    yield alert(b"\5" + bytes(43)), "Y.1711: loopback, reserved"
    yield alert(verify[:30]), "Y.1711: less than 44 octets"


def file_of(*makers: Callable[[], Iterator[Commented]]) -> Callable[[Path], None]:
    """What writes a file of all their cases."""
    return lambda path: write(path, (case for make in makers for case in make()))


FILES = {
    "mpls.pcapng": file_of(stacks, payloads, carriers),
    "mpls_oam.pcapng": file_of(channels, detection, measurements, maintenance),
}
