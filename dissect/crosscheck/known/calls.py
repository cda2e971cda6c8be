"""Where tshark is wrong: SIP, RTP, SNMP."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    DIFFERENT,
    Known,
    chain,
    with_blanks,
)
from dissect.engine.packet import Packet


def raw_lines(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Their text is ours with spaces for line ends and tabs, and maybe more behind it."""
    if ours is None or theirs is None:
        return False
    return theirs[:3] == ours[:3] and theirs.show.startswith(with_blanks(ours.show))


def past_the_frame(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Their field stands behind ours by what is before the first RTCP packet, or more."""
    first = next((layer for layer in packet.layers if layer.name == "rtcp"), None)
    return (
        ours is not None
        and theirs is not None
        and first is not None
        and theirs.offset - ours.offset >= first.offset
    )


def first_of_cycle(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The first packet of a stream that nobody announced; its number is not that of the header."""
    return theirs is not None and theirs.show == "65536" and not packet.fields("rtp.setup")


CALLS: tuple[Known, ...] = (
    Known(
        "rtp.extseq", DIFFERENT, first_of_cycle,
        "the first packet of a stream that was asked for has the extended number 65536, whatever "
        "its own",
        "RFC 3550, appendix A.1", "made in tests/crosscheck",
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":snmp:snmp", ":snmp"),
        "SNMP is named twice; there is one message, and nothing inside it",
        "RFC 3416, section 3",
        "lab/applications.pcapng",
    ),
    Known(
        "sip.msg_hdr", DIFFERENT, raw_lines,
        "line ends are written raw into the file's attribute, where XML makes them spaces, and the "
        "body is shown once more behind the header",
        "RFC 3261, section 7",
        "lab/applications.pcapng",
    ),
    *(
        Known(
            field, DIFFERENT, past_the_frame,
            "behind the first packet of a compound, offsets count what is before it twice",
            "RFC 3550, section 6.1",
            "lab/applications.pcapng",
        )
        for field in ("rtcp.setup", "rtcp.length_check")
    ),
)  # fmt: skip
