"""Datagram Congestion Control Protocol: every packet type and option, valid and broken."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.engine.checksum import checksum
from dissect.protocols.dccp import Generic, Ports
from making.build import (
    HOST,
    HOST4,
    OTHER,
    OTHER4,
    Commented,
    counting,
    ethernet,
    ipv4,
    ipv6,
    pseudo_sum,
    write,
)

DCCP_PROTO = 33
(
    REQUEST, RESPONSE, DATA, ACK, DATA_ACK, CLOSE_REQUEST, CLOSE, RESET, SYNC, SYNC_ACK, LISTEN,
) = range(11)  # fmt: skip
NAMES = (
    "Request", "Response", "Data", "Ack", "DataAck", "CloseReq", "Close", "Reset", "Sync",
    "SyncAck", "Listen",
)  # fmt: skip
RTP_VIDEO = int.from_bytes(b"RTPV", "big")
CLIENT, OTHER_CLIENT, SERVER = 40000, 40001, 5004


def option(kind: int, value: bytes) -> bytes:
    """An option whose length counts its head."""
    return bytes((kind, 2 + len(value))) + value


def specific(kind: int, ack: int, *, long: bool = True) -> bytes:
    """What stands behind the sequence number."""
    service = struct.pack(">I", RTP_VIDEO)
    acknowledgment = struct.pack(">HHI", 0, ack >> 32, ack & 0xFFFFFFFF)
    if not long:
        acknowledgment = struct.pack(">I", ack & 0xFFFFFF)
    return {
        REQUEST: service, LISTEN: service, RESPONSE: acknowledgment + service, DATA: b"",
        RESET: acknowledgment + bytes((2, 1, 2, 3)),
    }.get(kind, acknowledgment)  # fmt: skip


def dccp(
    kind: int, payload: bytes = b"", options: bytes = b"", *, back: bool = False, seq: int = 1000,
    ack: int = 2000, long: bool = True, coverage: int = 0, ccval: int = 0, words: int | None = None,
    bad: int = 0, port: int = OTHER_CLIENT, version: int = 6, reserved: int = 0,
    body: bytes | None = None,
) -> bytes:  # fmt: skip
    """A packet in IPv6 or IPv4 in Ethernet; options are padded to whole words."""
    options += bytes(-len(options) % 4)
    number = bytes(1) + seq.to_bytes(6, "big") if long else (seq & 0xFFFFFF).to_bytes(3, "big")
    behind = number + (specific(kind, ack, long=long) if body is None else body) + options
    sport, dport = (SERVER, port) if back else (port, SERVER)
    ports = bytes(Ports(sport=sport, dport=dport))
    header = Generic(
        offset=(9 + len(behind)) // 4 if words is None else words,
        _cc=ccval << 4 | coverage, _type_x=reserved << 5 | kind << 1 | long,
    )  # fmt: skip
    ends = (HOST, OTHER) if version == 6 else (HOST4, OTHER4)
    if back:
        ends = ends[::-1]
    whole = ports + bytes(header) + behind + payload
    covered = len(whole) if not coverage else 9 + len(behind) + 4 * (coverage - 1)
    total = checksum(whole[:covered], pseudo_sum(*ends, DCCP_PROTO, len(whole)))
    header.sum = total ^ bad
    whole = ports + bytes(header) + behind + payload
    if version == 6:
        return ethernet(ipv6(whole, DCCP_PROTO, *ends))
    return ethernet(ipv4(whole, DCCP_PROTO, *ends), 0x0800)


OPTIONS: tuple[tuple[bytes, str], ...] = (
    (b"\1" + option(32, b"\1\2\3"), "Mandatory, Change L: congestion control 2 or 3"),
    (b"\2", "Slow Receiver"),
    (b"\3\x1f", "Reserved ones of an octet"),
    (option(33, b"\1\2\2\3"), "Confirm L: congestion control"),
    (option(34, b"\3" + struct.pack(">Q", 100)[2:]), "Change R: sequence window"),
    (option(35, b"\3"), "Confirm R: sequence window, empty"),
    (
        option(34, b"\2\1") + option(34, b"\4\1") + option(34, b"\5\0\2"),
        "Short numbers, ECN, ratio",
    ),
    (
        option(32, b"\6\1") + option(32, b"\7\1") + option(32, b"\x08\0\1"),
        "Vector, count, coverage",
    ),
    (option(32, b"\x09\1") + option(32, b"\xc0\1") + option(32, b"\x7f\1"), "Data checksum, rate"),
    (option(36, counting(8)), "Init Cookie"),
    (option(37, b"\1"), "NDP Count of one octet"),
    (option(37, counting(6)), "NDP Count of six"),
    (option(38, b"\x05\x41") + option(39, b"\xc0"), "Ack Vectors"),
    (option(40, b"\x03\xa1"), "Data Dropped"),
    (option(41, struct.pack(">I", 123456)), "Timestamp"),
    (option(42, struct.pack(">I", 123456)), "Timestamp Echo"),
    (option(42, struct.pack(">IH", 123456, 7)), "… with an elapsed time of two octets"),
    (option(42, struct.pack(">II", 123456, 7)), "… of four"),
    (option(43, b"\0\7") + option(43, bytes(3) + b"\7"), "Elapsed Time"),
    (option(44, counting(4)), "Data Checksum"),
    (option(45, counting(2)) + option(127, b""), "Reserved"),
    (option(128, b"\1\2"), "Specific to congestion control, from the sender"),
    (option(192, struct.pack(">I", 50)) + option(192, b"\xff" * 4), "Loss Event Rate"),
    (option(193, counting(10)), "Loss Intervals"),
    (option(194, struct.pack(">I", 64000)), "Receive Rate"),
    (option(200, b"\6"), "Specific to congestion control, from the receiver"),
)


def packets() -> Iterator[Commented]:
    """A connection, then each type and option."""
    yield dccp(REQUEST, seq=0x123456789ABC, port=CLIENT), "A connection is asked for"
    yield dccp(RESPONSE, back=True, seq=5_000_000, ack=0x123456789ABC, port=CLIENT), "… accepted"
    yield dccp(DATA_ACK, counting(20), seq=0x123456789ABD, ack=5_000_000, port=CLIENT), "Data"
    yield dccp(ACK, back=True, seq=5_000_001, ack=0x123456789ABD, port=CLIENT), "Acknowledged"
    yield dccp(DATA, counting(20), seq=0x123456789ABE, port=CLIENT), "More data"
    yield (
        dccp(DATA, counting(20), seq=0x789ABF, long=False, port=CLIENT),
        "… with a short sequence number",
    )
    yield (
        dccp(ACK, back=True, seq=0x4C4B42, ack=0x789ABF, long=False, port=CLIENT),
        "… acknowledged",
    )
    yield (
        dccp(DATA_ACK, counting(9), seq=0x789AC0, ack=0x4C4B42, long=False, port=CLIENT),
        "Both, short",
    )
    yield (
        dccp(CLOSE_REQUEST, back=True, seq=5_000_003, ack=0x123456789AC0, port=CLIENT),
        "To be closed",
    )
    yield dccp(CLOSE, seq=0x123456789AC1, ack=5_000_003, port=CLIENT), "Closed"
    yield dccp(RESET, back=True, seq=5_000_004, ack=0x123456789AC1, port=CLIENT), "Reset"
    yield dccp(REQUEST, seq=(1 << 48) - 2, port=40002), "A connection whose numbers begin again"
    yield dccp(DATA, counting(4), seq=1, port=40002), "… three packets later"
    yield dccp(DATA, counting(4), seq=2, long=False, port=40002), "… four"
    yield dccp(DATA, counting(4), seq=(1 << 48) - 3, port=40002), "… and one of before"
    for kind, name in enumerate(NAMES):
        yield dccp(kind, version=4), f"{name} in IPv4"
    for options, comment in OPTIONS:
        yield dccp(ACK, options=options), comment
    yield dccp(DATA, counting(30), coverage=1), "The checksum covers the header"
    yield dccp(DATA, counting(30), coverage=3, ccval=5), "… and eight octets of data"
    yield dccp(DATA, counting(6), coverage=15), "… and more than there is"
    yield dccp(DATA, counting(30), bad=0x0101), "A wrong checksum"
    yield dccp(DATA, counting(4), version=4, bad=0x0101), "… in IPv4"
    yield dccp(DATA, counting(4), reserved=5), "Reserved bits"
    yield dccp(REQUEST, body=struct.pack(">I", 0xFFFFFFFF)), "The invalid service code"
    yield dccp(REQUEST, body=struct.pack(">I", 0)), "No service code"
    yield dccp(REQUEST, body=b"SIX!"), "An unknown service code"
    yield dccp(RESET, body=bytes(8) + bytes((99, 0, 0, 0))), "An unknown reset code"


def broken() -> Iterator[Commented]:
    """Lengths that lie."""
    yield dccp(DATA, counting(8), words=2), "A data offset within the header"
    yield dccp(DATA, counting(8), words=2, long=False), "… of short numbers"
    for kind in (REQUEST, RESPONSE, ACK, RESET, CLOSE, LISTEN):
        yield dccp(kind, counting(8), words=4), f"{NAMES[kind]}: a data offset within its fields"
    yield dccp(ACK, counting(8), words=3, long=False), "… of a short acknowledgment"
    yield dccp(DATA, counting(8), words=40), "A data offset past the packet"
    yield dccp(DATA, counting(8), words=255), "… as far as can be"
    yield dccp(11, counting(8)), "A reserved type"
    yield dccp(15, counting(8), long=False), "… with a short number"
    for options, comment in (
        (b"\x25\1\0\0", "An option of length 1"), (b"\x25\0\0\0", "… of length 0"),
        (option(37, counting(7)), "NDP Count of seven octets"),
        (option(41, b"\1\2"), "Timestamp of two octets"),
        (option(42, b"\1\2"), "Timestamp Echo of two octets"),
        (option(43, b"\1"), "Elapsed Time of an octet"),
        (option(44, b"\1\2"), "Data Checksum of two octets"),
        (option(192, b"\1\2"), "Loss Event Rate of two octets"),
        (option(194, b"\1\2"), "Receive Rate of two octets"),
        (b"\x24\x40\0\0", "An option past the header and the packet"),
        (option(32, b""), "A feature without its number"),
    ):  # fmt: skip
        yield dccp(ACK, options=options), comment
    yield dccp(ACK, counting(40), options=b"\x24\x10\0\0"), "An option past the header"
    whole = dccp(RESPONSE)[14 + 40 :]
    for size in (5, 9, 12, 16, 20, 26):
        yield ethernet(ipv6(whole[:size], DCCP_PROTO)), f"The packet ends after {size} octets"


FILES = {
    "dccp.pcapng": lambda path: write(path, packets()),
    "dccp_broken.pcapng": lambda path: write(path, broken()),
}
