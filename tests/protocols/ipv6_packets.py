"""Building blocks of IPv6 test packets, and what they are decoded to."""

import ipaddress

from dissect.engine.packet import Packet, dissect
from dissect.protocols.ipv6 import IPv6

SOURCE, DESTINATION = "2001:db8::1", "2001:db8::2"
UDP = bytes.fromhex("03e80009000c0000") + b"data"


def address(text):
    return ipaddress.IPv6Address(text).packed


def ipv6(nxt, payload, *, plen=None, src=SOURCE, dst=DESTINATION, **fields):
    plen = len(payload) if plen is None else plen
    return bytes(IPv6(plen=plen, nxt=nxt, src=address(src), dst=address(dst), **fields)) + payload


def extension(nxt, rest, units=None):
    """A header of next header, length and ``rest``, filled up to 8 octets with zeros (Pad1)."""
    size = -(-(2 + len(rest)) // 8)
    units = size - 1 if units is None else units
    return bytes([nxt, units]) + rest.ljust(8 * size - 2, b"\0")


def decoded(octets, **options):
    return dissect(octets, "ipv6", strict=True, **options)


def notes(packet):
    return [finding.note.name for finding in packet.findings]


def shows(packet, name):
    return [node.show for node in packet.fields(name)]


def same_without_tree(octets, **options):
    """The packet decoded without nodes: layers, notes and columns must be those with nodes."""
    bare = Packet(octets, "ipv6", strict=True, **options).decode()
    full = decoded(octets, **options)
    assert _layers(bare) == _layers(full)
    assert notes(bare) == notes(full)
    assert (bare.source, bare.destination, bare.protocol, bare.info) == (
        full.source, full.destination, full.protocol, full.info,
    )  # fmt: skip
    return bare


def _layers(packet):
    return [(a.name, a.offset, a.end) for a in packet.layers if a.name != "frame"]
