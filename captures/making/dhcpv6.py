"""DHCPv6: every message and option, with lengths that fit and that don't, and over TCP."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import ip_address

from dissect.protocols.dhcpv6.codes import MESSAGES, OPTIONS
from making.build import (
    ACK,
    HOST_LOCAL,
    HOST_MAC,
    PSH,
    TCP_PROTO,
    UDP_PROTO,
    ethernet,
    ipv6,
    multicast_mac,
    write,
)
from making.build import tcp as segment
from making.build import udp as datagram

h = bytes.fromhex
Case = tuple[bytes, str]
"""A message, and what it is for."""

CLIENT, SERVER = 546, 547


def ip(text: str) -> bytes:
    """An address in its octets."""
    return ip_address(text).packed


def opt(code: int, value: bytes = b"", length: int | None = None) -> bytes:
    """An option; ``length``: what it says instead of its true length."""
    return struct.pack(">HH", code, len(value) if length is None else length) + value


def sized(value: bytes) -> bytes:
    """Octets behind their length in two octets."""
    return struct.pack(">H", len(value)) + value


def name(text: str) -> bytes:
    """A domain name; a dot at its end ends it, else it is a partial one."""
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(x)]) + x for x in labels) + b"\0" * text.endswith(".")


def msg(kind: int, *options: bytes) -> bytes:
    """A message of a client or server."""
    return bytes([kind]) + h("123456") + b"".join(options)


def relay(kind: int, hops: int, *options: bytes) -> bytes:
    """A message of a relay agent."""
    return bytes([kind, hops]) + ip("2001:db8::1") + ip("fe80::9") + b"".join(options)


def relayed(message: bytes, *hops: int, kind: int = 12) -> bytes:
    """A message passed on by relay agents, the innermost first."""
    for count in hops:
        message = relay(kind, count, opt(9, message))
    return message


def bulk(kind: int, *options: bytes, transaction: int = 0x3456) -> bytes:
    """A message over TCP."""
    return sized(bytes([kind]) + transaction.to_bytes(3, "big") + b"".join(options))


GROUP = ip("ff02::1:2")
"""All servers and relay agents."""


def udp(message: bytes) -> bytes:
    """A frame with a message from a client."""
    return _frame(datagram(message, CLIENT, SERVER, HOST_LOCAL, GROUP), UDP_PROTO)


def tcp(octets: bytes, port: int = SERVER) -> bytes:
    """A frame with a segment to a server."""
    ends = HOST_LOCAL, GROUP
    return _frame(
        segment(octets, 40000, port, *ends, seq=1, ack=1, flags=PSH | ACK, win=1000), TCP_PROTO
    )


def partner(octets: bytes) -> bytes:
    """A frame with a segment to the other server."""
    return tcp(octets, 647)


def _frame(payload: bytes, next_header: int) -> bytes:
    packet = ipv6(payload, next_header, HOST_LOCAL, GROUP)
    return ethernet(packet, src=HOST_MAC, dst=multicast_mac(GROUP))


# --- values ------------------------------------------------------------------------------------

MAC = h("020304050607")
DUID_LL = h("00030001") + MAC
PAST = opt(7, b"\1")
"""An option behind those that are broken: it must be found."""

LIFETIMES = h("0000012c 000001f4")
FOREVER = h("ffffffff ffffffff")
IAADDR = opt(5, ip("2001:db8::5") + LIFETIMES)
IAPREFIX = opt(26, LIFETIMES + b"\x38" + ip("2001:db8:100::"))
V4V6 = ip("192.0.2.1") + b"\x38" + h("20010db8010203")
RULE = h("0110 18") + ip("192.0.2.0") + b"\x28" + h("20010db801") + opt(93, h("0608a500"))

DUIDS = (
    h("00010001 10f0f0f0") + MAC, h("00010020 10f0f0f0") + MAC + b"ab", h("00010001 10f0f0f0"),
    h("0001000110f0"), h("000200000009") + b"ab", h("00020000118b"), h("00020000"), DUID_LL,
    h("00030001") + MAC[:5], h("00030006") + MAC, h("0003001b") + MAC + b"ab", h("000300"),
    h("0004") + bytes(range(16)), h("0004") + bytes(15), h("0005") + b"abc", b"\0\4", b"\0", b"",
)  # fmt: skip

ADDRESS_LISTS = (22, 23, 27, 28, 31, 34, 40, 48, 52)
NAME_LISTS = (21, 24, 29, 30, 33)
TEXTS = (38, 41, 42, 103, 112, 130)
EXACT = {
    7: 1, 8: 2, 12: 16, 19: 1, 20: 0, 32: 4, 46: 4, 90: 16, 93: 4, 114: 1, 115: 2, 119: 2,
    120: 4, 121: 4, 122: 4, 123: 4, 124: 4, 125: 4, 126: 4, 127: 4, 128: 4, 131: 1, 132: 1,
    133: 4, 134: 4, 135: 2, 165: 16, 166: 16,
}  # fmt: skip
"""Options of a fixed length."""

LONG = name("a" * 62 + "." + "b" * 62 + "." + "c" * 62 + "." + "d" * 62)
NAMES = (
    name("abc.de."), name("abc.de.") + name("x.org."), name("abc"), name("com."), b"\0",
    name("abc.de.") + b"\0", name("abc.de.") + name("com.") + name("a.b."), b"\x40" + b"a" * 64,
    b"\x07ab", b"\x3e", LONG + name("ab."), LONG + name("abc."), LONG + name("e."),
    LONG + name("e" * 62 + "."), name("é.de."), name("a b.d_e."),
)  # fmt: skip

CABLELABS = h("0000118b")


def cablelabs(*options: bytes) -> bytes:
    """CableLabs' vendor option."""
    return opt(17, CABLELABS + b"".join(options))


# --- messages ----------------------------------------------------------------------------------


def messages() -> Iterator[Case]:
    """Every message type, and messages in messages."""
    for kind in (*range(12), *range(14, 20), 99, 255):
        yield msg(kind, opt(8, b"\0\1")), MESSAGES.get(kind, f"Message type {kind}")
    for kind in (12, 13):
        yield relay(kind, 0, opt(18, b"eth0")), f"{MESSAGES[kind]} with nothing in it"
    yield relayed(msg(1, opt(1, DUID_LL)), 0, 1, 2), "Passed on by three relay agents"
    reply = msg(7, opt(3, h("00000001") + FOREVER + IAADDR))
    yield relayed(reply, 0, 1, 2, kind=13), "The answer on its way back"
    yield relayed(msg(1), 1), "The first relay agent doesn't count 0"
    yield relayed(msg(1), 0, 2), "A relay agent counts one too many"
    yield relayed(msg(1), 1, 0), "A relay agent counts one too few"
    yield relayed(msg(1), 33), "Too many hops"
    yield relayed(msg(99), 5), "A message of an unknown type is passed on"
    yield relay(12, 0, opt(9), PAST), "An empty message is passed on"
    yield msg(1, opt(9, msg(2))), "A message inside a client's message"
    yield relayed(msg(1), *range(8)), "Eight relay agents"
    yield msg(1), "No options"
    yield b"\1", "Nothing but a type"
    yield relay(12, 1)[:9], "Cut off in the relay's address"
    yield relay(13, 1)[:20], "Cut off in the peer's address"


def holding(code: int, *values: bytes, words: str = "") -> Case:
    """A message in which an option comes with each of some values."""
    octets = msg(7, *(opt(code, value) for value in values), PAST)
    return octets, f"Option {code}, {OPTIONS.get(code) or 'unknown'}{words}"


def sizes(code: int, *lengths: int) -> Case:
    """A message in which an option comes with each of some lengths."""
    words = f": of {', '.join(map(str, lengths))} octets"
    return holding(code, *map(bytes, lengths), words=words)


def options() -> Iterator[Case]:
    """Every option, with what it may hold and what it may not."""
    for duid in DUIDS:
        words = f"DUID {duid.hex()}"
        yield msg(7, opt(1, duid), PAST), f"Client's {words}" if duid else "No DUID"
    yield from associations()
    for code, size in EXACT.items():
        yield sizes(code, *sorted({0, max(size - 1, 0), size, size + 1, 19}))
    for code in ADDRESS_LISTS:
        yield sizes(code, 0, 1, 15, 16, 17, 32)
    for code in TEXTS:
        yield holding(code, b"", b"abc", b"ab\0\0")
    for code in NAME_LISTS:
        yield holding(code, b"", *NAMES)
    yield holding(64, *NAMES)
    yield from plain_options()
    yield from queries()
    yield from softwires()
    yield from client_names()


def associations() -> Iterator[Case]:
    """Identity associations, with what they hold."""
    for code in (2, 53):
        yield holding(code, DUID_LL, b"")
    yield holding(3, bytes(12), bytes(11), h("01020304") + FOREVER + IAADDR + IAADDR)
    yield holding(4, bytes(4), bytes(3), h("01020304") + IAADDR)
    yield holding(5, IAADDR[4:] + opt(13, b"\0\2no"), bytes(23), ip("::1") + FOREVER)
    yield holding(25, bytes(12), bytes(11), h("01020304") + FOREVER + IAPREFIX)
    yield holding(26, IAPREFIX[4:] + opt(67, h("3c0a")), bytes(24), FOREVER + b"\0" + ip("::"))


def plain_options() -> Iterator[Case]:
    """Options that have something of their own to say."""
    yield holding(6, b"", h("0017"), h("0017001800ffffff"))
    yield holding(43, b"", h("00180019"))
    yield holding(
        11, h("030100") + bytes(8) + b"\2" + bytes(range(16)), bytes(10), bytes(11),
        h("020100") + bytes(8) + b"realm" + h("00000007") + bytes(range(16)),
        h("020200") + bytes(8) + b"realm" + bytes(20), h("000000") + bytes(8) + b"token",
    )  # fmt: skip
    yield holding(13, b"\0\0", b"\0\2none")
    yield holding(14, b"", b"x")
    yield holding(15, b"", sized(b"abc"), sized(b"abc") + sized(b"") + sized(b"d"), b"\0\x07ab",
                  sized(b"abc") + b"\0\x07ab")  # fmt: skip
    yield holding(16, h("000001"), h("00000009"), h("0000118b") + sized(b"docsis3.0"),
                  h("00000137") + sized(b"MSFT 5.0"))  # fmt: skip
    yield holding(17, b"", h("00000009"), h("00000009") + opt(1, b"abc") + opt(2))
    yield holding(18, b"", b"eth0")
    yield holding(37, b"abc", h("00000009"), h("00000009") + b"id")
    yield holding(
        56, b"", b"\0\1\0", opt(1, ip("::1")) + opt(2, ip("ff05::101")) + opt(3, NAMES[0]),
        opt(4, b"abc") + opt(1, ip("::1")), opt(1, ip("::1") + ip("::2"), 40),
    )  # fmt: skip
    yield holding(67, b"", b"\x38", b"\x38\1", bytes(17), bytes(18))
    yield holding(115, h("ffff"), h("0001"), words=": flags")
    yield holding(119, h("ffff"), h("000a"), words=": flags")
    yield holding(131, b"\xff", b"\2", words=": flags")
    yield holding(132, *(bytes([state]) for state in range(12)), words=": every state")
    for code in (117, 118):
        yield holding(code, NAMES[0], name("abc."), NAMES[0] + b"xy")
    yield holding(129, bytes(3), bytes(4), bytes(4) + b"key")
    yield holding(167, bytes(3), b"user@example.org\0\0")
    yield holding(200, b"", b"unknown")
    yield holding(10, b"x")
    yield holding(65535, b"x")


def queries() -> Iterator[Case]:
    """Leasequery's options."""
    kinds = (bytes([kind]) + ip("2001:db8::1") + opt(1, DUID_LL) for kind in range(7))
    yield holding(44, bytes(16), *kinds)
    yield holding(45, b"", opt(1, DUID_LL) + opt(46, h("00000005")))
    yield holding(47, bytes(15), ip("::1") + b"abc", ip("::1"))


def softwires() -> Iterator[Case]:
    """Options of IPv4 over IPv6 (RFC 7598, RFC 8026)."""
    yield holding(89, RULE, bytes(7), h("01102100000000"), h("0110 21") + bytes(5),
                  h("0010 18") + ip("192.0.2.0") + b"\x81" + bytes(16),
                  h("ff") + RULE[1:])  # fmt: skip
    yield holding(91, b"", b"\x40" + h("20010db800000001"), b"\0", b"\x81" + bytes(16), bytes(18))
    yield holding(92, bytes(4), V4V6, V4V6 + opt(93, h("0608a500")), V4V6[:4] + b"\x81")
    yield holding(93, h("0000a5c3"), h("0404a5c3"), h("0f10a5c3"), h("10000000"), h("00110000"))
    inside = opt(89, RULE) + opt(90, ip("2001:db8::2")) + opt(92, V4V6)
    for code in (94, 95, 96):
        yield holding(code, b"", inside)
    yield holding(111, b"", h("005e005f00600040005800"), h("005e1234"))


def client_names() -> Iterator[Case]:
    """The client's name, in messages of each type, with each of its flags."""
    for kind in range(1, 12):
        flags = (opt(39, bytes([flags]) + NAMES[0]) for flags in (0, 1, 2, 4, 5, 0xFF))
        yield msg(kind, *flags, PAST), f"The client's name in {MESSAGES[kind]}"
    for kind in (1, 2):
        names = (opt(39, b"\0" + value) for value in (b"", *NAMES))
        yield msg(kind, *names, PAST), f"Broken names in {MESSAGES[kind]}"
    yield msg(1, opt(39), PAST), "No name and no flags"


def newer() -> Iterator[Case]:
    """DHCPv4 inside DHCPv6 (RFC 7341), and what else tshark doesn't read."""
    discover = dhcpv4(b"\x35\1\1")
    yield bytes([20]) + h("800000") + opt(87, discover), "DHCPv4-query, to a unicast address"
    yield bytes([21]) + h("000000") + opt(87, dhcpv4(b"\x35\1\2")) + PAST, "DHCPv4-response"
    query = bytes([20]) + h("000000") + opt(87, discover)
    yield relayed(query, 0), "DHCPv4-query, passed on by a relay agent"
    yield bytes([20]) + h("000000") + opt(87), "DHCPv4-query without a message"
    last = ip("fe80::9") + relay(12, 0, opt(18, b"eth0"))
    yield msg(15, opt(45, opt(47, last)), PAST), "Leasequery-reply, with the relay's last message"
    for code, value in NAMED.items():
        yield holding(code, value)


def dhcpv4(options: bytes) -> bytes:
    """A message of DHCP for IPv4."""
    head = struct.pack(">BBBBIHH16x", 1, 1, 6, 0, 7, 0, 0) + MAC.ljust(16, b"\0") + bytes(192)
    return head + h("63825363") + options + b"\xff"


NAMED = {
    36: b"\2DE\1\3abc", 49: name("home.example."), 50: opt(49, name("home.example.")),
    59: b"tftp://[::1]/x", 60: sized(b"a") + sized(b"b"), 61: h("0007"), 62: h("010203"),
    65: name("erp.x."), 68: h("00") + b"vpn", 72: ip("2001:db8::1"), 73: name("agent.example."),
    74: ip("2001:db8::1") + b"\1" + name("a.b."),
    75: h("3012a003020101a10b30091b07") + b"printer", 76: b"EXAMPLE.ORG", 77: b"EXAMPLE.ORG",
    79: h("0001020304050607"), 80: ip("2001:db8::1"), 82: h("00000e10"),
    84: b"\3" + opt(85, h("050a2020010db8")), 88: ip("::1"), 136: sized(b"https://x"),
    137: h("2020010db8"), 138: bytes(12) + opt(139, h("00010006020304050607 00000003 0000000a")),
    140: h("0140"), 141: name("dots.example."), 142: ip("2001:db8::1"), 143: ip("2001:db8::1"),
    146: h("0001") + name("dm.example."), 147: h("0001") + name("rdm.example."), 148: b"",
    54: opt(1, ip("2001:db8::1") + ip("2001:db8::2")) + opt(3, ip("::1")) + opt(9),
    55: opt(2, name("mos.example.") + name("b.example.")),
    63: h("0003000000 03fd000000 1000000280 41"), 71: h("30") + ip("2001:db8:6::"),
    78: h("0001 000a 02 0058") + ip("2001:db8::88") + b"EXAMPLE.ORG",
    81: h("1a06abcdef0c 1204") + b"ok",
    97: opt(98, h("18 30 10 80 c6336400") + ip("2001:db8:6::")) + opt(99, h("81 2e 0500")),
    104: h("80 14 0032 01 0032 0a 0003 01 0064 0a 0003 0000")[:16] + ip("ff03::fc"), 105: h("0004"),
    106: b"net", 107: b"point", 108: MAC, 109: h("00006006"), 110: b"example.org",
    113: h("60") + ip("ff3e:0:8000::")[:12] + h("60") + ip("ff3e::8000:0")[:12] + h("20 2001 0db8"),
    144: h("0001 0005") + name("a.b.") + sized(ip("::1")) + b"x",
}  # fmt: skip
"""Options that tshark names and no more, with a value."""


def tshark_wrong() -> Iterator[Case]:
    """What tshark 4.0 reads otherwise than the documents say."""
    by_none = relay(13, 1, opt(9, msg(7, opt(9, msg(7)))))
    yield by_none, "A message in a Reply, in one of a relay agent that doesn't count 0"
    yield msg(7, opt(24, name("abc.de"))), "A partial name of two labels"
    yield msg(7, opt(24, name("abc.de.") + name("x.org"))), "A partial name behind a whole one"
    yield msg(7, opt(24, b"\3abc\7de")), "A label past the end of its option"
    server = opt(3, b"\1" + ip("2001:db8::1"))
    yield msg(7, cablelabs(opt(2171, server))), "PacketCable's server by its address"
    classes = h("00000009") + sized(b"abc") + sized(b"de")
    yield msg(1, opt(16, classes)), "Two vendor classes"
    yield msg(1, opt(1, h("00010001 f0f0f0f0") + MAC)), "A DUID of the year 2128"
    yield relay(12, 9), "Nine hops"


def broken() -> Iterator[Case]:
    """Options that lie where others are inside or behind."""
    yield msg(7, PAST, opt(24, NAMES[0], 40)), "An option past the end of the message"
    yield msg(7, opt(3, bytes(12) + opt(5, b"ab", 9)), PAST), "One past the end of another option"
    yield msg(7, opt(3, bytes(13)), PAST), "An option of one octet in another"
    yield relayed(msg(3, opt(13, b"\0\0ok", 9)), 0) + PAST, "One past the end of a relayed message"
    yield relay(12, 0, opt(9, b"\1\2"), PAST), "A relayed message of two octets"
    yield msg(3, opt(6, h("0017001800")), PAST), "Two requested codes and a half"
    yield msg(3, opt(15, sized(b"user")[:-1]), opt(1, DUID_LL)), "A user class of an octet more"
    yield msg(3, opt(17, h("00000009 0001 0004") + b"abc"), PAST), "A vendor's option, too"
    yield msg(3, opt(56, h("0001 0010") + bytes(15)), PAST), "An NTP server, too"
    yield msg(3, opt(64), PAST), "An empty name"
    yield msg(3, opt(118, b"\xf3" + bytes(9)), PAST), "A zone whose name has a pointer"
    yield msg(7, opt(13, b"\0\0one\r\ntwo\tthree")), "A status in two lines"


def failover() -> Iterator[Case]:
    """Between two servers, over TCP."""
    for kind in range(24, 36):
        yield between(kind), MESSAGES[kind]
    yield between(31) + between(32), "Two messages in a segment"
    yield between(35)[:-2], "The rest is in the next segment"
    yield sized(b"\x0c\x0c" + bytes(10)), "DHCPv4's failover has the same port"


def between(kind: int) -> bytes:
    """A message of failover."""
    return sized(bytes([kind]) + h("123456 00000e10") + opt(114, b"\1"))


def segments() -> Iterator[Case]:
    """Bulk Leasequery, over TCP."""
    for kind in (*range(14, 18), 0, 1, 12, 19):
        words = MESSAGES.get(kind, f"Message type {kind}")
        yield bulk(kind, PAST), f"{words} over TCP"
    yield bulk(14, opt(44, b"\3" + ip("::1"))), "A query that only TCP has"
    yield (
        bulk(15, opt(45, IAADDR)) + bulk(17, opt(45, IAADDR)) + bulk(16, opt(13, b"\0\0ok")),
        "Three messages in a segment",
    )
    yield bulk(17, PAST)[:-2], "The rest is in the next segment"
    yield bulk(14, PAST) + h("0004 0e"), "The second message has just begun"


FILES = {
    f"dhcpv6_{part.__name__}.pcapng": lambda path, part=part, frame=frame: write(
        path, [(frame(octets), words) for octets, words in part()]
    )
    for part, frame in (
        (messages, udp),
        (options, udp),
        (newer, udp),
        (tshark_wrong, udp),
        (broken, udp),
        (segments, tcp),
        (failover, partner),
    )
}
