"""Host Identity Protocol (RFC 7401, section 5.1; version 1: RFC 5201).

    0               8               16              24             32
    +---------------+---------------+-+-------------+-------+-----+-+
    |  Next Header  | Header Length |0| Packet Type |Version| Res.|1|
    +---------------+---------------+-+-------------+-------+-----+-+
    |           Checksum            |           Controls            |
    +-------------------------------+-------------------------------+
    |     Sender's Host Identity Tag, receiver's (16 octets each)   |
    +---------------------------------------------------------------+
    |     Parameters: Type (2), Length (2), value, padding to 8     |

The length counts 8 octets past the first 8.  In UDP four zero octets stand before it, where ESP
would have its SPI (RFC 5770).
"""

from __future__ import annotations

from dissect.engine.checksum import STATUS, Status, checksum, pseudo_header_sum
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, U8, U16, X16
from dissect.protocols.codes.hip import PACKETS, PARAMETERS
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.hip_parameters import READERS

PROTOCOL = 139
UDP_PORT = 10500
ESP = 50
NO_NEXT_HEADER = 59
SHORTEST = 40
"""Octets of a header without parameters."""


class Hip(Header):
    """Up to the checksum, 6 octets; its status is shown before what follows."""

    __hdr__ = (
        ("nxt", "B", NO_NEXT_HEADER), ("len", "B", 4), ("_type", "B", 1), ("_version", "B", 0x21),
        ("sum", "H", 0),
    )  # fmt: skip
    __bit_fields__ = {
        "_type": (("p", 1), ("type", 7)),
        "_version": (("version", 4), ("reserved", 3), ("s", 1)),
    }
    names = (
        F("nxt", "hip.proto", "Payload Protocol", IP_PROTO),
        F("len", "hip.hdr_len", "Header Length"),
        F("p", "hip.shim6_fixed_p", "Header fixed bit P", U8),
        F("type", "hip.packet_type", "Packet Type", U8, PACKETS),
        F("version", "hip.version", "Version", U8),
        F("s", "hip.shim6_fixed_s", "Header fixed bit S", U8, {0: "SHIM6", 1: "HIP"}),
        F("sum", "hip.checksum", "Checksum", X16),
    )


class Tags(Header):
    """Behind the checksum, 34 octets."""

    __hdr__ = (("controls", "H", 0), ("sender", "16s", bytes(16)), ("receiver", "16s", bytes(16)))
    names = (
        F("controls", "hip.controls", "HIP Controls", X16,
          bits=(F("controls", "hip.controls.a", "Anonymous (Sender's HI is anonymous)", BOOL,
                  within=(15, 1), span=(1, 1)),)),
        F("sender", "hip.hit_sndr", "Sender's HIT", BYTES),
        F("receiver", "hip.hit_rcvr", "Receiver's HIT", BYTES),
    )  # fmt: skip


CHECKSUM_STATUS = Field("hip.checksum.status", "Checksum Status", U8, STATUS, generated=True)
PARAMETER = Field("hip.type", "Type", U16, PARAMETERS)
UNKNOWN_DATA = Field("sixscope.hip.parameter", "Data", BYTES)

BAD_CHECKSUM = Note(
    "hip.bad_checksum", Severity.ERROR, Group.CHECKSUM, "Bad checksum", "RFC 7401, section 5.1.1"
)


@dissector(
    "hip", "Host Identity Protocol", "HIP", ip_proto=PROTOCOL, udp_port=UDP_PORT
)  # fmt: skip
def hip(c: Cursor) -> Result:
    """Read the fixed header, verify the checksum, and read the parameters."""
    if c.key == UDP_PORT:
        if c.peek(4) != bytes(4):
            c.protocol("UDP")
            return Next("ip_proto", ESP)
        c.skip(4)
        c.layer.offset = c.pos
        if c.layer.node is not None:
            c.layer.node.offset = c.pos
    head = c.header(Hip)
    size = 8 * head.len + 8
    _verify(c, size)
    c.info("%s", PACKETS.get(head.type, "Unknown"))
    c.header(Tags)
    if size > 40:
        with c.limit(size - 40, because="hip.hdr_len"), c.text("HIP Parameters"):
            while c.more:
                _parameter(c, head.version)
    return ("ip_proto", head.nxt) if c.more and head.nxt != NO_NEXT_HEADER else None


def _verify(c: Cursor, size: int) -> None:
    """Check the checksum; over UDP it is zero and UDP's own counts (RFC 5770)."""
    start = c.layer.offset
    status = Status.UNVERIFIED
    words = "[unverified]"
    if c.key == UDP_PORT:
        right = 0
        good = c.data[start + 4 : start + 6] == bytes(2)
    else:
        if size < SHORTEST or start + size > c.end:  # the length lies
            size = c.end - start
        octets = c.data[start : start + size]
        outer = pseudo_header_sum(c, PROTOCOL, size) if c.facts.version else 0
        right = checksum(octets[:4] + bytes(2) + octets[6:], outer)
        good = not checksum(octets, outer)
    whole = start + size <= len(c.data) and not c.facts.fragment and bool(c.facts.version)
    if c.key == UDP_PORT or whole:
        status = Status.GOOD if good else Status.BAD
        words = "[correct]" if good else f"incorrect, should be 0x{right:04x}"
    if status == Status.BAD:
        c.note(BAD_CHECKSUM, "hip.checksum", f"Bad checksum [should be 0x{right:04x}]")
    if c.at is not None:
        c.node("hip.checksum").suffix = f" {words}"
        c.put(CHECKSUM_STATUS, int(status), start + 4).text = f"Checksum Status: {STATUS[status]}"


def _parameter(c: Cursor, version: int) -> None:
    """One parameter, with the padding that brings it to 8 octets."""
    c.need(4)
    head = c.peek(4)
    kind, length = int.from_bytes(head[:2], "big"), int.from_bytes(head[2:], "big")
    with c.item(PARAMETER, 4 + length, kind, because="hip.type") as node:
        name = PARAMETERS.get(kind, "Unknown")
        node.text = f"{name} (type={kind}, length={length})"
        c.skip(4)
        reader = READERS.get(kind)
        if reader is not None:
            reader(c, version)
        else:
            c.rest(UNKNOWN_DATA)
    c.skip(min(-(4 + length) % 8, c.left))
