"""RTP Control Protocol (RFC 3550, section 6): several packets in one datagram, each with its head.

0                   8               16                              32
+---+-+-------------+---------------+-------------------------------+
| V |P| Count / FMT |  Packet type  |   Length in words, less one   |
+---+-+-------------+---------------+-------------------------------+
|                     Synchronization Source                        |
+-------------------------------------------------------------------+
|  what the packet type says
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dissect.engine.cursor import Cursor
from dissect.engine.looks import Looks
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, heuristic
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, DX32, FRAME, STR, TIME, U8, U16, U32, XD32
from dissect.protocols.codes.ntp import ntp_time
from dissect.protocols.rtcp_feedback import media_feedback, transport_feedback
from dissect.protocols.rtcp_xr import SOURCE, extended_report
from dissect.protocols.rtp_streams import METHOD, media_of

VERSION = 2
VERSIONS = {2: "RFC 1889 Version", 0: "Old VAT Version", 1: "First Draft Version"}
SR, RR, SDES, BYE, APP, RTPFB, PSFB, XR = range(200, 208)
FIR, NACK, JITTER = 192, 193, 195
TYPES = {
    SR: "Sender Report", RR: "Receiver Report", SDES: "Source description", BYE: "Goodbye",
    APP: "Application specific", RTPFB: "Generic RTP Feedback", PSFB: "Payload-specific Feedback",
    XR: "Extended report (RFC 3611)", 208: "AVB RTCP packet (IEEE1733)",
    209: "Receiver Summary Information", 210: "Port Mapping",
    FIR: "Full Intra-frame Request (H.261)", NACK: "Negative Acknowledgement (H.261)",
    194: "SMPTE time-code mapping", JITTER: "Extended inter-arrival jitter report",
}  # fmt: skip
ITEMS = {
    0: "END", 1: "CNAME (user and domain)", 2: "NAME (common name)", 3: "EMAIL (e-mail address)",
    4: "PHONE (phone number)", 5: "LOC (geographic location)",
    6: "TOOL (name/version of source app)", 7: "NOTE (note about source)",
    8: "PRIV (private extensions)", 9: "H323-CADDR (H.323 callable address)",
    10: "Application Specific Identifier",
}  # fmt: skip
END_ITEM, PRIVATE_ITEM = 0, 8
EXTENSIONS = {
    1: "MS - Estimated Bandwidth", 4: "MS - Packet Loss Notification",
    5: "MS - Video Preference", 6: "MS - Padding", 7: "MS - Policy Server Bandwidth",
    8: "MS - TURN Server Bandwidth", 9: "MS - Audio Healer Metrics",
    10: "MS - Receiver-side Bandwidth Limit", 11: "MS - Packet Train Packet",
    12: "MS - Peer Info Exchange", 13: "MS - Network Congestion Notification",
    14: "MS - Modality Send Bandwidth Limit",
}  # fmt: skip

SETUP = Field("rtcp.setup", "Stream setup", STR, generated=True)
SETUP_FRAME = Field("rtcp.setup-frame", "Setup frame", FRAME, generated=True)
SETUP_METHOD = Field("rtcp.setup-method", "Setup Method", STR, generated=True)

VERSION_BITS = Field("rtcp.version", "Version", U8, VERSIONS, mask=0xC0)
PADDING_BIT = Field("rtcp.padding", "Padding", BOOL, mask=0x20)
REPORTS = Field("rtcp.rc", "Reception report count", U8, mask=0x1F)
SOURCES = Field("rtcp.sc", "Source count", U8, mask=0x1F)
SUBTYPE = Field("rtcp.app.subtype", "Subtype", U8, mask=0x1F)
TRANSPORT_FORMAT = Field(
    "rtcp.rtpfb.fmt", "RTCP Feedback message type (FMT)", U8,
    {
        1: "Generic negative acknowledgement (NACK)",
        3: "Temporary Maximum Media Stream Bit Rate Request (TMMBR)",
        4: "Temporary Maximum Media Stream Bit Rate Notification (TMMBN)",
        15: "Transport-wide Congestion Control (Transport-cc)",
        31: "Reserved for future extensions",
    }, mask=0x1F,
)  # fmt: skip
MEDIA_FORMAT = Field(
    "rtcp.psfb.fmt", "RTCP Feedback message type (FMT)", U8,
    {
        1: "Picture Loss Indication", 2: "Slice Loss Indication",
        3: "Reference Picture Selection Indication", 4: "Full Intra Request (FIR) Command",
        5: "Temporal-Spatial Trade-off Request (TSTR)",
        6: "Temporal-Spatial Trade-off Notification (TSTN)",
        7: "Video Back Channel Message (VBCM)", 15: "Application Layer Feedback",
        31: "Reserved for future extensions",
    }, mask=0x1F,
)  # fmt: skip
TYPE = Field("rtcp.pt", "Packet type", U8, TYPES)
LENGTH = Field("rtcp.length", "Length", U16)
SENDER = Field("rtcp.senderssrc", "Sender SSRC", XD32)

NTP_HIGH = Field("rtcp.timestamp.ntp.msw", "Timestamp, MSW", DX32)
NTP_LOW = Field("rtcp.timestamp.ntp.lsw", "Timestamp, LSW", DX32)
NTP = Field("rtcp.timestamp.ntp", "MSW and LSW as NTP timestamp", TIME, generated=True)
RTP_TIME = Field("rtcp.timestamp.rtp", "RTP timestamp", U32)
PACKETS = Field("rtcp.sender.packetcount", "Sender's packet count", U32)
OCTETS = Field("rtcp.sender.octetcount", "Sender's octet count", U32)

FRACTION = Field("rtcp.ssrc.fraction", "Fraction lost", U8, unit=" / 256")
LOST = Field(
    "rtcp.ssrc.cum_nr", "Cumulative number of packets lost", U32,
    convert=lambda lost: lost - (1 << 24) if lost >> 23 else lost,
)  # fmt: skip
HIGHEST = Field("rtcp.ssrc.ext_high", "Extended highest sequence number received", U32)
CYCLES = Field("rtcp.ssrc.high_cycles", "Sequence number cycles count", U16)
HIGH = Field("rtcp.ssrc.high_seq", "Highest sequence number received", U16)
REPORT_JITTER = Field("rtcp.ssrc.jitter", "Interarrival jitter", U32)
LAST_SR = Field("rtcp.ssrc.lsr", "Last SR timestamp", DX32)
DELAY = Field("rtcp.ssrc.dlsr", "Delay since last SR timestamp", U32)
EXTENSION_TYPE = Field("rtcp.profile-specific-extension.type", "Extension Type", U16, EXTENSIONS)
EXTENSION_LENGTH = Field("rtcp.profile-specific-extension.length", "Extension Length", U16)
EXTENSION = Field("rtcp.profile-specific-extension", "Profile-specific extension", BYTES)

ITEM_TYPE = Field("rtcp.sdes.type", "Type", U8, ITEMS)
ITEM_LENGTH = Field("rtcp.sdes.length", "Length", U8)
ITEM_TEXT = Field("rtcp.sdes.text", "Text", STR)
PREFIX_LENGTH = Field("rtcp.sdes.prefix.length", "Prefix length", U8)
PREFIX = Field("rtcp.sdes.prefix.string", "Prefix string", STR)
NAME = Field("rtcp.app.name", "Name (ASCII)", STR, convert=lambda name: name.split("\0")[0])
DATA = Field("rtcp.app.data", "Application specific data", BYTES)
DATA_TEXT = Field("rtcp.app.data_str", "Application specific data", STR)
NACK_FIRST = Field("rtcp.nack.fsn", "First sequence number", U16)
NACK_MASK = Field("rtcp.nack.blp", "Bitmask of following lost packets", U16)
ENCRYPTED = Field("rtcp.encrypted", "Encrypted data", BYTES)
PADDING = Field("rtcp.padding.data", "Padding data", BYTES)
PADDING_COUNT = Field("rtcp.padding.count", "Padding count", U8)
LENGTH_CHECK = Field("rtcp.length_check", "RTCP frame length check", BOOL, generated=True)

NOT_FINAL_PADDING = Note(
    "rtcp.not_final_padding", Severity.WARNING, Group.PROTOCOL,
    "Padding flag set on not final packet (see RFC3550, section 6.4.1)",
    "RFC 3550, section 6.4.1",
)  # fmt: skip
BAD_PADDING = Note(
    "sixscope.rtcp.padding", Severity.ERROR, Group.MALFORMED,
    "The padding count is zero or more than there is", "RFC 3550, section 6.4.1",
)  # fmt: skip
NOT_PADDED = Note(
    "rtcp.bye_reason_not_padded", Severity.WARNING, Group.MALFORMED,
    "Reason string is not NULL padded (see RFC3550, section 6.6)", "RFC 3550, section 6.6",
)  # fmt: skip

STARTS = frozenset((SR, RR, BYE, APP, PSFB))
"""What a datagram begins with that looks like RTCP on no known port."""


def looks_like_rtcp(c: Cursor) -> bool:
    """The version, a packet type to begin with, and whole words."""
    start = c.peek(2)
    return len(start) == 2 and start[0] >> 6 == VERSION and start[1] in STARTS and not c.left % 4


LOOKS = Looks(
    tuple(((VERSION << 6, VERSION << 6 | 63), (start, start)) for start in sorted(STARTS)), least=2
)
heuristic("udp", "rtcp", looks_like_rtcp, LOOKS)


class Compound(NamedTuple):
    """Where the datagram's first packet stands, and what is known of its stream."""

    start: int
    frame: int
    secure: bool


@dissector("rtcp", "Real-time Transport Control Protocol", "RTCP")
def rtcp(c: Cursor) -> Result:
    """Read one packet of the compound, and go on with the one behind it."""
    start, compound = c.pos, c.context
    first = c.peek(1)
    if compound is None:
        if first and first[0] >> 6 != VERSION:
            c.info("Unknown RTCP version %d", first[0] >> 6)
            c.peek_add(VERSION_BITS)
            return Next(name="data", start=start)
        c.info("")
        known = c.recall(lambda session: _announced(c), quoted=True)
        compound = Compound(start, *(known or (0, False)))
    if compound.secure:
        c.protocol("SRTCP")
    size = _packet(c, compound)
    if c.left >= 4 and not compound.secure:
        return Next(name="rtcp", continues=True, context=compound)
    total = start + size - compound.start
    c.put(LENGTH_CHECK, 1, start).text = f"RTCP frame length check: OK - {total} bytes"
    return None


def _announced(c: Cursor) -> tuple[int, bool] | None:
    media = media_of(c)
    return (media.frame, media.secure) if media is not None else None


def _packet(c: Cursor, compound: Compound) -> int:
    """Read a packet, hand back its size."""
    start = c.pos
    _setup(c, compound)
    c.need(4)
    kind = c.data[start + 1]
    name = TYPES.get(kind, "Unknown")
    c.title("Real-time Transport Control Protocol (%s)", name)
    c.info_add("%s   ", name)
    c.peek_add(VERSION_BITS)
    padded = c.peek_add(PADDING_BIT)
    count = c.add(COUNTS[kind]) if kind in COUNTS else c.uint(1) & 0x1F
    c.add(TYPE)
    words = c.add(LENGTH)
    size: int = 4 * words + 4
    c.last.suffix = f" ({size} bytes)"
    final = start + size >= c.end
    with c.limit(size - 4, "rtcp.length"):
        padding = _padding(c, final=final) if padded else 0
        with c.limit(c.left - padding, "rtcp.padding"):
            if compound.secure:
                c.add(SENDER)
                c.rest(ENCRYPTED)
            elif kind in READERS:
                READERS[kind](c, count)
            c.skip(c.left)
        if padding:
            c.add(PADDING, padding - 1) if padding > 1 else None
            c.add(PADDING_COUNT)
    return size


def _setup(c: Cursor, compound: Compound) -> None:
    if compound.frame and c.at is not None:
        with c.item(SETUP, 0, "") as node:
            node.text = f"Stream setup by {METHOD} (frame {compound.frame})"
            c.put(SETUP_FRAME, compound.frame, compound.start)
            c.put(SETUP_METHOD, METHOD, compound.start)


def _padding(c: Cursor, *, final: bool) -> int:
    """Octets of padding, as the last one says; only the last packet of a compound has them."""
    if c.cut or not c.left:
        return 0
    if not final:
        c.note(NOT_FINAL_PADDING, "rtcp.padding")
    count: int = c.data[c.end - 1]
    if not 0 < count <= c.left:
        c.note(BAD_PADDING, "rtcp.padding")
        return 0
    return count


def _sender_report(c: Cursor, count: int) -> None:
    c.add(SENDER)
    moment = c.peek(8)
    c.add(NTP_HIGH)
    c.add(NTP_LOW)
    c.put(NTP, ntp_time(moment), c.pos - 8, 8)
    c.add(RTP_TIME)
    c.add(PACKETS)
    c.add(OCTETS)
    _reports(c, count)


def _receiver_report(c: Cursor, count: int) -> None:
    c.add(SENDER)
    _reports(c, count)


def _reports(c: Cursor, count: int) -> None:
    """The report blocks, and what a profile may put behind them."""
    for index in range(count):
        with c.text(f"Source {index + 1}"):
            c.add(SOURCE)
            with c.text("SSRC contents"):
                c.add(FRACTION)
                c.add(LOST, 3)
            with c.item(HIGHEST) as node:
                cycles, highest = c.uint(2), c.uint(2)
                node.value = cycles << 16 | highest
                c.put(CYCLES, cycles, c.pos - 4, 2)
                c.put(HIGH, highest, c.pos - 2, 2)
            c.add(REPORT_JITTER)
            c.add(LAST_SR)
            delay = c.add(DELAY)
            c.last.suffix = f" ({1000 * delay >> 16} milliseconds)"
    if c.more:
        c.info_add("(")
        while c.more:
            _profile_extension(c)
        c.info_add(")  ")


def _profile_extension(c: Cursor) -> None:
    size = max(int.from_bytes(c.peek(2, 2), "big"), 4)
    c.need(size)
    with c.text("") as node:
        kind = c.add(EXTENSION_TYPE)
        name = EXTENSIONS.get(kind, "Unknown")
        node.text = f"Payload Specific Extension ({name})"
        c.info_add("PSE:%s  ", name)
        c.add(EXTENSION_LENGTH)
        c.add(EXTENSION, size - 4)


def _descriptions(c: Cursor, count: int) -> None:
    """Chunks of items about one source each, padded to whole words."""
    for index in range(count):
        start = c.pos
        with c.text("") as node:
            source = c.add(SOURCE)
            node.text = f"Chunk {index + 1}, SSRC/CSRC 0x{source:X}"
            with c.text("SDES items"):
                while _description(c):
                    pass
            c.skip(min(-(c.pos - start) % 4, c.left))


def _description(c: Cursor) -> bool:
    kind = c.add(ITEM_TYPE)
    if kind == END_ITEM:
        return False
    size = c.add(ITEM_LENGTH)
    with c.limit(size, "rtcp.sdes.length"):
        if kind == PRIVATE_ITEM and size:
            prefix = c.add(PREFIX_LENGTH)
            c.add(PREFIX, prefix)
        if c.more:
            c.add(ITEM_TEXT, c.left)
    return c.more


def _goodbye(c: Cursor, count: int) -> None:
    for _ in range(count):
        c.add(SOURCE)
    if c.more:
        size = c.add(ITEM_LENGTH)
        c.add(ITEM_TEXT, size)
        if c.peek(c.left).strip(b"\0"):
            c.note(NOT_PADDED, "rtcp.sdes.text")


def _application(c: Cursor, count: int) -> None:
    c.add(SOURCE)
    name = c.add(NAME, 4)
    c.info_add("( %s ) subtype=%d", name, count)
    data = c.peek(c.left)
    text = all(32 <= octet < 127 for octet in data)
    c.add(DATA_TEXT if text else DATA, c.left)


def _source(c: Cursor, count: int) -> None:
    c.add(SOURCE)


def _negative_acknowledgement(c: Cursor, count: int) -> None:
    c.add(SOURCE)
    c.add(NACK_FIRST)
    c.add(NACK_MASK)


def _jitters(c: Cursor, count: int) -> None:
    for _ in range(count):
        c.add(REPORT_JITTER)


COUNTS = {
    SR: REPORTS, RR: REPORTS, JITTER: REPORTS, FIR: REPORTS, NACK: REPORTS,
    SDES: SOURCES, BYE: SOURCES, APP: SUBTYPE, 208: SUBTYPE, 210: SUBTYPE,
    RTPFB: TRANSPORT_FORMAT, PSFB: MEDIA_FORMAT,
}  # fmt: skip
"""What the five bits behind the padding bit are."""

READERS: dict[int, Callable[[Cursor, int], None]] = {
    SR: _sender_report, RR: _receiver_report, SDES: _descriptions, BYE: _goodbye,
    APP: _application, RTPFB: transport_feedback, PSFB: media_feedback, XR: extended_report,
    FIR: _source, NACK: _negative_acknowledgement, JITTER: _jitters,
    208: _source, 209: _source, 210: _source,
}  # fmt: skip
