"""Downstream mappings in MPLS echo: where a router would send packets of the path on.

0                               16              24              32
+-------------------------------+---------------+---------------+
|              MTU              | Address Type  |   DS Flags    |
+-------------------------------+---------------+---------------+
|  Downstream Address (4 or 16), Downstream Interface (4 or 16) |
+---------------+---------------+-------------------------------+
|Multipath Type |  Depth Limit  |       Multipath Length        |  DSMAP (RFC 4379, section 3.3)
+---------------+---------------+-------------------------------+
|  Multipath information, then the labels with their protocols  |
+---------------+---------------+-------------------------------+
|  Return Code  |Return Subcode |        Subtlv Length          |  DDMAP (RFC 8029, section 3.4)
+---------------+---------------+-------------------------------+
|  Sub-TLVs: multipath, label stack, FEC stack change           |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    IPV4,
    IPV6,
    NONE,
    U8,
    U16,
    U24,
    U32,
    X8,
    X24,
    X32,
    Kind,
)
from dissect.protocols.mpls_echo.codes import (
    ADDRESS_TYPES,
    LABEL_PROTOCOLS,
    LABELS,
    MULTIPATHS,
    OPERATIONS,
    PEER_TYPES,
    RETURN_CODES,
)
from dissect.protocols.mpls_echo.fec import stack
from dissect.protocols.mpls_echo.tlvs import label, tlv


def _ds(name: str, label: str, kind: Kind, enum: Any = None) -> Field:
    return Field(f"mpls_echo.tlv.ds_map{name}", label, kind, enum)


def _dd(name: str, label: str, kind: Kind, enum: Any = None) -> Field:
    return Field(f"mpls_echo.{name}", label, kind, enum)


def _flags(prefix: str) -> Field:
    return Field(
        f"{prefix}.res", "DS Flags", X8,
        bits=(
            Field(f"{prefix}.flag_res", "MBZ", X8, mask=0xFC),
            Field(f"{prefix}.flag_i", "Interface and Label Stack Request", BOOL, mask=0x02),
            Field(f"{prefix}.flag_n", "Treat as Non-IP Packet", BOOL, mask=0x01),
        ),
    )  # fmt: skip


def _addresses(prefix: str) -> dict[int, tuple[Field, Field]]:
    """The downstream address and interface, by address type."""
    address = Field(f"{prefix}.ds_ip", "Downstream IP Address", IPV4)
    address6 = Field(f"{prefix}.ds_ipv6", "Downstream IPv6 Address", IPV6)
    index = Field("mpls_echo.tlv.ds_map.if_index", "Upstream Interface Index", U32)
    return {
        1: (address, Field(f"{prefix}.int_ip", "Downstream Interface Address", IPV4)),
        2: (address, index),
        3: (address6, Field(f"{prefix}.int_ipv6", "Downstream Interface IPv6 Address", IPV6)),
        4: (address6, index),
        5: (
            Field(f"{prefix}.ingress.if.num", "Ingress Interface Number", U32),
            Field(f"{prefix}.egress.if.num", "Egress Interface Number", U32),
        ),
    }


NONE_AT_ALL = frozenset({0, 5, 6, 7})
"""Multipath types without information."""
ADDRESS, RANGE, MASKED, MASKED_LABELS = 2, 4, 8, 9


def _packets(prefix: str) -> dict[int, tuple[Field, ...]]:
    """The addresses of packets that take a way, by multipath type."""
    ip = Field(f"{prefix}.ip", "IP Address", IPV4)
    low = Field(f"{prefix}.ip_low", "IP Address Low", IPV4)
    high = Field(f"{prefix}.ip_high", "IP Address High", IPV4)
    return {ADDRESS: (ip,), RANGE: (low, high), MASKED: (ip,)}


def _elements(c: Cursor, title: str, *fields: Field) -> None:
    """A label stack, with its labels' numbers in their lines."""
    number = 1
    while c.left >= 4:
        with c.text("%s %d", title, number) as node:
            words = label(c, *fields)
            node.suffix = f", Label: {words}"
        number += 1


UNKNOWN_ADDRESS = Note(
    "mpls_echo.address_type.unknown", Severity.WARNING, Group.PROTOCOL, "Unknown Address Type",
    "RFC 8029, section 3.4.1",
)  # fmt: skip


def _interface(c: Cursor, kind: int, prefix: str, on: str) -> None:
    """The fields of an address type; of an unknown one those of IPv4's size are passed over."""
    fields = ADDRESSES[prefix].get(kind)
    if fields is None:
        c.note(UNKNOWN_ADDRESS, on, f"{UNKNOWN_ADDRESS.text} ({kind})")
        c.skip(8)
        return
    for field in fields:
        c.add(field)


DS, DD = "mpls_echo.tlv.ds_map", "mpls_echo.tlv.dd_map"
ADDRESSES = {prefix: _addresses(prefix) for prefix in (DS, DD)}

# --- DSMAP -------------------------------------------------------------------------------------

MTU = _ds(".mtu", "MTU", U16)
ADDRESS_TYPE = _ds(".addr_type", "Address Type", U8, ADDRESS_TYPES)
DS_FLAGS = _flags(DS)
MULTIPATH_TYPE = _ds(".hash_type", "Multipath Type", U8, MULTIPATHS)
DEPTH = _ds(".depth", "Depth Limit", U8)
MULTIPATH_LENGTH = _ds(".multi_len", "Multipath Length", U16)
PACKETS = _packets(f"{DS}_mp")
MASK = _ds("_mp.mask", "Mask", BYTES)
NO_MULTIPATH = _ds("_mp.no_multipath_info", "No Multipath Information", BYTES)
MULTIPATH_VALUE = _ds("_mp.value", "Multipath Value", BYTES)
LABEL = _ds(".mp_label", "Downstream Label", U24, LABELS)
EXP, BOTTOM = _ds(".mp_exp", "Downstream Exp", U8), _ds(".mp_bos", "Downstream BOS", U8)
PROTOCOL = _ds(".mp_proto", "Downstream Protocol", U8, LABEL_PROTOCOLS)

INVALID_MULTIPATH = Note(
    "mpls_echo.tlv.ds_map.multi_len.invalid", Severity.WARNING, Group.PROTOCOL,
    "Invalid Multipath TLV length", "RFC 4379, section 3.3",
)  # fmt: skip


@tlv(2, 16)
def mapping(c: Cursor, size: int) -> None:
    """The older mapping."""
    c.add(MTU)
    kind = c.add(ADDRESS_TYPE)
    c.add(DS_FLAGS)
    _interface(c, kind, DS, ADDRESS_TYPE.name)
    multipath = c.add(MULTIPATH_TYPE)
    c.add(DEPTH)
    length = c.add(MULTIPATH_LENGTH)
    if length > c.left:
        _bad_multipath(c, f"found {c.left}", length)
        return
    if length:
        with c.limit(length, because=MULTIPATH_LENGTH.name):
            _multipath(c, multipath, length)
    _elements(c, "Downstream Label Element", LABEL, EXP, BOTTOM, PROTOCOL)


def _bad_multipath(c: Cursor, words: str, length: int) -> None:
    text = f"Invalid FEC Multipath (claimed {length}, {words})"
    c.note(INVALID_MULTIPATH, MULTIPATH_LENGTH.name, text)


def _multipath(c: Cursor, kind: int, length: int) -> None:
    """Which packets take this way: addresses, a range of them, or a prefix with a mask."""
    fixed = PACKETS.get(kind)
    if fixed is None:
        c.add(NO_MULTIPATH if kind in NONE_AT_ALL else MULTIPATH_VALUE, length)
        return
    size = 4 * len(fixed)
    if length < size or (length != size and kind != MASKED):
        _bad_multipath(c, f"should be {size}", length)
        return
    with c.text("Multipath Information"):
        for field in fixed:
            c.add(field)
        if c.more:
            c.add(MASK, c.left)


# --- DDMAP -------------------------------------------------------------------------------------

DD_MTU = _dd("lspping.tlv.dd_map.mtu", "MTU", U16)
DD_ADDRESS_TYPE = _dd("tlv.dd_map.addr_type", "Address Type", U8, ADDRESS_TYPES)
DD_FLAGS = _flags(DD)
RETURN_CODE = _dd("tlv.dd_map.return_code", "Return Code", U8, RETURN_CODES)
RETURN_SUBCODE = _dd("tlv.dd_map.return_subcode", "Return Subcode", U8)
SUBS_LENGTH = _dd("tlv.dd_map.subtlv_len", "Subtlv Length", U16)
SUB_TYPE = _dd("subtlv.dd_map.type", "Sub-TLV Type", U16)
SUB_LENGTH = _dd("subtlv.dd_map.length", "Sub-TLV Length", U16)
SUB_VALUE = _dd("subtlv.dd_map.value", "Sub-TLV Value", BYTES)
PATHS_TYPE = _dd("subtlv.dd_map.multipath_type", "Multipath Type", U8)
PATHS_LENGTH = _dd("subtlv.dd_map.multipath_length", "Multipath Length", U16)
PATHS_VALUE = _dd("subtlv.dd_map.multipath_value", "Multipath Value", BYTES)
PATHS_INFO = _dd("subtlv.dd_map.multipath_info", "Multipath Information", BYTES)
RESERVED = _dd("subtlv.dd_map.reserved", "Reserved", U8)
PATHS_PACKETS = _packets("mpls_echo.tlv.ddstlv_map_mp")
PATHS_MASK = _dd("tlv.ddstlv_map_mp.mask", "Mask", BYTES)
SUB_LABEL = _dd("subtlv.label", "Label", U8)
SUB_CLASS = _dd("subtlv.traffic_class", "Traffic Class", U8)
SUB_BOTTOM = _dd("subtlv.s_bit", "S bit", U8)
SUB_PROTOCOL = _dd("tlv.ddstlv_map.mp_proto", "Downstream Protocol", U8, LABEL_PROTOCOLS)
OPERATION = _dd("tlv.ddstlv_map.op_type", "Operation Type", U8, OPERATIONS)
PEER_TYPE = _dd("tlv.ddstlv_map.address_type", "Address Type", U8, PEER_TYPES)
FEC_LENGTH = _dd("subtlv.dd_map.fec_tlv_type", "FEC tlv Length", U8)
UNSPECIFIED = _dd("tlv.dd_map.unspecified", "Unspecified (Address Length = 0)", NONE)
PEER = _dd("tlv.dd_map.remote_ip", "Remote Peer IP Address", IPV4)
PEER6 = _dd("tlv.dd_map.remote_ipv6", "Remote Peer IPv6 Address", IPV6)

INVALID_SUB = Note(
    "mpls_echo.tlv.dd_map.subtlv_len.invalid", Severity.WARNING, Group.PROTOCOL,
    "Invalid Sub-TLV length", "RFC 8029, section 3.4.1",
)  # fmt: skip


@tlv(20, 16)
def detailed(c: Cursor, size: int) -> None:
    """The newer mapping, with sub-TLVs."""
    c.add(DD_MTU)
    kind = c.add(DD_ADDRESS_TYPE)
    c.add(DD_FLAGS)
    _interface(c, kind, DD, f"{DD}.flag_n")
    c.add(RETURN_CODE)
    c.add(RETURN_SUBCODE)
    c.add(SUBS_LENGTH)
    while c.left > 4:
        kind, length = (int.from_bytes(c.peek(2, ahead), "big") for ahead in (0, 2))
        if length > c.left - 4:
            text = f"Invalid Sub-tlv Length (claimed {length}, found {c.left - 4})"
            c.note(INVALID_SUB, SUBS_LENGTH.name, text)
            return
        title, reader = SUBS.get(kind, ("Error processing sub-TLV", None))
        with c.text(title):
            if reader is None:
                c.add(SUB_TYPE)
                c.add(SUB_LENGTH)
                c.add(SUB_VALUE, length)
                continue
            c.skip(4)
            with c.limit(length, because="the sub-TLV's length"):
                reader(c)


def _paths(c: Cursor) -> None:
    """Multipath data (RFC 8029, section 3.4.1.1)."""
    kind = c.add(PATHS_TYPE)
    if kind == MASKED_LABELS:
        c.last.text = "Multipath Information (Label prefix and bit mask)"
        c.skip(c.left)
        return
    length = c.add(PATHS_LENGTH)
    c.add(RESERVED)
    fixed = PATHS_PACKETS.get(kind)
    if fixed is None:
        c.add(PATHS_VALUE if kind else PATHS_INFO, length)
        return
    size = 4 * len(fixed)
    if length < size or (length != size and kind != MASKED):
        text = f"Invalid Sub-tlv Length (claimed {length}, should be {size})"
        c.note(INVALID_SUB, text=text)
        return
    for field in fixed:
        c.add(field)
    if length > size:
        c.add(PATHS_MASK, length - size)


def _labels(c: Cursor) -> None:
    """A label stack (RFC 8029, section 3.4.1.2)."""
    _elements(c, "Downstream Label Element", SUB_LABEL, SUB_CLASS, SUB_BOTTOM, SUB_PROTOCOL)


def _change(c: Cursor) -> None:
    """A target that is left or entered here (RFC 8029, section 3.4.1.3)."""
    c.add(OPERATION)
    kind = c.add(PEER_TYPE)
    size = c.add(FEC_LENGTH)
    c.add(RESERVED)
    if not kind:
        c.put(UNSPECIFIED)
    elif kind in (1, 2):
        c.add(PEER if kind == 1 else PEER6)
    with c.limit(size, because=FEC_LENGTH.name):
        stack(c, size)


SUBS = {
    1: ("Multipath sub-TLV", _paths),
    2: ("Label stack sub-TLV", _labels),
    3: ("Stack change sub-TLV", _change),
}

# --- what a router received (RFC 8029, section 3.7) --------------------------------------------

STACK_TYPE = _dd("tlv.ilso.addr_type", "Address Type", U8, ADDRESS_TYPES)
STACK_ZERO = _dd("tlv.ilso.mbz", "Must Be Zero", X24)
STACK_IP = _dd("tlv.ilso_ipv4.addr", "Downstream IPv4 Address", IPV4)
STACK_INTERFACE = _dd("tlv.ilso_ipv4.int_addr", "Downstream Interface Address", IPV4)
STACK_IP6 = _dd("tlv.ilso_ipv6.addr", "Downstream IPv6 Address", IPV6)
STACK_INTERFACE6 = _dd("tlv.ilso_ipv6.int_addr", "Downstream Interface Address", IPV6)
STACK_INDEX = _dd("tlv.ilso.int_index", "Downstream Interface Index", X32)
STACK_LABEL = _dd("tlv.ilso_ipv4.label", "Label", U24, LABELS)
STACK_EXP, STACK_BOTTOM, STACK_TTL = (
    _dd(f"tlv.ilso_ipv4.{name.lower()}", name, U8) for name in ("Exp", "BOS", "TTL")
)
STACK_ADDRESSES = {
    1: (STACK_IP, STACK_INTERFACE), 2: (STACK_IP, STACK_INDEX),
    3: (STACK_IP6, STACK_INTERFACE6), 4: (STACK_IP6, STACK_INDEX),
}  # fmt: skip

INCORRECT_ADDRESS = Note(
    "mpls_echo.address_type.incorrect", Severity.WARNING, Group.PROTOCOL,
    "Incorrect address type for TLV?", "RFC 8029, section 3.7",
)  # fmt: skip


@tlv(7, 12)
def label_stack(c: Cursor, size: int) -> None:
    """The interface on which the request came in, and its label stack; IPv4."""
    _label_stack(c, (1, 2))


@tlv(8, 24)
def label_stack_ipv6(c: Cursor, size: int) -> None:
    """The same for IPv6."""
    _label_stack(c, (3, 4))


def _label_stack(c: Cursor, right: tuple[int, int]) -> None:
    kind = c.add(STACK_TYPE)
    if kind not in right:
        c.note(INCORRECT_ADDRESS, STACK_TYPE.name)
    c.add(STACK_ZERO)
    if kind not in STACK_ADDRESSES:
        c.skip(c.left)
        return
    for field in STACK_ADDRESSES[kind]:
        c.add(field)
    _elements(c, "Label Stack Element", STACK_LABEL, STACK_EXP, STACK_BOTTOM, STACK_TTL)
