"""Where tshark is wrong: capture files."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    DIFFERENT,
    Known,
)
from dissect.engine.packet import Packet


def later_section(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet's interface is described in a section that isn't the file's first."""
    return packet.interface is not None and packet.interface.section > 0


CAPTURE: tuple[Known, ...] = (
    Known(
        "frame.interface_*", DIFFERENT, later_section,
        "interfaces of later sections get the first section's numbers and names; we number them "
        "over the whole file",
        "draft-ietf-opsawg-pcapng, section 4.2", "pcapng_sections.pcapng",
    ),
)  # fmt: skip
