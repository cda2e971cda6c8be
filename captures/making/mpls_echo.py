"""MPLS echo: messages, the targets that they ask for, and what comes back."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.protocols.mpls_echo import Message
from making.build import (
    HOST,
    HOST4,
    HOST_MAC,
    OTHER,
    OTHER4,
    OTHER_MAC,
    UDP_PROTO,
    Commented,
    counting,
    ip4,
    ip6,
    ipv4,
    ipv6,
    udp,
)
from making.mpls import END, NTP, above, file_of, label, mpls, section


def tlv(kind: int, value: bytes, *, length: int | None = None) -> bytes:
    """A TLV or sub-TLV; the value is padded with zeros to a multiple of 4 octets."""
    size = len(value) if length is None else length
    return struct.pack(">HH", kind, size) + value + bytes(-len(value) % 4)


def message(
    tlvs: bytes = b"", *, kind: int = 1, flags: int = 0, version: int = 1, **fields: int
) -> bytes:
    """An echo or data plane verification message."""
    start = struct.pack(">HH", version, flags)
    times = NTP + (NTP if kind == 2 else bytes(8)) if kind in (1, 2) else b""
    return start + bytes(Message(kind=kind, handle=0x51C5C09E, **fields)) + times + tlvs


def lsp_ping(octets: bytes) -> bytes:
    """A message on its way, under a label, to an address that nobody has."""
    loopback = ip4("127.0.0.1")
    datagram = udp(octets, 49152, 3503, HOST4, loopback)
    options = b"\x94\4\0\0"
    return mpls(label(16), ipv4(datagram, UDP_PROTO, HOST4, loopback, ttl=1, options=options))


P4, P6 = ip4("203.0.113.0"), ip6("2001:db8:1::")
RD = struct.pack(">HHI", 0, 64496, 7)
TUNNEL = struct.pack(">HH", 0, 100)
LSP = struct.pack(">HH", 0, 200)

FECS: tuple[tuple[int, bytes, str], ...] = (
    (1, P4 + b"\x18", "LDP IPv4"),
    (2, P6 + b"\x30", "LDP IPv6"),
    (3, OTHER4 + TUNNEL + HOST4 + HOST4 + LSP, "RSVP IPv4"),
    (4, OTHER + TUNNEL + HOST + HOST + LSP, "RSVP IPv6"),
    (5, counting(4), "reserved"),
    (6, RD + P4 + b"\x18", "VPN IPv4"),
    (7, RD + P6 + b"\x30", "VPN IPv6"),
    (8, RD + struct.pack(">HHH", 1, 2, 5), "L2 VPN"),
    (9, OTHER4 + struct.pack(">IH", 9, 5), "FEC 128, deprecated"),
    (10, HOST4 + OTHER4 + struct.pack(">IH", 9, 5), "FEC 128"),
    (10, HOST4 + OTHER4 + struct.pack(">IHH", 9, 5, 0), "FEC 128, padding counted"),
    (11, counting(12), "FEC 129"),
    (12, P4 + b"\x18", "BGP IPv4"),
    (13, P6 + b"\x30", "BGP IPv6"),
    (14, P4 + b"\x18", "generic IPv4"),
    (15, P6 + b"\x30", "generic IPv6"),
    (16, label(3) + label(70000), "nil"),
    (17, struct.pack(">I", 7) + TUNNEL + HOST4 + HOST4 + LSP, "P2MP IPv4 (RFC 6425)"),
    (18, OTHER + TUNNEL + HOST + HOST + LSP, "P2MP IPv6"),
    (22, END + struct.pack(">HH", 1, 2) + END + struct.pack(">HH", 3, 0), "static LSP (RFC 6426)"),
    (23, counting(8) + END + b"\0\0\0\1" + END + b"\0\0\0\2", "static pseudowire"),
    (24, HOST + OTHER + struct.pack(">IH", 9, 5), "FEC 128 IPv6 (RFC 6829)"),
    (25, counting(36), "FEC 129 IPv6"),
    (34, P4 + b"\x18\1\0\0", "segment, IPv4 prefix (RFC 8287)"),
    (35, P6 + b"\x30\2\0\0", "segment, IPv6 prefix"),
    (36, b"\4\1\0\0" + HOST4 + OTHER4 + HOST4 + OTHER4, "adjacency, IPv4, OSPF"),
    (36, b"\6\2\0\0" + HOST + OTHER + HOST_MAC + OTHER_MAC, "adjacency, IPv6, IS-IS"),
    (36, b"\0\0\0\0" + counting(8) + counting(8), "adjacency, unnumbered"),
    (99, counting(8), "unknown"),
    (0xFC01, struct.pack(">I", 9) + b"six", "a vendor's"),
)  # fmt: skip


def targets() -> Iterator[Commented]:
    """Target FEC stacks."""
    for kind, value, name in FECS:
        yield lsp_ping(message(tlv(1, tlv(kind, value)))), f"Target: {name}"
    pair = tlv(1, FECS[0][1]) + tlv(2, FECS[1][1])
    yield lsp_ping(message(tlv(1, pair))), "Target: a stack of two"
    yield lsp_ping(message(tlv(16, pair), kind=2, mode=2, code=3, subcode=1)), "The way back"
    yield lsp_ping(message(tlv(1, tlv(3, counting(8))))), "A length that can't be (RSVP)"
    yield lsp_ping(message(tlv(1, tlv(10, counting(8))))), "A length that can't be (FEC 128)"
    room = tlv(3, b"\1" + counting(63))
    yield lsp_ping(message(tlv(1, tlv(1, P4 + b"\x18", length=60)) + room)), "Longer than the stack"
    yield lsp_ping(message(tlv(1, tlv(1, P4 + b"\x18")[:-3]))), "Padding is missing"
    yield lsp_ping(message(tlv(1, tlv(0xFC00, b"\0\0")))), "A vendor's without a vendor"


def ds(kind: int, addresses: bytes, multipath: int = 0, info: bytes = b"", labels: bytes = b"",
       flags: int = 0, length: int | None = None) -> bytes:  # fmt: skip
    """A downstream mapping."""
    head = struct.pack(">HBB", 1500, kind, flags)
    size = len(info) if length is None else length
    return tlv(2, head + addresses + struct.pack(">BBH", multipath, 3, size) + info + labels)


def dd(kind: int, addresses: bytes, *subs: bytes, flags: int = 0) -> bytes:
    """A detailed downstream mapping."""
    body = b"".join(subs)
    head = struct.pack(">HBB", 1500, kind, flags)
    return tlv(20, head + addresses + struct.pack(">BBH", 8, 1, len(body)) + body)


def paths(kind: int, info: bytes, *, length: int | None = None) -> bytes:
    """A multipath sub-TLV."""
    size = len(info) if length is None else length
    return tlv(1, struct.pack(">BHB", kind, size, 0) + info)


def mappings() -> Iterator[Commented]:
    """Downstream mappings, and interfaces."""
    ends, ends6 = HOST4 + OTHER4, HOST + OTHER
    stack = above(16) + label(3, ttl=4)
    for kind, addresses, name in (
        (1, ends, "IPv4"), (2, HOST4 + b"\0\0\0\7", "IPv4 unnumbered"), (3, ends6, "IPv6"),
        (4, HOST + b"\0\0\0\7", "IPv6 unnumbered"),
        (5, struct.pack(">II", 1, 2), "not IP"), (9, ends, "unknown"),
    ):  # fmt: skip
        yield lsp_ping(message(ds(kind, addresses, labels=stack, flags=3))), f"DSMAP: {name}"
    for multipath, info in (
        (2, HOST4), (4, ends), (8, HOST4), (8, HOST4 + counting(4)), (9, counting(8)),
        (1, counting(4)), (0, counting(4)), (5, counting(4)), (6, counting(4)), (7, counting(4)),
    ):  # fmt: skip
        yield (
            lsp_ping(message(ds(1, ends, multipath, info, stack))),
            f"DSMAP: multipath {multipath}",
        )
    for multipath, info in ((2, ends), (4, HOST4), (8, b"\1\2")):
        yield lsp_ping(message(ds(1, ends, multipath, info))), "DSMAP: a multipath that can't be"
    yield lsp_ping(message(ds(1, ends, 2, HOST4, length=99))), "DSMAP: a multipath too long"
    yield lsp_ping(message(tlv(2, counting(8)))), "DSMAP too short"
    for kind, addresses, name in (
        (1, ends, "IPv4"), (2, HOST4 + b"\0\0\0\7", "IPv4 unnumbered"), (3, ends6, "IPv6"),
        (4, HOST + b"\0\0\0\7", "IPv6 unnumbered"),
        (5, struct.pack(">II", 1, 2), "not IP"), (9, ends, "unknown"),
    ):  # fmt: skip
        answer = message(dd(kind, addresses, tlv(2, stack), flags=3), kind=2, code=14)
        yield lsp_ping(answer), f"DDMAP (RFC 8029, section 3.4): {name}"
    for multipath, info in ((0, b""), (2, HOST4), (4, ends), (8, HOST4), (8, HOST4 + counting(4))):
        wanted = message(dd(1, ends, tlv(2, stack), paths(multipath, info)))
        yield lsp_ping(wanted), f"DDMAP: multipath {multipath}"
    for multipath, size in ((2, 8), (4, 4), (8, 2)):
        wanted = message(dd(1, ends, paths(multipath, counting(size))))
        yield lsp_ping(wanted), "DDMAP: a multipath that can't be"
    yield lsp_ping(message(dd(1, ends, paths(9, counting(8))))), "DDMAP: masked labels"
    room = tlv(3, b"\1" + counting(63))
    for peer, address in ((0, b""), (1, OTHER4), (2, OTHER)):
        change = tlv(3, bytes((1 + peer % 2, peer, 0, 0)) + address)
        yield lsp_ping(message(dd(1, ends, change) + room, kind=2)), "DDMAP: the stack changes"
    target = tlv(1, FECS[0][1])
    change = tlv(3, bytes((1, 1, len(target), 0)) + OTHER4 + target)
    yield lsp_ping(message(dd(1, ends, change) + room, kind=2)), "DDMAP: a target is pushed"
    yield lsp_ping(message(dd(1, ends, tlv(77, counting(4))))), "DDMAP: an unknown sub-TLV"
    yield lsp_ping(message(dd(1, ends, tlv(2, stack, length=60)))), "DDMAP: a sub-TLV too long"
    yield lsp_ping(message(tlv(20, counting(8)))), "DDMAP too short"
    for outer, kind, addresses in (
        (7, 1, ends), (7, 2, HOST4 + b"\0\0\0\7"), (8, 3, ends6), (8, 4, HOST + b"\0\0\0\7"),
        (7, 9, ends), (8, 1, ends * 3), (7, 3, ends6),
    ):  # fmt: skip
        value = bytes((kind, 0, 0, 0)) + addresses + stack
        yield lsp_ping(message(tlv(outer, value), kind=2)), f"Interface and stack {outer}: {kind}"
    yield lsp_ping(message(tlv(7, counting(8)))), "Interface and stack too short"
    yield lsp_ping(message(tlv(8, counting(16)))), "Interface and stack too short, IPv6"


def echoes() -> Iterator[Commented]:
    """The message, and the other TLVs."""
    yield lsp_ping(message()), "Echo request (RFC 8029) without a target"
    yield lsp_ping(message(flags=0xFFFF)), "Every flag"
    for code in range(17):
        yield lsp_ping(message(kind=2, mode=1 + code % 5, code=code)), f"Reply with code {code}"
    yield lsp_ping(message(kind=3)), "Data plane verification request"
    yield lsp_ping(message(kind=4, flags=7)), "Data plane verification reply"
    yield lsp_ping(message(kind=77)), "An unknown message"
    yield lsp_ping(message(version=2)), "Another version"
    yield lsp_ping(message()[:20]), "Echo request cut off"
    yield lsp_ping(message(kind=3)[:12]), "Data plane verification cut off"
    yield section(0x0025, message(tlv(1, tlv(*FECS[0][:2])))), "On-demand CV (RFC 6426)"
    over6 = udp(message(tlv(1, tlv(2, FECS[1][1]))), 49152, 3503, HOST, ip6("::ffff:127.0.0.1"))
    packet = ipv6(over6, UDP_PROTO, HOST, ip6("::ffff:127.0.0.1"), hlim=1)
    yield mpls(label(16), packet), "Over IPv6 (RFC 8029, section 4.3)"
    for kind, value, name in (
        (3, b"\1" + counting(7), "pad, to be dropped"), (3, b"\2", "pad, to be copied, none"),
        (4, counting(4), "error code"), (5, struct.pack(">I", 9), "vendor"), (6, b"", "none"),
        (9, tlv(1, tlv(*FECS[0][:2])) + tlv(9, counting(4)), "errored TLVs"),
        (10, b"\xb8\0\0\0", "reply TOS"), (10, b"\xb8", "reply TOS too short"),
        (11, struct.pack(">HH", 1, 4) + OTHER4, "P2MP responder (RFC 6425)"),
        (11, struct.pack(">HH", 3, 8) + OTHER4, "P2MP responder of a length that can't be"),
        (11, struct.pack(">HH", 9, 4) + OTHER4, "P2MP responder, unknown"),
        (12, struct.pack(">I", 500), "P2MP jitter"), (12, b"\0\0", "P2MP jitter too short"),
        (13, END, "source"), (14, END, "destination"),
        (15, b"\0\0\0\x11", "BFD discriminator (RFC 5884)"),
        (99, counting(8), "unknown"), (0xFC00, struct.pack(">I", 9) + counting(4), "a vendor's"),
        (0xFFFF, b"\0\0", "a vendor's without a vendor"),
    ):  # fmt: skip
        yield lsp_ping(message(tlv(kind, value))), f"TLV: {name}"
    yield lsp_ping(message(tlv(99, counting(4), length=400))), "A TLV longer than the message"
    yield lsp_ping(message(tlv(15, b"\0\0\0\1") + b"\0\3")), "The rest is no TLV"


FILES = {"mpls_echo.pcapng": file_of(echoes, targets, mappings)}
