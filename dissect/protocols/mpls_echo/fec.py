"""Target FEC stacks in MPLS echo (RFC 8029, section 3.2): what is to be at the end of the path.

Most sub-TLVs are fields one after the other: the table says it all.  Point-to-multipoint paths are
from RFC 6425, static paths and pseudowires from RFC 6426, segments from RFC 8287.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV4, IPV6, U8, U16, U24, U32, U64, X16, X32, Kind
from dissect.protocols.mpls_echo.codes import ADJACENCIES, ENCAPSULATIONS, FECS, IGPS, VENDOR
from dissect.protocols.mpls_echo.tlvs import VALUE, VENDOR_ID, label_name, tlv


def _names(kind: int) -> str | None:
    return FECS.get(min(kind, VENDOR))


TYPE = Field("mpls_echo.tlv.fec.type", "Type", U16, _names)
LENGTH = Field("mpls_echo.tlv.fec.len", "Length", U16)
FEC_VALUE = Field("mpls_echo.tlv.fec.value", "Value", BYTES)
PADDING = Field("mpls_echo.padding", "Padding", BYTES)
NIL_LABEL = Field("mpls_echo.tlv.fec.nil_label", "Label", U24)

INVALID_LENGTH = Note(
    "mpls_echo.tlv.fec.len.invalid", Severity.WARNING, Group.PROTOCOL, "Invalid FEC TLV length",
    "RFC 8029, section 3.2",
)  # fmt: skip

OCTETS4, OCTETS6, OCTETS8, OCTETS16 = (replace(BYTES, size=size) for size in (4, 6, 8, 16))
OCTETS2 = replace(BYTES, size=2)


def _fec(name: str, label: str, kind: Kind, enum: Any = None) -> Field:
    return Field(f"mpls_echo.tlv.fec.{name}", label, kind, enum)


def _lsp(name: str, label: str, kind: Kind) -> Field:
    return Field(f"mpls_echo.lspping.tlv.{name}", label, kind)


def _prefix(name: str, kind: Kind, length: str) -> tuple[Field, ...]:
    version = "IPv6" if kind is IPV6 else "IPv4"
    return _fec(name, f"{version} Prefix", kind), _fec(length, "Prefix Length", U8)


ZERO1, ZERO2 = (_fec(f"rsvp_ip_mbz{n}", "Must Be Zero", U16) for n in (1, 2))
TUNNEL_ID, LSP_ID = _fec("rsvp_ip_tun_id", "Tunnel ID", U16), _fec("rsvp_ip_lsp_id", "LSP ID", U16)
P2MP_ZERO1, P2MP_ZERO2 = (_fec(f"rsvp_p2mp_ip_mbz{n}", "Must Be Zero", U16) for n in (1, 2))
P2MP_TUNNEL = _fec("rsvp_p2mp_ip_tun_id", "Tunnel ID", U16)
P2MP_LSP = _fec("rsvp_p2mp_ip_lsp_id", "LSP ID", U16)
DISTINGUISHER = _fec("vpn_route_dist", "Route Distinguisher", OCTETS8)
CIRCUIT = (
    _fec("l2cid_remote", "Remote PE Address", IPV4), _fec("l2cid_vcid", "VC ID", U32),
    _fec("l2cid_encap", "Encapsulation", U16, ENCAPSULATIONS),
)  # fmt: skip
CIRCUIT_ZERO = _fec("l2cid_mbz", "MBZ", X16)
SOURCE = _lsp("src.gid", "SRC GLOBAL ID", U32), _lsp("src.nid", "SRC NODE ID", IPV4)
DESTINATION = _lsp("dst.gid", "DST GLOBAL ID", U32), _lsp("dst.nid", "DST NODE ID", IPV4)
IGP_LENGTH, IGP_RESERVED = (
    _fec("igp_mask", "Prefix Length", U8), _fec("igp_reserved", "Reserved", OCTETS2),
)  # fmt: skip
IGP_PROTOCOL = _fec("igp_protocol", "Protocol", U8, IGPS)
ADJACENCY = _fec("igp_adj_type", "Adjacency Type", U8, ADJACENCIES)


class Shape(NamedTuple):
    """The fields of a sub-TLV, and whether it has exactly their octets.

    ``zero`` is two more octets, which most senders don't count: then they are the padding.
    """

    fields: tuple[Field, ...]
    exact: bool = False
    zero: Field | None = None

    @property
    def size(self) -> int:
        """Octets of the fields."""
        return sum(field.kind.size for field in self.fields)


SHAPES: dict[int, Shape] = {
    1: Shape(_prefix("ldp_ipv4", IPV4, "ldp_ipv4_mask")),
    2: Shape(_prefix("ldp_ipv6", IPV6, "ldp_ipv6_mask")),
    3: Shape((
        _fec("rsvp_ipv4_ep", "IPv4 Tunnel endpoint address", IPV4), ZERO1, TUNNEL_ID,
        _fec("rsvp_ipv4_ext_tun_id", "Extended Tunnel ID", X32),
        _fec("rsvp_ipv4_sender", "IPv4 Tunnel sender address", IPV4), ZERO2, LSP_ID,
    ), exact=True),
    4: Shape((
        _fec("rsvp_ipv6_ep", "IPv6 Tunnel endpoint address", IPV6), ZERO1, TUNNEL_ID,
        _fec("rsvp_ipv6_ext_tun_id", "Extended Tunnel ID", OCTETS16),
        _fec("rsvp_ipv6_sender", "IPv6 Tunnel sender address", IPV6), ZERO2, LSP_ID,
    ), exact=True),
    6: Shape((DISTINGUISHER, *_prefix("vpn_ipv4", IPV4, "vpn_len"))),
    7: Shape((DISTINGUISHER, *_prefix("vpn_ipv6", IPV6, "vpn_len"))),
    8: Shape((
        _fec("l2vpn_route_dist", "Route Distinguisher", OCTETS8),
        _fec("l2vpn_send_ve_id", "Sender's VE ID", X16),
        _fec("l2vpn_recv_ve_id", "Receiver's VE ID", X16),
        _fec("l2vpn_encap_type", "Encapsulation", U16, ENCAPSULATIONS),
    )),
    9: Shape(CIRCUIT, zero=CIRCUIT_ZERO),
    10: Shape(
        (_fec("l2cid_sender", "Sender's PE Address", IPV4), *CIRCUIT), zero=CIRCUIT_ZERO
    ),
    12: Shape(_prefix("bgp_ipv4", IPV4, "bgp_len")),
    13: Shape(_prefix("bgp_ipv6", IPV6, "bgp_len")),
    14: Shape(_prefix("gen_ipv4", IPV4, "gen_ipv4_mask")),
    15: Shape(_prefix("gen_ipv6", IPV6, "gen_ipv6_mask")),
    17: Shape((
        _fec("rsvp_p2mp_ipv4_id", "P2MP ID", U32), P2MP_ZERO1, P2MP_TUNNEL,
        _fec("rsvp_p2mp_ipv4_ext_tun_id", "Extended Tunnel ID", IPV4),
        _fec("rsvp_p2mp_ipv4_sender", "IPv4 Tunnel sender address", IPV4), P2MP_ZERO2, P2MP_LSP,
    ), exact=True),
    18: Shape((
        _fec("rsvp_p2mp_ipv6_id", "P2MP IPv6 Tunnel ID address", IPV6), P2MP_ZERO1, P2MP_TUNNEL,
        _fec("rsvp_p2mp_ipv6_ext_tun_id", "Extended Tunnel ID", IPV6),
        _fec("rsvp_p2mp_ipv6_sender", "P2MP IPv6 Tunnel sender address", IPV6), ZERO2, P2MP_LSP,
    ), exact=True),
    22: Shape((
        *SOURCE, _lsp("tunnel.no", "SRC Tunnel Number", U16), _lsp("lsp.no", "SRC LSP Number", U16),
        *DESTINATION, _lsp("dst.tunnel.no", "DST Tunnel Number", U16),
        _lsp("resv", "RESERVED", U16),
    )),
    23: Shape((
        _lsp("pw.serv.identifier", "Service identifier", U64), *SOURCE,
        _lsp("pw.src.ac.id", "SRC AC ID", U32), *DESTINATION,
        _lsp("pw.dst.ac.id", "DST AC ID", U32),
    )),
    24: Shape((
        _fec("pw_ipv6_128_sender", "Sender's PE Address", IPV6),
        _fec("pw_ipv6_128_remote", "Remote's PE Address", IPV6),
        _fec("fec.pw_ipv6_128_pwid", "PW ID", U32),
        _fec("fec.pw_ipv6_128_pw_type", "PW TYPE", U16, ENCAPSULATIONS),
    ), exact=True, zero=_fec("fec.pw_ipv6_128_mbz", "MBZ", X16)),
    34: Shape((_fec("igp_ipv4", "IPv4 Prefix", IPV4), IGP_LENGTH, IGP_PROTOCOL, IGP_RESERVED)),
    35: Shape((_fec("igp_ipv6", "IPv6 Prefix", IPV6), IGP_LENGTH, IGP_PROTOCOL, IGP_RESERVED)),
    36: Shape((ADJACENCY, IGP_PROTOCOL, IGP_RESERVED)),
    VENDOR: Shape((VENDOR_ID,)),
}  # fmt: skip
"""By sub-TLV type; of other types the value is shown as octets."""

NIL, SEGMENT = 16, 36


def _interfaces(name: str, kind: Kind) -> tuple[Field, Field]:
    return (
        _fec(f"igp_adj_local_id.{name}", "Local Interface ID", kind),
        _fec(f"igp_adj_remote_id.{name}", "Remote Interface ID", kind),
    )


def _nodes(name: str, kind: Kind, words: str = "") -> tuple[Field, Field]:
    return (
        _fec(f"igp_adj_adv_node_id.{name}", f"Advertising Node Identifier{words}", kind),
        _fec(f"igp_adj_rec_node_id.{name}", f"Receiving Node Identifier{words}", kind),
    )


INTERFACES = {4: _interfaces("ipv4", IPV4), 6: _interfaces("ipv6", IPV6)}
"""What identifies an adjacency's interfaces, by its type."""
OTHER_INTERFACES = _interfaces("ident", OCTETS4)
NODES = {1: _nodes("ospf", OCTETS4, " Router ID"), 2: _nodes("isis", OCTETS6, " System ID")}
"""What identifies its nodes, by protocol."""
OTHER_NODES = _nodes("ident", OCTETS4)


@tlv(1)
@tlv(16)
def stack(c: Cursor, size: int) -> None:
    """A target, or the way back: sub-TLVs up to one whose length can't be."""
    number = 1
    while c.left >= 4 and _element(c, number):
        number += 1


def _element(c: Cursor, number: int) -> bool:
    """One sub-TLV; False where nothing can be read behind it."""
    kind = int.from_bytes(c.peek(2), "big")
    name = _names(kind) or f"Unknown FEC type (0x{kind:04X})"
    with c.text("FEC Element %d: %s", number, name):
        c.add(TYPE)
        length = c.add(LENGTH)
        kind = min(kind, VENDOR)
        if length > c.left:
            return _invalid(c, f"Length (claimed {length}, found {c.left})")
        shape = SHAPES.get(kind)
        if shape is not None and (length != shape.size if shape.exact else length < shape.size):
            least = ">= " if kind == VENDOR else ""
            _invalid(c, f"Length (claimed {length}, should be {least}{shape.size})")
            if kind != VENDOR:
                return False
            shape = None
            c.skip(length)
        else:
            with c.limit(length, because=LENGTH.name):
                _value(c, kind, length, shape)
        padding = -length % 4
        if padding > c.left:
            found = length + c.left
            return _invalid(c, f"Padded Length (claimed {length + padding}, found {found})")
        if padding:
            if shape is not None and shape.zero is not None:
                c.peek_add(shape.zero)
            c.add(PADDING, padding)
    return True


def _invalid(c: Cursor, words: str) -> bool:
    c.note(INVALID_LENGTH, LENGTH.name, f"Invalid FEC Sub-TLV {words}")
    return False


def _value(c: Cursor, kind: int, length: int, shape: Shape | None) -> None:
    if kind == NIL:
        for number in range(1, length // 4 + 1):
            word = int.from_bytes(c.peek(4), "big")
            node = c.put(NIL_LABEL, word >> 12, c.pos, 3)
            node.text = f"Label {number}: {label_name(word >> 12)}"
            c.skip(4)
    elif shape is None:
        if length:
            c.add(FEC_VALUE, length)
    else:
        values = [c.add(field) for field in shape.fields]
        if kind == SEGMENT:
            _segment(c, *values[:2])
        elif kind == VENDOR:
            c.add(VALUE, c.left)
        elif shape.zero is not None and c.more:
            c.add(shape.zero)


def _segment(c: Cursor, adjacency: int, protocol: int) -> None:
    """An adjacency's interfaces and nodes (RFC 8287, section 5.3)."""
    for interface in INTERFACES.get(adjacency, OTHER_INTERFACES):
        c.add(interface)
    for node in NODES.get(protocol, OTHER_NODES):
        c.add(node)
