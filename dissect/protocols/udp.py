"""User Datagram Protocol (RFC 768) and UDP-Lite (RFC 3828, section 3.1).

0                               16                             32
+-------------------------------+-------------------------------+
|          Source Port          |       Destination Port        |
+-------------------------------+-------------------------------+
|  Length / Checksum Coverage   |           Checksum            |
+-------------------------------+-------------------------------+
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dissect.engine.checksum import LEFT_TO_CARD, STATUS, Status, checksum, pseudo_header_sum
from dissect.engine.conversation import (
    Conversation,
    End,
    Key,
    announced,
    key_of,
    receiver,
    stream_key,
)
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.preferences import Preference
from dissect.engine.session import Session
from dissect.engine.tables import DISSECTORS, Next, Result, dissector, guess, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, INTERVAL, U8, U16, U32, X16

UDP_PROTO, UDPLITE_PROTO = 17, 136

PORTS = (
    F("sport", "udp.srcport", "Source Port"),
    F("dport", "udp.dstport", "Destination Port"),
    F("sport", "udp.port", "Source or Destination Port", hidden=True),
    F("dport", "udp.port", "Source or Destination Port", hidden=True),
)


class UDP(Header):
    """The header, 8 octets."""

    __hdr__ = (
        ("sport", "H", 0),
        ("dport", "H", 0),
        ("len", "H", 8),  # octets of header and payload; 0 in a jumbogram
        ("sum", "H", 0),  # 0: none was computed
    )
    names = (
        *PORTS,
        F("len", "udp.length", "Length"),
        F("sum", "udp.checksum", "Checksum", X16),
    )


class UDPLite(Header):
    """The header of UDP-Lite: the IP payload's length counts, the checksum covers a part of it."""

    __hdr__ = (
        ("sport", "H", 0),
        ("dport", "H", 0),
        ("coverage", "H", 0),  # octets from the header's first; 0: all
        ("sum", "H", 0),
    )
    names = (
        *PORTS,
        F("coverage", "udp.checksum_coverage", "Checksum coverage"),
        F("coverage", "udp.length", "Length", U16, span=(4, 0), generated=True),
        F("sum", "udp.checksum", "Checksum", X16),
    )


CALCULATED = Field("udp.checksum_calculated", "Calculated Checksum", X16, generated=True)
CHECKSUM_STATUS = Field("udp.checksum.status", "Checksum Status", U8, STATUS, generated=True)
STREAM = Field("udp.stream", "Stream index", U32, generated=True)
SINCE_FIRST = Field("udp.time_relative", "Time since first frame", INTERVAL, generated=True)
SINCE_PREVIOUS = Field("udp.time_delta", "Time since previous frame", INTERVAL, generated=True)
TIMESTAMPS = Field("", "Timestamps", generated=True)
PAYLOAD = Field("udp.payload", "UDP payload", BYTES)

BAD_LENGTH = Note("udp.length.bad", Severity.ERROR, Group.MALFORMED, "Bad length value", "RFC 768")
ZERO_LENGTH = Note(
    "udp.length.bad_zero", Severity.WARNING, Group.PROTOCOL,
    "Length is zero but payload < 65536", "RFC 2675, section 4",
)  # fmt: skip
BAD_COVERAGE = Note(
    "udplite.checksum_coverage.bad", Severity.ERROR, Group.MALFORMED,
    "Bad checksum coverage length value", "RFC 3828, section 3.1",
)  # fmt: skip
ZERO_CHECKSUM = Note(
    "udp.checksum.zero", Severity.ERROR, Group.CHECKSUM, "Illegal checksum value (0)",
    "RFC 8200, section 8.1",
)  # fmt: skip
BAD_CHECKSUM = Note("udp.checksum.bad", Severity.ERROR, Group.CHECKSUM, "Bad checksum", "RFC 768")
TRACEROUTE = Note("udp.possible_traceroute", Severity.CHAT, Group.SEQUENCE, "Possible traceroute")

TRACEROUTE_PORTS = range(33435, 33465)
"""Where traceroute's probes go, three to a hop."""

JUMBO = 65536

INFO, INFO_LENGTH = "%d → %d", " Len=%d"
INFO_ILLEGAL, INFO_WRONG = " [ILLEGAL CHECKSUM (0)]", " [UDP CHECKSUM INCORRECT]"
"""What the Info column is made of, in this order."""


def protocols_by_port(words: str) -> dict[int, str]:
    """``5004=rtp,6000-6010=rtcp`` as ports and names of dissectors; raises ValueError."""
    found: dict[int, str] = {}
    for wish in words.split(","):
        ports, _, name = wish.partition("=")
        first, _, last = ports.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal() and name in DISSECTORS):
            raise ValueError("expected PORT=PROTOCOL or FIRST-LAST=PROTOCOL, with commas between")
        span = range(int(first), int(last or first) + 1)
        if not span or span[-1] > MOST:
            raise ValueError(f"ports go up to {MOST}, the first one comes first")
        found |= dict.fromkeys(span, name)
    return found


MOST = 0xFFFF
NO_WISHES: dict[int, str] = {}
DECODE_AS = Preference(
    "udp.decode_as", NO_WISHES, protocols_by_port,
    "Which protocols are at UDP ports that don't say it: 5004=rtp,6000-6010=rtcp",
)  # fmt: skip


class Known(NamedTuple):
    """What is known of the stream: number, times since its packets, and what was announced."""

    number: int
    times: tuple[int, int] | None
    protocol: str


@dissector("udp", "User Datagram Protocol", "UDP", ip_proto=UDP_PROTO)
def udp(c: Cursor) -> Result:
    """Read the header, narrow the bounds to the length it gives, go on by port."""
    start = c.pos
    c.need(4)  # both ports, or nothing
    header = c.header(UDP, cut=lambda part, there: _cut(c, part, there))
    _name_ports(c, header.sport, header.dport)
    size = _length(c, header, c.end - start)
    if not size:
        return None
    c.info_add(INFO_LENGTH, size - 8)
    if not header.len:
        c.info_add(" [Jumbogram]")
    _traceroute(c, header.dport)
    if header.sum == 0:
        _no_checksum(c, legal=c.facts.version == 4)
    else:
        _checksum(c, header, start, size)
    return _payload(c, header, start + size, "udp.length")


@dissector("udplite", "Lightweight User Datagram Protocol", "UDP-Lite", ip_proto=UDPLITE_PROTO)
def udplite(c: Cursor) -> Result:
    """Read the header and go on by UDP's ports; the checksum is shown, not verified."""
    size = c.left
    c.need(4)  # both ports, or nothing
    header = c.header(UDPLite, cut=lambda part, there: _cut_lite(c, part, there))
    _name_ports(c, header.sport, header.dport)
    _coverage(c, header, size)
    c.info_add(INFO_LENGTH, size - 8)
    if header.sum == 0:
        _no_checksum(c, legal=False)
    elif c.at is not None:
        _status(c, Status.UNVERIFIED, " [unverified]")
    return _payload(c, header, c.end, "")


def _cut(c: Cursor, part: Any, there: int) -> None:
    """What a header that ends early tells."""
    _name_ports(c, part.sport, part.dport)
    if there >= 6:
        _length(c, part, c.end - c.start)


def _cut_lite(c: Cursor, part: Any, there: int) -> None:
    """What a header of UDP-Lite that ends early tells."""
    _name_ports(c, part.sport, part.dport)
    if there >= 6:
        _coverage(c, part, c.end - c.start)


def _coverage(c: Cursor, header: Any, size: int) -> None:
    """Show the length, which isn't in the header, and judge how far the checksum goes."""
    c.node("udp.length").value = size
    if 0 < header.coverage < 8 or (header.coverage > size and not c.facts.fragment):
        bad = f"{header.coverage} < 8 or > {size}"
        c.node("udp.checksum_coverage").suffix = f" (bogus, must be >= 8 and <= {size})"
        c.note(BAD_COVERAGE, "udp.checksum_coverage", f"{BAD_COVERAGE.text} {bad}")
        c.info_add(" [BAD LIGHTWEIGHT UDP CHECKSUM COVERAGE LENGTH %s]", bad)


def _name_ports(c: Cursor, source: int, destination: int) -> None:
    c.title("%s, Src Port: %d, Dst Port: %d", c.layer.title, source, destination)
    c.info(INFO, source, destination)


def _length(c: Cursor, header: Any, available: int) -> int:
    """The datagram's octets, header included; 0 where the length can't be believed."""
    length: int = header.len
    facts = c.facts
    jumbo = facts.version == 6 or (facts.version == 4 and facts.ip.len == 0)
    if length == 0 and jumbo and available >= 8:
        if facts.version == 6 and available < JUMBO:
            c.note(ZERO_LENGTH, "udp.length")
        return available  # a jumbogram, or captured before it was cut into segments
    if length < 8:
        c.node("udp.length").suffix = " (bogus, must be >= 8)"
        c.note(BAD_LENGTH, "udp.length", f"Bad length value {length} < 8")
        c.info_add(" [BAD UDP LENGTH %d < 8]", length)
        return 0
    if length > available and not facts.fragment and not c.quoted:
        c.node("udp.length").suffix = f" (bogus, payload length {available})"
        c.note(BAD_LENGTH, "udp.length", f"Bad length value {length} > IP payload length")
        c.info_add(" [BAD UDP LENGTH %d > IP PAYLOAD LENGTH]", length)
    return length


def _traceroute(c: Cursor, port: int) -> None:
    """Note a port that traceroute would use."""
    if port in TRACEROUTE_PORTS:
        hop, attempt = divmod(port - TRACEROUTE_PORTS[0], 3)
        text = f"Possible traceroute: hop #{hop + 1}, attempt #{attempt + 1}"
        c.note(TRACEROUTE, "udp.dstport", text)


def _no_checksum(c: Cursor, *, legal: bool) -> None:
    """A checksum of zero: none in IPv4, not allowed in IPv6 but for tunnels (RFC 6935)."""
    node = c.node("udp.checksum")
    if legal:
        node.suffix = " [zero-value ignored]"
    else:
        node.suffix = " [zero-value illegal]"
        c.note(ZERO_CHECKSUM, node)
        c.info_add(INFO_ILLEGAL)
    if c.at is not None:
        status = Status.NOT_PRESENT if legal else Status.ILLEGAL
        mark = type(node)(CHECKSUM_STATUS, node.offset, 2, int(status))
        node.add(mark).text = f"Checksum Status: {STATUS[status]}"


def _checksum(c: Cursor, header: Any, start: int, size: int) -> None:
    """Verify the checksum, where all that it covers is here."""
    end = start + size
    offloaded = not header.len and c.facts.version == 4
    if offloaded or c.facts.fragment or not c.facts.version or end > c.stop:
        if c.at is not None:
            _status(c, Status.UNVERIFIED, " [unverified]")
        return
    pseudo = pseudo_header_sum(c, UDP_PROTO, size)
    rest = checksum(c.data[start:end], pseudo)
    right = header.sum
    if rest:
        right += rest
        right = (right & 0xFFFF) + (right >> 16) or 0xFFFF
        text = f"Bad checksum [should be 0x{right:04x}]"
        if header.sum == pseudo:
            text += f" ({LEFT_TO_CARD})"
        c.note(BAD_CHECKSUM, "udp.checksum", text)
        c.info_add(INFO_WRONG)
    if c.at is not None:
        node = c.node("udp.checksum")
        node.add(type(node)(CALCULATED, node.offset, 2, right))
        if rest:
            words = f' incorrect, should be 0x{right:04x} (maybe caused by "UDP checksum offload"?)'
            _status(c, Status.BAD, words)
        else:
            _status(c, Status.GOOD, " [correct]")


def _status(c: Cursor, status: Status, words: str) -> None:
    node = c.node("udp.checksum")
    node.suffix = words
    c.put(CHECKSUM_STATUS, int(status), node.offset).text = f"Checksum Status: {STATUS[status]}"


def _payload(c: Cursor, header: Any, end: int, because: str) -> Result:
    """Show the stream and the payload, and choose who reads it."""
    ports = (header.sport, header.dport)
    c.facts.ports = ports
    c.bound(end, because)
    key = key_of(c, ports)
    sender = c.facts.source, header.sport
    mention = c.quoted or end == c.pos  # a quote, or nothing in it
    now, start = c.packet.time_ns, c.peek(2)
    known = c.recall(
        lambda session: look(session, key, sender, now, start, mention=mention), quoted=True
    )
    if c.at is not None:
        _show(c, known)
    if c.captured <= 0:
        return None
    if known is not None and known.protocol:
        return Next(name=known.protocol)
    low, high = (ports[0], ports[1]) if ports[0] < ports[1] else (ports[1], ports[0])
    wished = c.preference(DECODE_AS) if c.packet.preferences else NO_WISHES
    for port in (low, high):
        if port in wished:
            return Next(name=wished[port])
        if port and lookup("udp_port", port) is not None:
            return Next("udp_port", port)
    return Next(name=guess("udp", c))


def look(
    session: Session, key: Key, sender: End, now: int | None, start: bytes, *, mention: bool
) -> Known:  # fmt: skip
    """Find the stream of two ends, or of one of them that was announced, the sender's first.

    now, start  when a datagram comes, and its first two octets
    mention     it is quoted, or empty
    """
    announcement = announced(session, sender, receiver(key, sender))
    stream = session.entry("udp", stream_key(session, "udp", key, announcement), Conversation)
    protocol = announcement.reader(start) if announcement is not None else ""
    times = stream.times(now, mention=mention)
    return Known(stream.number, times, protocol)


def _show(c: Cursor, known: Known | None) -> None:
    if known is not None:
        c.put(STREAM, known.number)
        if known.times is not None:
            with c.item(TIMESTAMPS) as node:
                node.offset, node.text = c.layer.offset, TIMESTAMPS.label
                c.put(SINCE_FIRST, known.times[0], c.layer.offset)
                c.put(SINCE_PREVIOUS, known.times[1], c.layer.offset)
            node.length = 0
    size = c.captured
    if size > 0:
        value = c.data[c.pos : c.pos + size]
        octets = "byte" if size == 1 else "bytes"
        c.put(PAYLOAD, value, c.pos, size).text = f"UDP payload ({size} {octets})"
