"""The frame: what the capture file says about a packet (Wireshark's ``frame`` fields)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field, Node
from dissect.engine.values import (
    BOOL,
    FRAME,
    I8,
    INTERVAL,
    STR,
    TIME,
    U16,
    U32,
    U64,
    X32,
    bytes_count,
)
from dissect.protocols.codes.link_types import ENCAPSULATION

SECTION = Field("frame.section_number", "Section number", U32)
INTERFACE_ID = Field("frame.interface_id", "Interface id", U32)
INTERFACE_NAME = Field("frame.interface_name", "Interface name", STR)
INTERFACE_DESCRIPTION = Field("frame.interface_description", "Interface description", STR)
ENCAP_TYPE = Field("frame.encap_type", "Encapsulation type", U16, dict(ENCAPSULATION.values()))
ARRIVAL = Field("frame.time", "Arrival Time", TIME)
SHIFT = Field("frame.offset_shift", "Time shift for this packet", INTERVAL, generated=True)
EPOCH = Field("frame.time_epoch", "Epoch Time", INTERVAL)
DELTA = Field(
    "frame.time_delta", "Time delta from previous captured frame", INTERVAL, generated=True
)
DELTA_SHOWN = Field(
    "frame.time_delta_displayed", "Time delta from previous displayed frame", INTERVAL,
    generated=True,
)  # fmt: skip
RELATIVE = Field(
    "frame.time_relative", "Time since reference or first frame", INTERVAL, generated=True
)
NUMBER = Field("frame.number", "Frame Number", FRAME)
LENGTH = Field("frame.len", "Frame Length", U32)
CAPTURED = Field("frame.cap_len", "Capture Length", U32)
MARKED = Field("frame.marked", "Frame is marked", BOOL, generated=True)
IGNORED = Field("frame.ignored", "Frame is ignored", BOOL, generated=True)
PROTOCOLS = Field("frame.protocols", "Protocols in frame", STR, generated=True)
SET = ("Not set", "Set")
PACKET_FLAGS = Field(
    "frame.packet_flags", "Packet flags", X32,
    bits=(
        Field("frame.packet_flags_direction", "Direction", X32,
              {0: "Unknown", 1: "Inbound", 2: "Outbound"}, mask=0x3, drawn=(32, 0x3)),
        Field("frame.packet_flags_reception_type", "Reception type", U32,
              {0: "Not specified", 1: "Unicast", 2: "Multicast", 3: "Broadcast", 4: "Promiscuous"},
              mask=0x1C, drawn=(32, 0x1C)),
        Field("frame.packet_flags_fcs_length", "FCS length", U32, mask=0x1E0, drawn=(32, 0x1E0)),
        Field("frame.packet_flags_reserved", "Reserved", U32, mask=0xFE00, drawn=(32, 0xFE00)),
        *(
            Field(f"frame.packet_flags_{name}_error", f"{label} error", BOOL, SET,
                  mask=1 << bit, drawn=(32, 1 << bit))
            for bit, (name, label) in enumerate((
                ("crc", "CRC"), ("packet_too", "Packet too long"),
                ("packet_too_short", "Packet too short"),
                ("wrong_inter_frame_gap", "Wrong interframe gap"),
                ("unaligned_frame", "Unaligned frame"),
                ("start_frame_delimiter", "Start frame delimiter"),
                ("preamble", "Preamble"), ("symbol", "Symbol"),
            ), 24)
        ),
    ),
)  # fmt: skip
P2P_DIRECTION = Field(
    "frame.p2p_dir", "Point-to-Point Direction", I8, {0: "Sent", 1: "Received"}
)  # fmt: skip
SENT, RECEIVED = 2, 1
"""Directions in the flags word (draft-ietf-opsawg-pcapng, section 4.3.1)."""
DROPS = Field("frame.drop_count", "Drop Count", U64)
COMMENT = Field("frame.comment", "Comment", STR)

COMMENTED = Note("frame.comment.expert", Severity.COMMENT, Group.COMMENT, "Packet comment")


def _times(time_ns: int, session: Session) -> tuple[int, int]:
    """Nanoseconds since the first and since the previous packet."""
    first = session.first_time
    if first is None:
        first = session.first_time = time_ns
    previous = session.previous_time
    session.previous_time = time_ns
    return time_ns - first, time_ns - (time_ns if previous is None else previous)


@dissector("frame", "Frame", "FRAME")
def frame(c: Cursor) -> Result:
    """Show what the capture says, and go on by link type."""
    packet = c.packet
    when = packet.time_ns
    times = c.recall(lambda session: _times(when, session)) if when is not None else None
    if c.at is None:
        return _first(packet.link_type)
    c.title(
        "Frame %d: %s on wire (%d bits), %s captured (%d bits)%s", packet.number,
        bytes_count(packet.original), 8 * packet.original,
        bytes_count(len(packet.data)), 8 * len(packet.data), _where(c),
    )  # fmt: skip
    _interface(c)
    if packet.flags is not None:
        c.put(PACKET_FLAGS, packet.flags)
    if packet.link_type in ENCAPSULATION:
        c.put(ENCAP_TYPE, ENCAPSULATION[packet.link_type][0])
    nodes = []
    if when is not None:
        nodes += [Node(ARRIVAL, 0, 0, when), Node(SHIFT, 0, 0, 0), Node(EPOCH, 0, 0, when)]
    if times is not None:
        relative, delta = times
        nodes += [
            Node(DELTA, 0, 0, delta), Node(DELTA_SHOWN, 0, 0, delta), Node(RELATIVE, 0, 0, relative)
        ]  # fmt: skip
    nodes += [
        Node(NUMBER, 0, 0, packet.number),
        _size(LENGTH, packet.original),
        _size(CAPTURED, len(packet.data)),
    ]
    if packet.drops is not None:
        nodes.append(Node(DROPS, 0, 0, packet.drops))
    nodes += [Node(MARKED, 0, 0, False), Node(IGNORED, 0, 0, False), Node(PROTOCOLS, 0, 0, "")]
    c.show(nodes)
    if packet.flags is not None and packet.flags & 3 in (SENT, RECEIVED):
        c.put(P2P_DIRECTION, int(packet.flags & 3 == RECEIVED))
    for comment in packet.comments:
        node = c.put(COMMENT, comment)
        node.text = comment
        c.note(COMMENTED, node, comment)
    c.layer.end = len(packet.data)
    return _first(packet.link_type)


def _first(link_type: int | str) -> Result:
    """The protocol that a frame begins with, by number or by name."""
    return Next(name=link_type) if isinstance(link_type, str) else ("link_type", link_type)


def _size(field: Field, octets: int) -> Node:
    node = Node(field, 0, 0, octets)
    node.suffix = f" bytes ({8 * octets} bits)"
    return node


def _where(c: Cursor) -> str:
    interface = c.packet.interface
    if interface is None:
        return ""
    way = {RECEIVED: " (inbound)", SENT: " (outbound)"}.get((c.packet.flags or 0) & 3, "")
    return f" on interface {interface.name or 'unknown'}, id {interface.id}{way}"


def _interface(c: Cursor) -> None:
    interface = c.packet.interface
    if interface is None:
        return
    c.put(SECTION, interface.section + 1)
    node = c.put(INTERFACE_ID, interface.id)
    name = interface.name or "unknown"
    node.suffix = f" ({name})"
    node.add(Node(INTERFACE_NAME, 0, 0, name))
    if interface.description:
        node.add(Node(INTERFACE_DESCRIPTION, 0, 0, interface.description))
