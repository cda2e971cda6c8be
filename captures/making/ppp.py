"""PPP: framing, control protocols with each option, authentication, and PPP over Ethernet."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from dissect.capture.write import PcapngWriter
from dissect.protocols.chap import Chap
from dissect.protocols.pap import Pap
from dissect.protocols.ppp_control import Control
from dissect.protocols.pppoe import Pppoe
from making.build import (
    BEGIN,
    HOST4,
    MILLISECOND,
    NO_NEXT,
    OTHER4,
    Commented,
    counting,
    ethernet,
    ipv4,
    option,
    ping,
    write,
)

DISCOVERY, SESSION = 0x8863, 0x8864
IP, IPV6, MPLS, MPLS_MULTICAST = 0x0021, 0x0057, 0x0281, 0x0283
LCP, PAP, CHAP, IPCP, IPV6CP, CCP, MPLSCP, MULTILINK = (
    0xC021, 0xC023, 0xC223, 0x8021, 0x8057, 0x80FD, 0x8281, 0x003D,
)  # fmt: skip
REQUEST = 1
PING = ping()
PACKET4 = ipv4(counting(8), NO_NEXT)
LABEL = struct.pack(">I", 0x600 << 12 | 1 << 8 | 64)


def tlv(kind: int, value: bytes) -> bytes:
    """An option of a control protocol, whose length counts its head."""
    return bytes((kind, 2 + len(value))) + value


def control(code: int, body: bytes, length: int | None = None) -> bytes:
    """A control protocol's message."""
    size = 4 + len(body) if length is None else length
    return bytes(Control(code=code, id=6, len=size)) + body


def ppp(protocol: int, body: bytes) -> bytes:
    """PPP in a PPPoE session in Ethernet."""
    packet = struct.pack(">H", protocol) + body
    return ethernet(bytes(Pppoe(session=0x6006, len=len(packet))) + packet, SESSION)


def asked(protocol: int, options: bytes) -> bytes:
    """A Configure-Request."""
    return ppp(protocol, control(REQUEST, options))


LCP_OPTIONS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\0\0\x5e\1", "Vendor specific, nothing behind its kind"),
    (0, b"\0\0\x5e\1sixscope", "Vendor specific"),
    (1, b"\x05\xd4", "Maximum receive unit"),
    (2, b"\x00\x0a\x00\x11", "Control characters to be escaped"),
    (3, b"\xc0\x23", "Authentication by PAP"),
    (3, b"\xc2\x23\x05", "Authentication by CHAP with MD5"),
    (3, b"\xc2\x23", "Authentication by CHAP without an algorithm"),
    (3, b"\xc2\x27sixscope", "Authentication by EAP, data behind it"),
    (4, b"\xc0\x25\0\0\0\x64", "Link quality reports each second"),
    (4, b"\x12\x34", "Quality by an unknown protocol"),
    (5, b"\x60\x06\0\1", "Magic number"),
    (6, b"\0\0\0\x64", "Link quality monitoring"),
    (7, b"", "Protocol field compression"),
    (8, b"", "Address and control field compression"),
    (9, b"\x05", "FCS alternatives"),
    (10, b"\x08", "Self describing pad"),
    (11, b"\x07", "Numbered mode"),
    (11, b"\x07\3\3", "Numbered mode with an address"),
    (12, counting(6), "Not assigned"),
    (13, b"\x03" + b"+4930", "Callback to a number"),
    (13, b"\x09", "Callback, unknown operation"),
    (15, b"", "Compound frames"),
    (16, b"", "Nominal data encapsulation"),
    (17, b"\x05\xdc", "Multilink MRRU"),
    (18, b"", "Multilink short sequence numbers"),
    (19, b"\0", "Endpoint: none"),
    (19, b"\1" + counting(24), "Endpoint: a local address, too long"),
    (19, b"\2" + HOST4, "Endpoint: IPv4"),
    (19, b"\2\1\2", "Endpoint: IPv4, too short"),
    (19, b"\3\0\0\x5e\0\x53\1", "Endpoint: MAC"),
    (19, b"\3\0\0", "Endpoint: MAC, too short"),
    (19, b"\4" + counting(8), "Endpoint: magic numbers"),
    (19, b"\4" + counting(7), "Endpoint: magic numbers, odd"),
    (19, b"\5" + b"4930123456789012345", "Endpoint: directory number, too long"),
    (19, b"\6" + counting(4), "Endpoint: unknown class"),
    (21, b"\1", "DCE identifier"),
    (22, b"\0\0", "Multilink plus"),
    (23, b"\0\6", "Link discriminator"),
    (24, b"\2\6\6data", "Authentication option"),
    (25, b"\3", "COBS"),
    (27, b"\6\4", "Multilink header format"),
    (28, b"\0\0\0\x6aen-GB", "Internationalization"),
    (29, b"", "SONET/SDH"),
    (99, b"", "Unknown, empty"),
)  # fmt: skip

VAN_JACOBSON, VAN_JACOBSON_TYPO, ROBUST, HEADER = b"\0\x2d", b"\0\x37", b"\0\3", b"\0\x61"
CONTEXTS = struct.pack(">HHHHH", 15, 14, 256, 5, 168)
PROFILES = struct.pack(">HHHH", 0, 1, 2, 3)

IPCP_OPTIONS: tuple[tuple[int, bytes, str], ...] = (
    (1, HOST4 + OTHER4, "Two addresses, deprecated"),
    (2, VAN_JACOBSON + b"\x0f\1", "Van Jacobson"),
    (2, VAN_JACOBSON_TYPO + b"\x0f\0", "Van Jacobson by the number of RFC 1172"),
    (2, VAN_JACOBSON + b"\x0f\1\0", "Van Jacobson with an octet too much"),
    (2, ROBUST + struct.pack(">HHH", 15, 1500, 168), "Robust header compression"),
    (2, ROBUST + struct.pack(">HHH", 15, 0, 168) + tlv(1, PROFILES), "… with profiles"),
    (2, ROBUST + struct.pack(">HHH", 15, 0, 168) + tlv(2, b"\0\1"), "… unknown suboption"),
    (2, HEADER + CONTEXTS, "IP header compression"),
    (2, HEADER + CONTEXTS + tlv(1, b"") + tlv(3, b"\1"), "… with RTP, no TCP"),
    (2, HEADER + CONTEXTS + tlv(2, b"") + tlv(3, b"\2"), "… with enhanced RTP, only TCP"),
    (2, HEADER + CONTEXTS + tlv(1, b"\0\0"), "… a suboption of the wrong size"),
    (2, b"\x12\x34" + counting(4), "Unknown compression"),
    (3, HOST4, "Address"),
    (4, HOST4, "Mobile node's home address"),
    (5, counting(4), "Not assigned"),
    (129, HOST4, "Primary DNS"), (130, HOST4, "Primary NBNS"),
    (131, OTHER4, "Secondary DNS"), (132, OTHER4, "Secondary NBNS"),
)  # fmt: skip

IPV6CP_OPTIONS: tuple[tuple[int, bytes, str], ...] = (
    (1, bytes.fromhex("02005efffe005301"), "Interface identifier"),
    (2, HEADER + CONTEXTS, "IP header compression"),
    (3, counting(4), "Not assigned"),
)

CCP_OPTIONS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\0\0\x5e\1sixscope", "Proprietary"),
    (1, b"", "Predictor 1"), (2, b"\1", "Predictor 2"), (3, b"", "Puddle Jumper"),
    (4, b"", "Not assigned"), (16, counting(3), "Hewlett-Packard"), (17, b"\0\1\4", "Stac"),
    (18, b"\1\0\0\x61", "Microsoft"), (19, b"\1\2\3", "Gandalf"), (19, b"\1", "Gandalf, short"),
    (20, counting(2), "V.42bis"), (21, b"\x2f", "BSD"), (23, b"\0\1\3\1", "LZS-DCP"),
    (24, b"\x65\2", "Magnalink"), (25, b"\2", "DCE"), (26, b"\x78\0", "Deflate"),
    (27, b"\0\0", "V.44, datagrams"), (27, b"\0\1\4\0", "V.44, one size"),
    (27, b"\0\5\4\0\x10\0", "V.44, both sizes"),
)  # fmt: skip


def options() -> Iterator[Commented]:
    """Each option once, in a request."""
    for protocol, name, table in (
        (LCP, "LCP", LCP_OPTIONS), (IPCP, "IPCP", IPCP_OPTIONS),
        (IPV6CP, "IPv6CP", IPV6CP_OPTIONS), (CCP, "CCP", CCP_OPTIONS),
    ):  # fmt: skip
        for kind, value, comment in table:
            yield asked(protocol, tlv(kind, value)), f"{name} {kind}: {comment}"
    yield asked(MPLSCP, b""), "MPLSCP has no options"
    yield asked(MPLSCP, tlv(1, b"\0\6")), "MPLSCP with one"


def messages() -> Iterator[Commented]:
    """Each code, and what is rejected."""
    both = tlv(1, b"\x05\xd4") + tlv(5, b"\x60\x06\0\1")
    for code in range(1, 5):
        yield ppp(LCP, control(code, both)), f"LCP code {code}: options"
    for code in (0, *range(5, 8), *range(9, 12), *range(14, 18)):
        yield ppp(LCP, control(code, counting(12))), f"LCP code {code}"
    yield ppp(LCP, control(5, b"")), "Terminate-Request without a reason"
    yield ppp(LCP, control(12, bytes(4) + b"sixscope")), "Identification"
    yield ppp(LCP, control(13, bytes(4) + struct.pack(">I", 600) + b"bye")), "Time-Remaining"
    yield ppp(CCP, control(14, b"")), "CCP Reset-Request"
    rejected = control(REQUEST, tlv(1, bytes.fromhex("02005efffe005301")))
    for kind, body in ((IPV6CP, rejected), (IP, PACKET4), (IPV6, PING), (0x1235, counting(4))):
        quote = struct.pack(">H", kind) + body
        yield ppp(LCP, control(8, quote)), f"Protocol-Reject of 0x{kind:04x}"
    yield ppp(LCP, control(8, b"\x80\x57")), "Protocol-Reject without the packet"
    yield ppp(LCP, control(8, b"\x80\x57" + rejected[:9])), "… with a part of it"
    yield ppp(IP, PACKET4), "IPv4"
    yield ppp(IPV6, PING), "IPv6"
    yield ppp(MPLS, LABEL + PING), "MPLS (RFC 3032, section 4)"
    yield ppp(MPLS_MULTICAST, LABEL + PING), "MPLS, multicast"
    yield ppp(0x1235, counting(4)), "A protocol without a name"


def pap(code: int, body: bytes, length: int | None = None) -> bytes:
    """A message of the Password Authentication Protocol."""
    size = 4 + len(body) if length is None else length
    return ppp(PAP, bytes(Pap(code=code, id=6, len=size)) + body)


def chap(code: int, body: bytes, length: int | None = None) -> bytes:
    """A message of the Challenge Handshake Authentication Protocol."""
    size = 4 + len(body) if length is None else length
    return ppp(CHAP, bytes(Chap(code=code, id=6, len=size)) + body)


def authentication() -> Iterator[Commented]:
    """PAP and CHAP, valid and broken."""
    yield pap(1, b"\4user\6secret"), "Who, and the password"
    yield pap(1, b"\0\0"), "Empty names"
    yield pap(2, b"\5hello"), "Accepted"
    yield pap(3, b"\0"), "Not accepted, without words"
    yield pap(2, b"\2ok" + bytes(3), 7), "Padding behind it"
    yield pap(9, b"abc"), "An unknown code"
    yield pap(3, b""), "No message, not even an empty one"
    yield pap(1, b"\x20user"), "A name past the end"
    yield pap(1, b"\4user\x20se"), "A password past the end"
    yield chap(1, b"\x10" + counting(16) + b"router"), "Challenge"
    yield chap(2, b"\x10" + counting(16) + b"user"), "Response"
    yield chap(2, b"\x31" + counting(49) + b"user"), "Response of MS-CHAP"
    yield chap(3, b"welcome"), "Success"
    yield chap(4, b""), "Failure without words"
    yield chap(1, b"\0name"), "An empty challenge"
    yield chap(1, b"\2ab"), "A challenge without a name"
    yield chap(1, b""), "Nothing behind the header"
    yield chap(5, b"abc"), "An unknown code"
    yield chap(1, b"\x20ab"), "A value past the end"
    yield chap(3, b"hi", 30), "A length past the end"


def broken() -> Iterator[Commented]:
    """Options and lengths that lie."""
    unit = tlv(1, b"\x05\xd4")
    yield asked(LCP, unit + b"\5\x16\1"), "An option past the end"
    yield asked(LCP, unit + b"\5\1\1"), "An option of length 1"
    yield asked(LCP, unit + b"\x77\0"), "An unknown option of length 0"
    yield asked(LCP, unit + b"\5"), "An option of one octet"
    yield asked(LCP, tlv(1, b"\x05") + tlv(5, b"\1\2\3\4")), "An option too short for its value"
    yield asked(LCP, tlv(1, b"\x05\xd4\0")), "… too long"
    yield asked(LCP, tlv(0, b"\0\0")), "Vendor specific without a kind"
    yield asked(LCP, tlv(24, b"\1")), "An identification past its option"
    yield asked(IPCP, tlv(2, b"\0")), "Half a compression protocol"
    yield asked(IPCP, tlv(2, VAN_JACOBSON + b"\x0f")), "Van Jacobson, too short"
    yield asked(IPCP, tlv(2, HEADER + CONTEXTS[:4])), "IP header compression, too short"
    yield asked(IPV6CP, tlv(1, b"\1\2")), "An interface identifier of two octets"
    yield asked(CCP, tlv(17, b"\0")), "Stac, too short"
    yield ppp(LCP, control(REQUEST, unit, 20)), "A message past the end"
    yield ppp(LCP, control(REQUEST, unit, 2)), "A message shorter than its header"
    yield ppp(LCP, control(REQUEST, unit) + bytes(6)), "Padding behind a message"
    for protocol in (0x0800, 0x86DD):
        yield ppp(protocol, counting(4)), f"An EtherType for a protocol: 0x{protocol:04x}"
    yield ppp(LCP, control(9, bytes(4), 0)), "A message of length 0"
    yield ppp(LCP, control(9, b"\1\2")), "Half a magic number"
    yield ppp(LCP, control(8, b"\1")), "Half a rejected protocol"
    yield ppp(LCP, control(1, b"")[:3]), "Three octets of a header"


def tag(kind: int, value: bytes, length: int | None = None) -> bytes:
    """A tag of PPPoE discovery."""
    return struct.pack(">HH", kind, len(value) if length is None else length) + value


def discovery(code: int, tags: bytes, length: int | None = None, session: int = 0) -> bytes:
    """A discovery packet."""
    size = len(tags) if length is None else length
    return ethernet(bytes(Pppoe(code=code, session=session, len=size)) + tags, DISCOVERY)


BROADBAND = struct.pack(">I", 3561)
UNIQUE = tag(0x0103, b"\x60\x06")


def pppoe() -> Iterator[Commented]:
    """Discovery with each tag, session packets."""
    yield discovery(0x09, tag(0x0101, b"") + UNIQUE), "PADI"
    yield discovery(0x07, tag(0x0102, b"ac.example") + UNIQUE + tag(0x0104, counting(8))), "PADO"
    yield discovery(0x19, tag(0x0101, b"sixscope") + UNIQUE), "PADR"
    yield discovery(0x65, tag(0x0101, b"") + UNIQUE, session=0x6006), "PADS"
    yield discovery(0xA7, tag(0x0203, b"bye"), session=0x6006), "PADT"
    for code in (0x0A, 0x0B, 0x0C, 0xD3, 0xD4, 0x01):
        yield discovery(code, UNIQUE), f"Code 0x{code:02x}"
    for kind in (0x0102, 0x0104, *range(0x0110, 0x0113), 0x0120, 0x0121, *range(0x0201, 0x0204)):
        yield discovery(0x07, tag(kind, b"sixscope") + UNIQUE), f"Tag 0x{kind:04x}"
        yield discovery(0x07, tag(kind, b"") + UNIQUE), f"Tag 0x{kind:04x}, empty"
    yield discovery(0x07, tag(0x0666, b"sixscope") + UNIQUE), "A tag without a name"
    yield discovery(0x07, tag(0x0666, b"") + UNIQUE), "… empty"
    yield discovery(0x07, tag(0, b"") + UNIQUE), "Tags behind the end of the list"
    yield discovery(0x09, tag(0x0105, struct.pack(">I", 9) + b"abcd")), "Another vendor"
    yield discovery(0x09, tag(0x0105, b"\0\0")), "Half a vendor's number"
    names = option(1, b"eth 1/2:6") + option(2, b"line 6") + option(0x77, b"abc")
    yield discovery(0x09, tag(0x0105, BROADBAND + names)), "Broadband Forum: circuit, line"
    rates = b"".join(option(kind, struct.pack(">I", 1000 * kind)) for kind in range(0x81, 0x8F))
    yield discovery(0x09, tag(0x0105, BROADBAND + rates)), "… rates and delays"
    yield discovery(0x09, tag(0x0105, BROADBAND + option(0x90, b"\1\2\0"))), "… encapsulation"
    yield discovery(0x09, tag(0x0105, BROADBAND + option(0x81, b"\1"))), "… a rate of one octet"
    yield discovery(0x09, tag(0x0105, BROADBAND)), "… nothing"
    yield discovery(0x0A, tag(0x0106, b"\0\6\0\7") + tag(0x0108, b"\0\1")), "Credits (RFC 5578)"
    yield discovery(0x0A, tag(0x0106, b"\0\6")), "Credits, too short"
    metrics = struct.pack(">HBBHHH", 0x000B, 99, 88, 5, 100, 1000)
    yield discovery(0x0C, tag(0x0107, metrics) + tag(0x0109, b"\0\x40")), "Metrics, scale"
    yield discovery(0x0C, tag(0x0107, metrics[:4])), "Metrics, too short"
    yield discovery(0x0B, tag(0x0108, b"\1") + UNIQUE), "A sequence number of one octet"
    yield discovery(0x07, tag(0x0103, b"\x60\x06"), 3), "A tag past the payload"
    yield discovery(0x07, b"", 0), "No tags"
    yield discovery(0x07, UNIQUE) + bytes(34), "Padding"
    yield ppp(IPV6, PING), "Session: IPv6"
    yield ppp(IPV6, PING) + bytes(4), "… a frame check sequence behind it"
    wrong = ppp(IPV6, PING)
    yield wrong[:18] + b"\0\x20" + wrong[20:], "A payload length shorter than the packet"
    yield wrong[:18] + b"\0\xff" + wrong[20:], "… longer"


def frames(path: Path) -> None:
    """PPP as a link layer: with address and control, without, compressed protocol numbers."""
    lcp = struct.pack(">H", LCP) + control(9, bytes(4))
    with path.open("wb") as stream:
        file = PcapngWriter(stream)
        file.interface(9, name="ppp0")
        cases = (
            (b"\xff\x03" + lcp, "Address and control"),
            (lcp, "Without them"),
            (b"\xff\x03\x00\x57" + PING, "IPv6"),
            (b"\x57" + PING, "A protocol number of one octet"),
            (b"\xff\x03\x21" + PACKET4, "… behind address and control"),
            (b"\x0f\0\x86\xdd" + PING, "Cisco HDLC instead"),
            (b"\xff", "An octet"),
            (b"\xff\x03\0", "Half a protocol number"),
        )
        for index, (frame, comment) in enumerate(cases):
            file.packet(frame, BEGIN + index * MILLISECOND, comment=comment)


INSIDE = struct.pack(">H", IPV6) + PING
FIRST, LAST = 0x80, 0x40


def fragment(flags: int, number: int, octets: bytes) -> bytes:
    """A fragment of multilink."""
    return ppp(MULTILINK, struct.pack(">I", flags << 24 | number) + octets)


def fragments(number: int, *ends: int, kind: int = 0) -> list[bytes]:
    """A packet in fragments that end there, from a number on."""
    starts = (0, *ends)
    parts = [INSIDE[start:end] for start, end in zip(starts, (*ends, None), strict=True)]
    last = len(parts) - 1
    return [
        fragment(kind | FIRST * (at == 0) | LAST * (at == last), (number + at) % (1 << 24), part)
        for at, part in enumerate(parts)
    ]


def multilink() -> Iterator[Commented]:
    """Fragments in order and not, of several classes, lost, twice, at the end of the numbers."""
    for flags, comment in (
        (0, "In one piece"),
        (0x14, "… of class 5"),
        (3, "… with reserved bits"),
    ):
        yield fragment(FIRST | LAST | flags, 1, INSIDE), comment
    within = struct.pack(">HI", MULTILINK, (FIRST | LAST) << 24 | 1) + INSIDE
    yield fragment(FIRST | LAST, 2, within), "In each other"
    yield fragment(FIRST | LAST, 3, struct.pack(">H", LCP) + control(9, bytes(4))), "LCP inside"
    yield fragment(FIRST | LAST, 4, struct.pack(">H", 0x1235) + b"abc"), "An unknown protocol"
    yield fragment(FIRST | LAST, 5, b""), "Empty"
    yield fragment(FIRST | LAST, 6, b"")[:-2], "Half a number"
    yield fragment(FIRST | LAST, 6, b"")[:-4], "Nothing"
    for part in fragments(10, 20):
        yield part, "In two"
    for part in fragments(20, 8, 16, 24, 32, 40):
        yield part, "In six"
    for part in reversed(fragments(30, 20, 30)):
        yield part, "In three, the last one first"
    for pair in zip(fragments(40, 20), fragments(40, 30, kind=4), strict=True):
        for part in pair:
            yield part, "Two classes with the same numbers"
    first, second, _, fourth = fragments(50, 10, 20, 30)
    for part in (first, second, fourth):
        yield part, "One is lost"
    first, second, third = fragments(60, 20, 40)
    for part in (first, first, second, second, third, third):
        yield part, "Each comes twice"
    first, second = fragments(70, 20)
    for part in (first, fragment(FIRST, 70, counting(20)), second):
        yield part, "One comes again with other octets"
    for part in fragments(80, 8, 16, 24, 32, 40, 48):
        yield part, "In seven"
    for part in fragments((1 << 24) - 1, 20):
        yield part, "The numbers begin again"
    for part in fragments(90, 20, 20):
        yield part, "The second of three is empty"


def short_multilink() -> Iterator[Commented]:
    """Fragments with numbers of 12 bits (RFC 1990, figure 3), which nothing in them tells."""

    def short(flags: int, number: int, octets: bytes) -> bytes:
        return ppp(MULTILINK, struct.pack(">H", flags << 8 | number) + octets)

    one, two, three = INSIDE[:20], INSIDE[20:40], INSIDE[40:]
    yield short(FIRST | LAST, 1, INSIDE), "In one piece"
    yield short(FIRST | LAST | 0x30, 1, INSIDE), "… of class 3"
    for part in (short(LAST, 12, three), short(0, 11, two), short(FIRST, 10, one)):
        yield part, "In three, the last one first"
    for number, octets, last in ((20, one, 0), (21, INSIDE[20:], LAST)):
        for kind in (0, 0x10):
            yield short(kind | (last or FIRST), number, octets), "Two classes with the same numbers"
    yield short(FIRST, 0xFFF, one), "The numbers begin again"
    yield short(LAST, 0, INSIDE[20:]), "The numbers begin again"
    yield short(FIRST, 30, one), "The second of three is lost"
    yield short(LAST, 32, three), "The second of three is lost"
    yield short(FIRST | LAST, 40, b""), "Empty"
    yield short(FIRST, 41, b"")[:-1], "Half a number"
    yield short(FIRST, 41, b"")[:-2], "Nothing"


FILES = {
    "ppp_multilink_short.pcapng": lambda path: write(path, short_multilink()),
    "ppp_multilink.pcapng": lambda path: write(path, multilink()),
    "ppp.pcapng": lambda path: write(path, (*options(), *messages(), *authentication())),
    "ppp_broken.pcapng": lambda path: write(path, broken()),
    "ppp_frames.pcapng": frames,
    "pppoe.pcapng": lambda path: write(path, pppoe()),
}
