"""What Neighbor Discovery and ARP say of addresses and MACs (RFC 4861, 4862; RFC 826, 5227).

Both are told in the same words, so that what follows from them is worked out once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from dissect.analysis.analysis import Place
from dissect.analysis.inside import Ends, Inside, Reader, values
from dissect.columns.layout import layout_for
from dissect.engine.header import Header
from dissect.protocols.icmpv6 import Head
from dissect.protocols.icmpv6.ndp import NeighborAdvertisement, NeighborSolicitation

PROTOCOLS = frozenset(("icmpv6", "arp"))
DISCOVERY = ROUTER_SOLICITATION, ROUTER, SOLICITATION, ADVERTISEMENT = 133, 134, 135, 136
HOP_LIMIT = 255
"""What is farther away than the link can't have (RFC 4861, section 3.1)."""
IS_ROUTER, SOLICITED, OVERRIDE = 4, 2, 1
"""Flags of an advertisement, as three bits."""
FLAGS = ((IS_ROUTER, "R"), (SOLICITED, "S"), (OVERRIDE, "O"))

What = Literal["uses", "tells", "confirms", "asks", "probes", "far"]
VALUES, ARP_VALUES = Reader(values), Reader(values, ignored=(0, 0))


class Heard(NamedTuple):
    """Something that a message says of an address.

    what     uses: the sender has it, and says so by the way
             tells: it is at a MAC, says an advertisement or a reply
             confirms: it is still there, says an advertisement that tells no MAC
             asks: who has it?
             probes: does anybody have it that the sender wants for itself?
             far: nothing that can be believed: it may come from beyond the link
    mac      where it is; of a probe and a question, who sends it
    asker    the address that asks
    flags    of an advertisement; a router's own always has ``IS_ROUTER``
    nonce    by which a probe is known to be one's own (RFC 7527)
    retrans  milliseconds between probes, as a router has it; 0: it says nothing
    """

    at: Place
    what: What
    address: bytes = b""
    mac: bytes = b""
    asker: bytes = b""
    flags: int = OVERRIDE
    nonce: bytes = b""
    retrans: int = 0


def heard(message: Inside) -> Sequence[Heard]:
    """All that a message says."""
    if message.name == "arp":
        told = ARP_VALUES(message)
        operation, mac, sender, target = map(told.get, ARP)
        if mac is None or sender is None or target is None or operation not in (1, 2):
            return ()
        return list(asked(message.place, operation, mac, sender, target))
    if message.ip is None or message.kind not in DISCOVERY:
        return ()
    return _discovery(message, message.ip)


def _discovery(message: Inside, ip: Ends) -> Sequence[Heard]:
    place, kind = message.place, message.kind
    if ip.hops != HOP_LIMIT:
        return (Heard(place, "far"),)
    told = ordinary(message.octets)
    if told is None:
        told = VALUES(message)
    source = told.get("icmpv6.opt.src_linkaddr", b"")
    if kind == ROUTER:
        retrans = told.get("icmpv6.nd.ra.retrans_timer", 0)
        mac = source or message.mac
        return (Heard(place, "uses", ip.src, mac, b"", IS_ROUTER | OVERRIDE, b"", retrans),)
    uses = (Heard(place, "uses", ip.src, source),) if source and any(ip.src) else ()
    if kind == SOLICITATION:
        return (*uses, *_solicitation(message, ip, told))
    return (*uses, *_advertisement(message, ip, told)) if kind == ADVERTISEMENT else uses


def _spots(
    header: type[Header] | None, names: dict[str, str]
) -> tuple[int, list[tuple[str, int, int, bool]]]:
    """Where options begin; of each value its name, where it is, and whether it is a number."""
    start: int = Head.__hdr_len__
    if header is None:
        return start + 4, []
    items = layout_for(header).items
    found = [(field, items[name]) for name, field in names.items()]
    return start + header.__hdr_len__, [
        (field, start + item.offset, start + item.offset + item.size, not item.octets)
        for field, item in found
    ]


BODIES: dict[int, tuple[type[Header] | None, dict[str, str]]] = {
    ROUTER_SOLICITATION: (None, {}),
    SOLICITATION: (NeighborSolicitation, {"target": "icmpv6.nd.ns.target_address"}),
    ADVERTISEMENT: (
        NeighborAdvertisement,
        {"target": "icmpv6.nd.na.target_address", "flags": "icmpv6.nd.na.flag"},
    ),
}
"""By type: what follows the head (without one, 4 octets), and the names of its values."""
SPOTS = {kind: _spots(*body) for kind, body in BODIES.items()}
OPTIONS = {
    1: "icmpv6.opt.src_linkaddr", 2: "icmpv6.opt.target_linkaddr", 14: "icmpv6.opt.nonce",
}  # fmt: skip
"""Those that matter here; ordinary ones have 8 octets."""


def ordinary(octets: bytes) -> dict[str, Any] | None:
    """The values that matter of a message with ordinary options, without its tree; None of others.

    The messages of a million neighbours that somebody invents are all different, and ordinary.
    """
    at, items = SPOTS.get(octets[0], (len(octets) + 1, ()))
    if len(octets) < at or (len(octets) - at) % 8:
        return None
    found: dict[str, Any] = {
        name: int.from_bytes(octets[start:stop]) if is_number else octets[start:stop]
        for name, start, stop, is_number in items
    }
    for start in range(at, len(octets), 8):
        field = OPTIONS.get(octets[start])
        if field is None or octets[start + 1] != 1:
            return None
        found.setdefault(field, octets[start + 2 : start + 8])
    return found


def _solicitation(message: Inside, ip: Ends, told: dict[str, Any]) -> Sequence[Heard]:
    target = told.get("icmpv6.nd.ns.target_address")
    if target is None:
        return ()
    if any(ip.src):
        return (Heard(message.place, "asks", target, message.mac, ip.src),)
    nonce = told.get("icmpv6.opt.nonce", b"")
    return (Heard(message.place, "probes", target, message.mac, b"", OVERRIDE, nonce),)


def _advertisement(message: Inside, ip: Ends, told: dict[str, Any]) -> Sequence[Heard]:
    """Without the option the MAC address is the frame's, if it's the target that sends."""
    target = told.get("icmpv6.nd.na.target_address")
    if target is None:
        return ()
    flags = told["icmpv6.nd.na.flag"] >> 29
    mac = told.get("icmpv6.opt.target_linkaddr")
    if mac is None:
        own = message.mac if ip.src == target else b""
        return (Heard(message.place, "confirms", target, own, b"", flags),)
    return (Heard(message.place, "tells", target, mac, b"", flags),)


ARP = ("arp.opcode", "arp.src.hw_mac", "arp.src.proto_ipv4", "arp.dst.proto_ipv4")


def asked(
    place: Place, operation: int, mac: bytes, sender: bytes, target: bytes
) -> Iterator[Heard]:  # fmt: skip
    """What ARP's requests and replies say, of Ethernet and IPv4."""
    if operation == 1 and not any(sender):
        yield Heard(place, "probes", target, mac)
    elif operation == 2 or sender == target:
        yield Heard(place, "tells", sender, mac)
    else:
        yield Heard(place, "uses", sender, mac)
        yield Heard(place, "asks", target, mac, sender)
