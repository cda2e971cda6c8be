"""Open Shortest Path First, versions 2 (RFC 2328) and 3 (RFC 5340).

A packet is a header (``header``), one of five bodies (``hello``, ``database``), and behind it what
its options promise (``lls``).  Bodies hold link state advertisements (``lsa_v2``, ``lsa_v3``,
``extended``), of which opaque ones hold TLVs (``te``, ``router_information``, ``segments``,
``grace``).
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES
from dissect.protocols.ospf.codes import PACKETS
from dissect.protocols.ospf.common import Speaker
from dissect.protocols.ospf.database import (
    read_acknowledgement,
    read_description,
    read_request,
    read_update,
)
from dissect.protocols.ospf.header import HEADER_SIZE, OSPF_PROTO, read_header
from dissect.protocols.ospf.hello import read_hello
from dissect.protocols.ospf.lls import read_signalling, read_trailer

BODIES: dict[int, Callable[[Cursor, Speaker], None]] = {
    1: read_hello, 2: read_description, 3: read_request, 4: read_update, 5: read_acknowledgement,
}  # fmt: skip
SHORT = Note(
    "sixscope.ospf.packet_length", Severity.ERROR, Group.MALFORMED,
    "Packet shorter than its header", "RFC 5340, appendix A.3.1",
)  # fmt: skip
BEHIND = Field("sixscope.ospf.behind", "Behind the packet", BYTES)


@dissector("ospf", "Open Shortest Path First", "OSPF", ip_proto=OSPF_PROTO)
def ospf(c: Cursor) -> Result:
    """Read the header, the body, and what is behind it."""
    first = c.peek(2)
    kind = first[1] if len(first) == 2 else 0
    c.info("%s", PACKETS.get(kind) or f"Unknown ({kind})")
    version = first[0] if first else 0
    head, speaker, digest = read_header(c, version)
    if version not in HEADER_SIZE:
        c.rest(BEHIND)
        return None
    reader = BODIES.get(kind)
    if reader is None:
        return Next(name="data") if c.more else None
    size = head.length - HEADER_SIZE[version]
    if size < 0:
        c.note(SHORT, "ospf.packet_length", f"Packet length {head.length}")
        size = c.left
    with c.limit(size, because="ospf.packet_length"):
        reader(c, speaker)
    c.skip(digest)
    if speaker.signalling:
        read_signalling(c, version)
    if speaker.authenticated:
        read_trailer(c)
    c.rest(BEHIND)
    return None
