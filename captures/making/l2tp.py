"""Layer Two Tunneling Protocol, versions 2 and 3: messages, attributes, sessions."""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterator

from making.build import (
    HOST,
    HOST4,
    NO_NEXT,
    OTHER,
    OTHER4,
    ROUTER,
    THIRD,
    UDP_PROTO,
    Commented,
    counting,
    ethernet,
    ipv4,
    ipv6,
    ping,
    udp,
    write,
)

PORT, PROTO = 1701, 115
CONTROL, LENGTH, SEQUENCE, OFFSET, PRIORITY = 0x8000, 0x4000, 0x0800, 0x0200, 0x0100
SCCRQ, SCCRP, SCCCN, STOP, HELLO = 1, 2, 3, 4, 6
OCRQ, OCRP, OCCN, ICRQ, ICRP, ICCN, CDN = 7, 8, 9, 10, 11, 12, 14
PING = ping()
PACKET4 = ipv4(counting(8), NO_NEXT)
FRAME = ethernet(PING)
ECHO = b"\xff\x03\xc0\x21" + struct.pack(">BBHI", 9, 6, 8, 0)


def avp(
    kind: int, value: bytes, *, vendor: int = 0, mandatory: bool = True, hidden: bool = False,
    length: int | None = None,
) -> bytes:  # fmt: skip
    """An attribute value pair."""
    size = 6 + len(value) if length is None else length
    return struct.pack(">HHH", mandatory << 15 | hidden << 14 | size, vendor, kind) + value


def message(kind: int, *avps: bytes) -> bytes:
    """A message type and more attributes."""
    return avp(0, struct.pack(">H", kind)) + b"".join(avps)


def version_2(
    avps: bytes, tunnel: int = 0x0C01, session: int = 0, *, length: int | None = None
) -> bytes:
    """A control message."""
    size = 12 + len(avps) if length is None else length
    flags = CONTROL | LENGTH | SEQUENCE | 2
    return struct.pack(">HHHHHH", flags, size, tunnel, session, 1, 2) + avps


def data_2(payload: bytes, flags: int = 0, offset: bytes = b"") -> bytes:
    """A data message with the fields that its flags announce."""
    tail = struct.pack(">HH", 0x0C01, 0x0D01)
    if flags & SEQUENCE:
        tail += struct.pack(">HH", 5, 6)
    if flags & OFFSET:
        tail += struct.pack(">H", len(offset)) + offset
    tail += payload
    if flags & LENGTH:
        tail = struct.pack(">H", 4 + len(tail)) + tail
    return struct.pack(">H", flags | 2) + tail


def version_3(avps: bytes, connection: int = 0x0C0C0001) -> bytes:
    """A control message."""
    flags = CONTROL | LENGTH | SEQUENCE | 3
    return struct.pack(">HHIHH", flags, 12 + len(avps), connection, 1, 2) + avps


def over_udp(
    payload: bytes, *, back: bool = False, ends: tuple[bytes, bytes] = (HOST, OTHER)
) -> bytes:
    """In UDP in IPv6 in Ethernet."""
    src, dst = ends[::-1] if back else ends
    return ethernet(ipv6(udp(payload, PORT, PORT, src, dst), UDP_PROTO, src, dst))


def over_ip(
    payload: bytes, *, back: bool = False, ends: tuple[bytes, bytes] = (HOST, OTHER)
) -> bytes:
    """In IPv6 in Ethernet."""
    src, dst = ends[::-1] if back else ends
    return ethernet(ipv6(payload, PROTO, src, dst))


def control_ip(
    avps: bytes, *, back: bool = False, ends: tuple[bytes, bytes] = (HOST, OTHER)
) -> bytes:
    """A control message of version 3 in IPv6."""
    return over_ip(bytes(4) + version_3(avps), back=back, ends=ends)


WORD, LONG = struct.pack(">I", 0x01020304), struct.pack(">Q", 0x0102030405060708)
CONFIGURATION = b"\1\4\x05\xd4\5\6\x60\x06\0\1"
ATTRIBUTES: tuple[tuple[int, bytes], ...] = (
    (1, b"\0\1"), (1, b"\0\2\0\6"), (1, b"\0\2\0\6unknown"), (2, b"\1\0"), (3, b"\0\0\0\3"),
    (4, b"\0\0\0\1"), (5, LONG), (6, b"\6\6"), (7, b"lac.example"), (8, b"sixscope"), (9, b"\0\7"),
    (10, b"\0\4"), (11, counting(16)), (12, b"\0\1\2"), (12, b"\0\1\2busy"), (13, counting(16)),
    (14, b"\0\6"), (15, WORD), (16, WORD), (17, WORD), (18, b"\0\0\0\3"), (19, b"\0\0\0\2"),
    (20, b"\0"), (21, b"4930"), (22, b"4940"), (22, b""), (23, b"sub"), (24, WORD), (25, WORD),
    (26, CONFIGURATION), (27, CONFIGURATION[:4]), (28, CONFIGURATION), (29, b"\0\2"),
    (30, b"user"), (31, counting(16)), (32, b"\0\6"), (33, counting(16)), (34, b"\0\0" + 6 * WORD),
    (34, b"\0\0" + 2 * WORD), (35, b"\0\0" + 2 * WORD), (36, counting(8)), (37, b"group"),
    (38, WORD), (39, b""), (46, b"\0\3\xc0\x21\1bye"), (46, b"\0\3\xc0\x21\1"), (60, WORD),
    (61, WORD), (62, b"\0\5\0\7\0\4"), (63, WORD), (64, WORD), (65, counting(8)), (66, b"circuit"),
    (68, b"\0\5"), (69, b"\0\1"), (70, b"\0\2"), (71, b"\0\3"), (72, b"de"), (73, counting(8)),
    (74, LONG), (75, LONG), (76, b"\0\6"), (97, b"\0\0\0\6" + 2 * WORD),
    (97, WORD + 2 * LONG), (97, WORD), (200, b"abc"),
)  # fmt: skip
CISCO, BROADBAND, CABLELABS, ERICSSON = 9, 3561, 4491, 193
VENDORS: dict[int, tuple[tuple[int, bytes], ...]] = {
    CISCO: (
        (1, WORD), (2, b"\0\5\0\7"), (3, WORD), (4, WORD), (5, counting(4)), (6, b"end"),
        (7, b"\0\5"), (8, b"\0\1"), (9, LONG), (10, b"\0\6"), (12, counting(17)),
        (13, counting(16)), (14, b"\x05\xdc"), (11, b"ab"),
    ),
    BROADBAND: (
        (1, b"eth 1/2:6"), (2, b"line 6"), *((kind, LONG) for kind in range(129, 139)),
        *((kind, WORD) for kind in range(139, 143)), (144, b"\1\2\0"), (145, b"\0\0\0\5"),
        (254, b"\0\0\0\1"), (200, b"ab"),
    ),
    CABLELABS: (
        (101, b"\x86\0" + WORD), (103, b"\6\1"), (105, b"\6\0" + b"\0\7\0\x08" * 2), (102, b"ab"),
    ),
    ERICSSON: (
        (1, b"\0\6\1" + b"\1\2\3\4" + HOST4 + b"\x2e\1\5\x05\xdc"), (3, 3 * WORD), (4, b"\1"),
        (5, b"\1"), (6, b"station"), (7, b"\1"), (9, b"ab"),
    ),
    8072: ((1, b"ab"),),
}  # fmt: skip


def attributes() -> Iterator[Commented]:
    """Each attribute, and each message type."""
    for kind, value in ATTRIBUTES:
        yield over_udp(version_2(message(ICRQ, avp(kind, value)))), f"Attribute {kind}"
    for vendor, table in VENDORS.items():
        for kind, value in table:
            body = message(ICRQ, avp(kind, value, vendor=vendor))
            yield over_udp(version_2(body)), f"Vendor {vendor}, attribute {kind}"
    yield over_udp(version_2(avp(0, b"\0\0", vendor=ERICSSON))), "A message of Ericsson's"
    yield over_udp(version_3(avp(0, b"\0\0", vendor=CISCO))), "Cisco's acknowledgment"
    for kind in range(1, 31):
        yield over_udp(version_2(message(kind))), f"Message {kind}"
    yield over_udp(version_2(message(STOP, avp(1, b"\0\6\0\0")))), "Why it is cleared"
    yield over_udp(version_2(message(CDN, avp(1, b"\0\6\0\0")))), "Why it is disconnected"
    hidden = avp(7, counting(16), hidden=True)
    yield over_udp(version_2(message(SCCRQ, avp(36, counting(8)), hidden))), "A hidden attribute"
    optional = avp(8, b"sixscope", mandatory=False)
    yield over_udp(version_2(message(HELLO, optional))), "An optional attribute"
    yield over_udp(version_2(b"")), "Zero length body"
    yield over_udp(version_3(b"")), "… of version 3"
    yield over_udp(version_3(message(SCCRQ, avp(60, WORD)))), "Version 3 over UDP"


def data() -> Iterator[Commented]:
    """Version 2's data: every combination of flags."""
    for bits in range(16):
        flags = sum(
            flag for n, flag in enumerate((LENGTH, SEQUENCE, OFFSET, PRIORITY)) if bits >> n & 1
        )
        yield over_udp(data_2(ECHO, flags, b"pad")), f"Flags 0x{flags:04x}"
    yield over_udp(data_2(ECHO, OFFSET)), "An offset of 0"
    yield over_udp(data_2(ECHO, LENGTH) + b"behind"), "Octets behind the length"
    yield over_udp(data_2(b"\xff\x03\0\x57" + PING)), "IPv6"
    yield over_udp(data_2(b"\x21" + PACKET4)), "IPv4 without address and control"
    yield over_udp(data_2(b"")), "Nothing"
    yield over_udp(b"\0\1" + counting(12)), "Version 1: L2F, or something else"


def digest(ccid_and_behind: bytes, kind: int, nonces: bytes = b"") -> bytes:
    """A Message Digest for a message whose digest is the last attribute."""
    algorithm, size = (("md5", 16), ("sha1", 20))[kind]
    key = hmac.digest(b"", b"\2", "md5")
    blank = avp(59, bytes((kind,)) + bytes(size))
    whole = version_3(ccid_and_behind + blank)
    return avp(59, bytes((kind,)) + hmac.digest(key, nonces + whole, algorithm))


def number(value: int) -> bytes:
    """An identifier of four octets."""
    return struct.pack(">I", value)


def carried(
    session: int, pseudowire: int, cookie: int, sublayer: int, payload: bytes, *, udp: bool = False,
    ends: tuple[bytes, bytes] = (HOST, OTHER),
) -> Iterator[bytes]:  # fmt: skip
    """A call, and a data packet in each direction."""
    send = over_udp if udp else over_ip
    head = b"" if udp else bytes(4)
    asked = message(
        ICRQ, avp(63, number(session)), avp(64, bytes(4)), avp(68, struct.pack(">H", pseudowire)),
        avp(65, counting(cookie)), avp(69, struct.pack(">H", sublayer)), avp(66, b"circuit"),
    )  # fmt: skip
    yield send(head + version_3(asked), ends=ends)
    answer = message(
        ICRP, avp(63, number(session + 1)), avp(64, number(session)), avp(65, counting(cookie)),
    )  # fmt: skip
    yield send(head + version_3(answer), back=True, ends=ends)
    done = message(ICCN, avp(63, number(session)), avp(64, number(session + 1)))
    yield send(head + version_3(done), ends=ends)
    between = counting(cookie) + (b"\x40\0\0\x07" if sublayer else b"")
    start = b"\0\3\0\0" if udp else b""
    yield send(start + number(session + 1) + between + payload, ends=ends)
    yield send(start + number(session) + between + payload, back=True, ends=ends)


def sessions() -> Iterator[Commented]:
    """Version 3: data that nothing is known of, then sessions that were agreed on."""
    yield over_ip(number(0x1234) + counting(20)), "A session that nobody agreed on"
    yield over_udp(b"\0\3\0\0" + number(0x1234) + counting(20)), "… over UDP"
    yield over_ip(number(0x1234)), "… without a payload"
    nonces = counting(8), counting(9)
    for udp_too in (False, True):
        send, head = (over_udp, b"") if udp_too else (over_ip, bytes(4))
        body = message(SCCRQ, avp(61, number(7)), avp(73, nonces[0]))
        yield send(head + version_3(body + digest(body, 0))), "A connection, digest with MD5"
        body = message(SCCRP, avp(61, number(8)), avp(73, nonces[1]))
        both = nonces[1] + nonces[0]
        whole = head + version_3(body + digest(body, 1, both))
        yield send(whole, back=True), "… accepted, digest with SHA-1"
        body = message(SCCCN)
        both = nonces[0] + nonces[1]
        yield send(head + version_3(body + digest(body, 0, both))), "… connected"
        wrong = version_3(body + digest(body, 0, nonces[0]))
        yield send(head + wrong), "… with a wrong digest"
        yield send(head + version_3(body + avp(59, b"\0abc"))), "… of the wrong size"
        yield send(head + version_3(body + avp(59, b"\x07abc"))), "… of an unknown kind"
        for session, (pseudowire, cookie, sublayer, payload) in enumerate(
            (
                (5, 0, 0, FRAME), (5, 4, 1, FRAME), (7, 8, 1, ECHO), (11, 4, 0, PACKET4),
                (6, 0, 1, b"\x0f\0\x86\xdd" + PING), (9, 4, 2, counting(12)),
                (13, 0, 3, counting(12)), (4, 8, 0, FRAME), (5, 0, 4, FRAME),
            )
        ):  # fmt: skip
            comment = f"Pseudowire {pseudowire}, cookie of {cookie} octets, sublayer {sublayer}"
            packets = carried(
                0x100 + 2 * session, pseudowire, cookie, sublayer, payload, udp=udp_too
            )
            for packet in packets:
                yield packet, comment
    ends = (HOST, ROUTER)
    yield over_ip(bytes(4) + version_3(message(SCCRQ)), ends=ends), "A connection to another one"
    for pair in zip(
        carried(0x600, 5, 4, 0, FRAME, ends=ends), carried(0x610, 7, 0, 1, ECHO, ends=ends),
        strict=True,
    ):  # fmt: skip
        for packet in pair:
            yield packet, "Two calls at once"
    ends = (HOST, THIRD)
    for packet in carried(0x500, 5, 4, 1, FRAME, ends=ends):
        yield packet, "A call whose connection wasn't seen"


def other_ports() -> Iterator[Commented]:
    """RFC 2661, section 8.1: each end may choose its port."""

    def said(
        kind: int, sport: int, dport: int, *, back: bool = False, other: bytes = OTHER
    ) -> bytes:
        src, dst = (other, HOST) if back else (HOST, other)
        datagram = udp(version_2(message(kind)), sport, dport, src, dst)
        return ethernet(ipv6(datagram, UDP_PROTO, src, dst))

    yield said(SCCRQ, 40000, PORT), "From a port of one's own"
    yield said(SCCRP, 50000, 40000, back=True), "… answered from another one"
    yield said(SCCCN, 40000, 50000), "… and on"
    yield said(HELLO, 40000, 50002), "To a third port"
    yield said(SCCRQ, 40002, 50004), "Between ports that nobody announced"
    yield said(HELLO, PORT, PORT, back=True, other=THIRD), "Another one says something first"
    yield said(SCCRQ, 40006, PORT, other=THIRD), "… is asked from a port of one's own"
    yield said(SCCRP, 50006, 40006, back=True, other=THIRD), "… and answers from another one"


def broken() -> Iterator[Commented]:
    """Lengths that lie."""
    yield over_udp(version_2(message(SCCRQ) + avp(7, b"", length=5))), "An attribute of length 5"
    yield over_udp(version_2(avp(0, b"", length=0))), "… of length 0"
    yield over_udp(version_2(message(SCCRQ) + avp(7, b"lac", length=40))), "… past the message"
    yield over_udp(version_2(message(SCCRQ) + avp(9, b"\0"))), "… too short for its value"
    early = version_2(message(SCCRQ) + avp(9, b"\0") + avp(7, b"lac"))
    yield over_udp(early), "… and another one behind it"
    yield over_udp(version_2(message(SCCRQ) + avp(7, b"la\0c"))), "A name with an octet of zero"
    yield over_udp(version_2(message(SCCRQ), length=14)), "A message shorter than its attributes"
    yield over_udp(version_2(message(SCCRQ) + b"\x80\x08")), "Half an attribute"
    yield over_udp(data_2(ECHO, OFFSET, b"pad")[:9]), "An offset past the packet"
    yield (
        over_udp(version_2(message(12) + avp(27, b"\1\4\6\xd4", length=60))),
        ("LCP's options in an attribute past the message"),
    )
    yield over_udp(version_2(message(12) + avp(32, b"") + avp(29, b"\0\1"))), "An empty Proxy ID"
    yield over_udp(version_2(message(12) + avp(255, b""))), "An unknown one without a value"
    extended = avp(58, struct.pack(">I", 9)) + avp(7, b"lac")
    yield over_udp(version_2(message(HELLO) + extended)), "An extended vendor's number"
    strange = avp(0, b"\0\1", vendor=256) + avp(59, b"\0" + bytes(16))
    yield over_udp(version_3(strange), ends=(HOST, THIRD)), "A vendor's attribute of type 0"
    for vendor in (9, 255):
        empty = avp(22, b"", vendor=vendor)
        yield over_udp(version_2(message(HELLO) + empty)), f"… of vendor {vendor}"
    whole = version_2(message(SCCRQ))
    for size in (2, 4, 6, 10, 12):
        yield over_udp(whole[:size]), f"The packet ends after {size} octets"
    yield over_ip(bytes(4) + version_3(message(SCCRQ))[:10]), "… in version 3"
    yield over_ip(b"\0\0"), "Half a session ID"
    v4 = udp(whole, PORT, PORT, HOST4, OTHER4)
    yield ethernet(ipv4(v4, UDP_PROTO), 0x0800), "All is well, in IPv4"


FILES = {
    "l2tp.pcapng": lambda path: write(path, (*attributes(), *data())),
    "l2tp_sessions.pcapng": lambda path: write(path, (*sessions(), *other_ports())),
    "l2tp_broken.pcapng": lambda path: write(path, broken()),
}
