"""What addresses say about themselves, as generated fields under them: ``sixscope.addr.*``.

No dissector makes them.  They cost nothing until somebody asks for one by name
(``Packet.fields``, ``-T fields``) or for all of them (``explain``, ``show --own-fields``).  Which
fields are addresses their kind tells, so that a new protocol has nothing to do for it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from dissect.engine.packet import ON_DEMAND, Packet
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, ETHER, IPV4, IPV6, STR, U16, X8, X16, Kind

PREFIX = "sixscope.addr."


def _own(
    name: str, label: str, kind: Kind = STR, span: tuple[int, int] | None = None, ref: str = ""
) -> Field:
    return Field(PREFIX + name, label, kind, generated=True, span=span, ref=ref)


WHOLE = {
    "kind": _own("kind", "Kind", ref="RFC 6890"),
    "reference": _own("reference", "Reference"),
    "scope": _own("scope", "Scope", ref="RFC 4007"),
    "globally_reachable": _own("globally_reachable", "Globally reachable", BOOL, ref="RFC 8190"),
    "remark": _own("remark", "Remark"),
    "class": _own("class", "Class", ref="RFC 791, section 3.2"),
    "flags": _own("flags", "Multicast flags", X8, (1, 1)),
    "multicast_scope": _own("multicast_scope", "Multicast scope", span=(1, 1), ref="RFC 7346"),
    "form": _own("form", "Form"),
    "owner": _own("owner", "Owner's prefix", ref="RFC 3306"),
    "rendezvous_point": _own("rendezvous_point", "Rendezvous point", IPV6, ref="RFC 3956"),
    "owner_iid": _own("owner_iid", "Owner's interface", span=(4, 8), ref="RFC 4489"),
    "suffix": _own("suffix", "Nodes whose address ends in", span=(13, 3)),
    "group": _own("group", "Group"),
    "group_id": _own("group_id", "Group ID"),
    "ipv4": _own("ipv4", "IPv4 address", IPV4, (12, 4)),
    "ipv4_guess": _own("ipv4_guess", "IPv4 address is a guess", BOOL),
    "6to4_gateway": _own("6to4_gateway", "6to4 gateway", IPV4, (2, 4), "RFC 3056, section 2"),
    "6to4_sla": _own("6to4_sla", "6to4 SLA ID", U16, (6, 2)),
    "teredo_server": _own("teredo_server", "Teredo server", IPV4, (4, 4), "RFC 4380, section 4"),
    "teredo_flags": _own("teredo_flags", "Teredo flags", X16, (8, 2)),
    "teredo_port": _own("teredo_port", "Teredo port", U16, (10, 2)),
    "teredo_client": _own("teredo_client", "Teredo client", IPV4, (12, 4)),
    "ula_global_id": _own("ula_global_id", "Global ID", span=(1, 5), ref="RFC 4193, section 3.1"),
    "ula_subnet": _own("ula_subnet", "Subnet ID", span=(6, 2)),
}  # fmt: skip
"""Facts of ``explain`` that are told of addresses and prefixes, by key."""

INTERFACE = {
    "iid": _own("iid", "Interface identifier", span=(8, 8), ref="RFC 4291, section 2.5.1"),
    "iid_kind": _own("iid_kind", "Kind of interface identifier", span=(8, 8)),
    "iid_guess": _own("iid_guess", "Kind is a guess", BOOL, (8, 8), "RFC 7707, section 4.1"),
    "iid_ipv4": _own("iid_ipv4", "IPv4 address", IPV4, (12, 4)),
    "mac": _own("mac", "Ethernet address", ETHER),
    "vendor": _own("vendor", "Vendor"),
    "solicited_node": _own("solicited_node", "Solicited-node group", IPV6,
                           ref="RFC 4291, section 2.7.1"),
    "solicited_node_mac": _own("solicited_node_mac", "Solicited-node MAC", ETHER,
                               ref="RFC 2464, section 7"),
}  # fmt: skip
"""Those of an interface, which a prefix has none of."""

LINK_MATCH = _own("link_match", "Ethernet destination is the group's", BOOL)

NO_ADDRESSES = frozenset({"dhcp.cookie"})
"""Fields in Wireshark's notation of addresses; those with ``mask`` in their names besides."""


class Told(NamedTuple):
    """A fact about an address, ready to be shown."""

    field: Field
    value: bytes | str | int
    text: str


@lru_cache(maxsize=16384)
def told(address: bytes, *, prefix: bool = False) -> tuple[Told, ...]:
    """What there is to say about an IPv6 or IPv4 address; of a ``prefix`` nothing of interfaces."""
    from dissect.address.explain import explain
    from dissect.address.text import Typed

    fields = WHOLE if prefix else WHOLE | INTERFACE
    return tuple(
        Told(field, _octets(field.kind, fact.value), f"{field.label}: {', '.join(fact.lines)}")
        for fact in explain(Typed("ipv6" if len(address) == 16 else "ipv4", address))
        if (field := fields.get(fact.key)) is not None and fact.value is not None
        if not isinstance(fact.value, list)
    )


def _octets(kind: Kind, value: str | int) -> bytes | str | int:
    """A fact's value as the field's kind has it."""
    if not isinstance(value, str):
        return int(value)
    if kind is ETHER:
        return bytes.fromhex(value.replace(":", ""))
    if kind is IPV6 or kind is IPV4:
        return socket.inet_pton(socket.AF_INET6 if kind is IPV6 else socket.AF_INET, value)
    return value


def explained(node: Node) -> list[Node]:
    """The fields that belong under a node; none under one that is no address."""
    field, address = node.field, node.value
    if (field.kind is not IPV6 and field.kind is not IPV4) or field.hidden or field.generated:
        return []
    name = field.name
    whole = isinstance(address, bytes) and len(address) == field.kind.size
    if not whole or "mask" in name or name in NO_ADDRESSES:
        return []
    return [
        _node(node, fact.field, fact.value, fact.text)
        for fact in told(address, prefix="prefix" in name)
    ]


def _node(node: Node, field: Field, value: bytes | str | int, text: str) -> Node:
    """A generated node on the octets of an address that it is about."""
    offset, length = field.span or (0, node.length)
    if offset + length > node.length:  # not all of the address is there: a DNS prefix, say
        offset, length = 0, node.length
    made = Node(field, node.offset + offset, length, value)
    made.text = text
    return made


def explain(packet: Packet) -> None:
    """Hang all explanations into a packet's tree."""
    for node in list(packet.tree.walk()):
        for made in explained(node):
            node.add(made)
    for node, link in _groups(packet):
        node.add(_link_match(node, link))


def _groups(packet: Packet) -> Iterator[tuple[Node, bytes]]:
    """The multicast destinations of packets that are in an Ethernet frame, with the frame's."""
    link = b""
    for layer in packet.layers:
        if layer.name == "eth":
            link = getattr(layer.header, "dst", b"")
        elif layer.name in ("ipv6", "ip") and layer.node is not None:
            node = layer.node.find(f"{layer.name}.dst")
            if link and node is not None and _is_group(node.value):
                yield node, link
            link = b""  # what is inside is not in the frame itself


def _is_group(address: bytes) -> bool:
    return address[0] == 0xFF if len(address) == 16 else address[0] >> 4 == 0xE


def _link_match(node: Node, link: bytes) -> Node:
    """Whether a frame goes where packets to a group go (RFC 2464, section 7; RFC 1112, 6.4)."""
    from dissect.address.multicast import ethernet

    wanted = ethernet(node.value)
    words = "True" if link == wanted else f"False, it is {link.hex(':')}, not {wanted.hex(':')}"
    if link != wanted and not link[0] & 1:
        words += ": to one node only (RFC 6085)" if len(node.value) == 16 else ": to one node only"
    return _node(node, LINK_MATCH, int(link == wanted), f"{LINK_MATCH.label}: {words}")


ON_DEMAND[PREFIX] = explain
