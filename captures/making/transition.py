"""IPv6 on its way through IPv4, and IPv4 through IPv6: the transition tunnels, Teredo, AYIYA."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from dissect.protocols.ayiya import Ayiya
from making.build import (
    HOST,
    HOST4,
    ICMPV6,
    NO_NEXT,
    OTHER,
    OTHER4,
    ROUTER4,
    UDP_PROTO,
    Commented,
    counting,
    ethernet,
    icmpv6,
    icmpv6_packet,
    ip4,
    ip6,
    ipv4,
    ipv6,
    nd_option,
    option,
    padded_options,
    udp,
    write,
)

PING_BODY = b"\x60\x06\0\1" + counting(16)
RELAY = ip4("192.88.99.1")
PRIVATE = ip4("10.0.0.1")
ALL_NODES = ip6("ff02::1")


def ping(src: bytes, dst: bytes) -> bytes:
    """An echo request between two hosts."""
    return icmpv6_packet(128, 0, PING_BODY, src, dst)


def in4(packet: bytes, src: bytes = HOST4, dst: bytes = OTHER4) -> bytes:
    """IPv6 in IPv4 (protocol 41)."""
    return ethernet(ipv4(packet, 41, src, dst), 0x0800)


def to_6to4(site: bytes, last: int = 1) -> bytes:
    """An address of a 6to4 site (RFC 3056, section 2)."""
    return b"\x20\x02" + site + bytes(9) + bytes((last,))


def isatap(site: bytes, prefix: bytes = ip6("fe80::")[:8], first: int = 0) -> bytes:
    """An ISATAP address (RFC 5214, section 6.1)."""
    return prefix + bytes((first, 0, 0x5E, 0xFE)) + site


def over4(host: bytes) -> bytes:
    """A link-local 6over4 address (RFC 2529, section 4)."""
    return ip6("fe80::")[:12] + host


def group4(group: bytes, second: int = 192) -> bytes:
    """The IPv4 group of an IPv6 one (RFC 2529, section 6)."""
    return bytes((239, second)) + group[14:]


def automatic() -> Iterator[Commented]:
    """Tunnels whose ends are in the addresses."""
    ours, theirs = to_6to4(HOST4), to_6to4(OTHER4)
    yield in4(ping(HOST, OTHER)), "6in4, configured (RFC 4213)"
    yield in4(ping(ours, theirs)), "6to4 (RFC 3056)"
    yield in4(ping(ours, OTHER), dst=RELAY), "6to4 to the anycast relay, deprecated (RFC 7526)"
    yield in4(ping(OTHER, ours), RELAY, HOST4), "… and back from there"
    yield in4(ping(OTHER, theirs), ROUTER4), "6to4 from some relay"
    yield in4(ping(to_6to4(ROUTER4), theirs)), "6to4: the source is somebody else's"
    yield in4(ping(ours, to_6to4(ROUTER4))), "6to4: the destination is somebody else's"
    yield in4(ping(to_6to4(PRIVATE), theirs), PRIVATE), "6to4 from a private address"
    stranger = ping(to_6to4(ip4("203.0.113.9")), OTHER)
    yield in4(stranger), "A 6to4 address in a configured tunnel"
    yield in4(ping(isatap(HOST4), isatap(OTHER4))), "ISATAP (RFC 5214)"
    far = isatap(HOST4, ip6("2001:db8:1::")[:8], 2)
    yield in4(ping(far, OTHER), dst=ROUTER4), "ISATAP by a router, global identifier"
    yield in4(ping(OTHER, isatap(HOST4)), ROUTER4, HOST4), "ISATAP, from a router"
    yield in4(ping(isatap(ROUTER4), isatap(OTHER4))), "ISATAP: the source is another one"
    inside = isatap(PRIVATE, to_6to4(HOST4)[:8])
    yield in4(ping(inside, isatap(OTHER4)), PRIVATE), "ISATAP with a 6to4 prefix"
    yield in4(ping(ip6("::192.0.2.1"), ip6("::198.51.100.2"))), "IPv4-compatible (RFC 4291)"
    yield in4(ping(HOST, ip6("::198.51.100.2"))), "IPv4-compatible, one end"
    yield in4(ping(ip6("::1"), ip6("::"))), "Loopback and unspecified address in a tunnel"
    rapid = ip6("2001:db8:c000:201::1"), ip6("2001:db8:c633:6402::1")
    yield in4(ping(*rapid)), "6rd, 2001:db8::/32 (RFC 5969)"
    yield in4(ping(*rapid), ROUTER4), "6rd: the source is another one"
    yield in4(b"\x45" + ping(HOST, OTHER)[1:]), "Protocol 41, and another version"
    yield in4(ping(ours, theirs)[:30]), "The inner header cut off"
    error = icmpv6(1, 0, bytes(4) + ping(ours, theirs))
    yield ethernet(ipv6(error, ICMPV6)), "A quote is in no tunnel"


def neighbours() -> Iterator[Commented]:
    """Neighbor Discovery over 6over4 (RFC 2529)."""
    ours, theirs = over4(HOST4), over4(OTHER4)
    solicited = ip6("ff02::1:ff00:0")[:13] + theirs[13:]
    link, their_link = nd_option(1, bytes(2) + HOST4), nd_option(2, bytes(2) + OTHER4)

    def nd(kind: int, body: bytes, src: bytes, dst: bytes) -> bytes:
        return icmpv6_packet(kind, 0, body, src, dst, hlim=255)

    ask = nd(135, bytes(4) + theirs + link, ours, solicited)
    yield in4(ask, dst=group4(solicited)), "6over4: neighbor solicitation to 239.192.y.z"
    answer = nd(136, b"\x60\0\0\0" + theirs + their_link, theirs, ours)
    yield in4(answer, OTHER4, HOST4), "6over4: advertisement with an IPv4 link-layer address"
    yield in4(ask, dst=group4(solicited, 255)), "6over4: by another block of groups"
    yield in4(ask, dst=ip4("239.192.0.1")), "6over4: to the group of another address"
    yield (
        in4(nd(133, bytes(4) + link, ours, ip6("ff02::2")), dst=group4(ip6("ff02::2"))),
        ("6over4: router solicitation"),
    )
    advert = b"\x40\0\x07\x08" + bytes(8) + nd_option(1, bytes(2) + ROUTER4)
    router = nd(134, advert, over4(ROUTER4), ALL_NODES)
    yield in4(router, ROUTER4, group4(ALL_NODES)), "6over4: router advertisement"
    yield in4(ping(ours, theirs), ROUTER4), "6over4: the source is another one"


def other() -> Iterator[Commented]:
    """IPv4 in IPv6, IPv4 in IPv4, IPv6 in IPv6."""
    inner = ipv4(udp(b"sixscope", 40000, 9, HOST4, OTHER4), UDP_PROTO)
    yield ethernet(ipv6(inner, 4)), "IPv4 in IPv6 (RFC 2473)"
    basic = ip4("192.0.0.2")
    well_known = ipv4(udp(b"sixscope", 40000, 9, basic, OTHER4), UDP_PROTO, basic)
    yield ethernet(ipv6(well_known, 4)), "DS-Lite: from 192.0.0.2 (RFC 6333)"
    aftr = ipv4(udp(b"six", 9, 40000, ip4("192.0.0.1"), basic), UDP_PROTO, ip4("192.0.0.1"), basic)
    yield ethernet(ipv6(aftr, 4, OTHER, HOST)), "DS-Lite: from the AFTR"
    beside = ip4("192.0.0.8")
    outside = ipv4(udp(b"six", 40000, 9, beside, OTHER4), UDP_PROTO, beside)
    yield ethernet(ipv6(outside, 4)), "192.0.0.8 is no address of DS-Lite"
    yield ethernet(ipv4(inner, 4, ROUTER4), 0x0800), "IPv4 in IPv4 (RFC 2003)"
    through = ping(HOST, OTHER)
    yield ethernet(ipv6(through, 41)), "IPv6 in IPv6 (RFC 2473)"
    yield ethernet(ipv6(ethernet(through), 143)), "Ethernet in IPv6 (RFC 8986)"

    def limited(packet: bytes, limit: int | None) -> bytes:
        options = option(4, bytes((limit,))) if limit is not None else option(1, b"")
        return ipv6(padded_options(41, options) + packet, 60)

    yield ethernet(limited(through, 4)), "Tunnel Encapsulation Limit"
    yield ethernet(limited(limited(through, 4), 3)), "Two tunnels, the limit goes down"
    yield ethernet(limited(limited(through, 4), 4)), "The limit doesn't go down"
    yield ethernet(limited(limited(through, 0), 4)), "A packet that must not enter a tunnel"
    yield ethernet(limited(limited(through, 4), None)), "A tunnel that forgets the limit"
    yield ethernet(limited(limited(through, None), 4)), "A limit that begins at the outer tunnel"
    gre = b"\0\0\x86\xdd" + through
    yield ethernet(ipv6(gre, 47)), "IPv6 in GRE in IPv6 (RFC 7676)"
    yield ethernet(ipv4(ipv4(ipv4(inner, 4), 4), 4), 0x0800), "Four IPv4 headers"
    yield in4(ipv6(inner, 4)), "IPv4 in IPv6 in IPv4"


# --- Teredo (RFC 4380, RFC 6081) ---------------------------------------------------------------

SERVER, CLIENT, PEER = ip4("198.51.100.1"), ip4("203.0.113.7"), ip4("192.0.2.77")
CLIENT_PORT, PEER_PORT = 40001, 50002


def teredo_address(mapped: bytes, port: int, server: bytes = SERVER, flags: int = 0) -> bytes:
    """A Teredo client's address (RFC 4380, section 4)."""
    hidden = bytes(octet ^ 0xFF for octet in mapped)
    return ip6("2001::")[:4] + server + struct.pack(">HH", flags, port ^ 0xFFFF) + hidden


OURS, THEIRS = teredo_address(CLIENT, CLIENT_PORT), teredo_address(PEER, PEER_PORT)


def teredo(
    octets: bytes, src: bytes = CLIENT, sport: int = CLIENT_PORT, dst: bytes = SERVER,
    dport: int = 3544,
) -> bytes:  # fmt: skip
    """A datagram between two ends in IPv4."""
    return ethernet(ipv4(udp(octets, sport, dport, src, dst), UDP_PROTO, src, dst), 0x0800)


def direct(octets: bytes, **changes: int | bytes) -> bytes:
    """A datagram from the one client to the other."""
    ends = {"src": CLIENT, "sport": CLIENT_PORT, "dst": PEER, "dport": PEER_PORT, **changes}
    return teredo(octets, **ends)  # type: ignore[arg-type]


def authentication(client: bytes = b"", value: bytes = b"", conf: int = 0) -> bytes:
    """An authentication encapsulation (RFC 4380, section 5.1.1)."""
    return bytes((0, 1, len(client), len(value))) + client + value + counting(8) + bytes((conf,))


def origin(address: bytes, port: int) -> bytes:
    """An origin indication."""
    return struct.pack(">HH", 0, port ^ 0xFFFF) + bytes(octet ^ 0xFF for octet in address)


def trailer(kind: int, value: bytes, length: int | None = None) -> bytes:
    """A trailer (RFC 6081, section 4)."""
    return bytes((kind, len(value) if length is None else length)) + value


BUBBLE = ipv6(b"", NO_NEXT, OURS, THEIRS)


def qualification() -> Iterator[Commented]:
    """A client and its server."""
    cone = ip6("fe80::8000:ffff:ffff:fffd")
    soliciting = icmpv6_packet(133, 0, bytes(4), cone, ip6("ff02::2"), hlim=255)
    yield teredo(authentication() + soliciting), "Router solicitation, authenticated"
    advert = icmpv6_packet(134, 0, bytes(12), ip6("fe80::8000:f227:39cc:9bfe"), cone, hlim=255)
    back = {"src": SERVER, "sport": 3544, "dst": CLIENT, "dport": CLIENT_PORT}
    told = authentication() + origin(CLIENT, CLIENT_PORT) + advert
    yield teredo(told, **back), "Router advertisement, with the origin"  # type: ignore[arg-type]
    full = authentication(b"sixscope", counting(16), 1) + soliciting
    yield teredo(full), "Authentication with identifier, value and confirmation"
    yield teredo(origin(CLIENT, CLIENT_PORT), **back), "An origin indication alone"  # type: ignore[arg-type]
    yield teredo(authentication()[:9]), "Authentication cut off"
    yield teredo(authentication(b"", b"", 0)[:2] + b"\xff\xff" + counting(20)), "Lengths that lie"
    yield teredo(origin(CLIENT, CLIENT_PORT)[:5]), "An origin indication cut off"
    yield teredo(b"\x45" + counting(40)), "IPv4 in Teredo"
    yield teredo(b"\0\5" + counting(40)), "An unknown indication"
    yield teredo(ping(OURS, OTHER)[:30]), "The IPv6 header cut off"
    yield teredo(BUBBLE), "A bubble by the server"
    relayed = {"src": SERVER, "sport": 3544, "dst": PEER, "dport": PEER_PORT}
    yield teredo(origin(CLIENT, CLIENT_PORT) + BUBBLE, **relayed), "… which forwards it"  # type: ignore[arg-type]
    wrong = origin(PEER, CLIENT_PORT) + BUBBLE
    yield teredo(wrong, **relayed), "… with an origin that isn't in the address"  # type: ignore[arg-type]


def off_the_port() -> Iterator[Commented]:
    """Between clients, and between clients and relays."""
    yield direct(BUBBLE), "A bubble from client to client"
    yield direct(ping(OURS, THEIRS)), "A ping from client to client"
    relay = {"dst": ip4("192.0.2.200"), "dport": 3545}
    yield direct(ping(OURS, OTHER), **relay), "A ping to a relay"
    inside = {"src": PRIVATE, "sport": 49500}
    yield direct(ping(OURS, THEIRS), **inside), "Seen in front of the client's NAT"
    yield direct(ping(OURS, THEIRS), sport=40099), "From another port: a symmetric NAT"
    yield direct(ping(OURS, THEIRS), src=ip4("203.0.113.99")), "From another address"
    yield direct(ping(OURS, THEIRS), dport=9999), "To another port"
    hidden = teredo_address(PRIVATE, CLIENT_PORT)
    yield direct(ping(hidden, THEIRS)), "A private mapped address"
    yield direct(ping(OURS, THEIRS) + b"\xff\xff"), "Octets behind it: not taken for Teredo"
    yield direct(ping(OURS, THEIRS)[:-4]), "Octets missing: not taken for Teredo"
    yield direct(b"\x60" + counting(60)), "Not IPv6: not taken for Teredo"


def trailers() -> Iterator[Commented]:
    """Behind the packet."""
    for octets, name in (
        (trailer(1, b"\x12\x34\x56\x78"), "nonce"),
        (trailer(3, bytes(2) + PRIVATE + b"\x0d\xd8"), "an alternate address"),
        (trailer(3, bytes(2) + (PRIVATE + b"\x0d\xd8") * 4), "four alternate addresses"),
        (trailer(4, bytes(4)), "discovery solicitation"),
        (trailer(4, b"\1" + bytes(3)), "discovery advertisement"),
        (trailer(5, b"\x9c\x41"), "random port"),
        (trailer(1, counting(4)) + trailer(5, b"\x9c\x41"), "two of them"),
        (trailer(9, b"six"), "unknown"),
        (trailer(1, b"six"), "a nonce of three octets"),
        (trailer(3, counting(5)), "an alternate address that is none"),
        (trailer(1, counting(4), 40), "longer than what is there"),
        (b"\1", "one octet"),
    ):  # fmt: skip
        yield teredo(BUBBLE + octets), f"Trailer: {name} (RFC 6081)"


def too_short() -> Iterator[Commented]:
    """What ends within its first octets."""
    yield teredo(authentication()[:2]), "Authentication cut off behind its first two octets"
    yield teredo(b"\0"), "A single octet"


# --- AYIYA -------------------------------------------------------------------------------------


def ayiya_cases() -> Iterator[Commented]:
    """Identities, signatures, methods and operations."""

    def sent(octets: bytes, port: int = 5072) -> bytes:
        return teredo(octets, HOST4, 40000, OTHER4, port)

    def head(opcode: int = 1, nxt: int = 41, *, idlen: int = 4, idtype: int = 1, siglen: int = 5,
             hashing: int = 2, auth: int = 1) -> bytes:  # fmt: skip
        fixed = Ayiya(
            _id=idlen << 4 | idtype, _signature=siglen << 4 | hashing,
            _operation=auth << 4 | opcode, nxt=nxt, epoch=1_767_225_600,
        )  # fmt: skip
        return bytes(fixed) + counting(1 << idlen) + counting(4 * siglen)

    packet = ping(HOST, OTHER)
    for opcode in range(16):
        yield sent(head(opcode) + (packet if opcode in (1, 3) else counting(8))), f"Opcode {opcode}"
    for idtype in range(4):
        yield sent(head(idlen=2, idtype=idtype) + packet), f"Identity of type {idtype}"
    for idlen in (0, 1, 3, 5):
        yield sent(head(idlen=idlen) + packet), f"Identity of {1 << idlen} octets"
    for hashing in range(4):
        yield sent(head(hashing=hashing) + packet), f"Hash method {hashing}"
    for auth in range(4):
        yield sent(head(auth=auth) + packet), f"Authentication method {auth}"
    yield sent(head(siglen=0, hashing=0, auth=0) + packet), "No signature"
    mobility = bytes((96, 0, 0, 0, 0, 0, 0, 0))
    yield sent(head(nxt=135) + mobility + counting(8)), "A Mobility Header, and octets behind it"
    yield sent(head(nxt=4) + packet), "IPv6 that is said to be IPv4"
    inner = ipv4(udp(b"sixscope", 40000, 9, HOST4, OTHER4), UDP_PROTO)
    yield sent(head(nxt=4) + inner), "IPv4 inside"
    yield sent(head(nxt=59)), "Nothing inside"
    yield sent(head(nxt=200) + counting(8)), "An unknown protocol inside"
    yield sent(head(0)), "Heartbeat"
    yield sent(head()[:6]), "Cut off in the header"
    yield sent(head()[:2]), "Two octets of it"
    longer = ipv4(udp(b"as long as IPv6", 40000, 9, HOST4, OTHER4), UDP_PROTO)
    yield sent(head(nxt=41) + longer), "Said to be IPv6, but it is IPv4"
    yield sent(head()[:20]), "Cut off in the identity"
    yield sent(head()[:30]), "Cut off in the signature"
    over6 = udp(head() + packet, 40000, 5072)
    yield ethernet(ipv6(over6, UDP_PROTO)), "Over IPv6"


def _file(*makers: Callable[[], Iterator[Commented]]) -> Callable[[Path], None]:
    return lambda path: write(path, (case for make in makers for case in make()))


FILES = {
    "transition_tunnels.pcapng": _file(automatic, neighbours, other),
    "teredo.pcapng": _file(qualification, off_the_port, trailers, too_short),
    "ayiya.pcapng": _file(ayiya_cases),
}
