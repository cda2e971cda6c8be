"""Encapsulations in UDP: GUE, FOU, WireGuard, IPsec with and without the Non-ESP Marker."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.protocols.esp import ESP
from dissect.protocols.gue import Gue
from dissect.protocols.isakmp import Isakmp
from making.build import (
    HOST,
    NO_NEXT,
    OTHER,
    UDP_PROTO,
    Commented,
    counting,
    ethernet,
    ip6,
    ipv4,
    ipv6,
    ping,
    udp,
    write,
)

GUE, FOU, WIREGUARD, IKE, NAT_T = 6080, 5555, 51820, 500, 4500
PING = ping()
PACKET4 = ipv4(counting(8), NO_NEXT)


def packet(payload: bytes, sport: int, dport: int, *, back: bool = False) -> bytes:
    """A datagram in IPv6 in Ethernet."""
    src, dst = (OTHER, HOST) if back else (HOST, OTHER)
    if back:
        sport, dport = dport, sport
    return ethernet(ipv6(udp(payload, sport, dport, src, dst), UDP_PROTO, src, dst))


def generic() -> Iterator[Commented]:
    """GUE and FOU."""
    yield packet(bytes(Gue(proto=41)) + PING, 40000, GUE), "GUE: IPv6"
    yield packet(bytes(Gue(proto=4)) + PACKET4, 40000, GUE), "GUE: IPv4"
    extended = bytes(Gue(_word=2, proto=41, flags=0x2000)) + counting(8)
    yield packet(extended + PING, 40000, GUE), "GUE with extension fields"
    yield packet(bytes(Gue(_word=0x20, proto=1)) + counting(8), 40000, GUE), "GUE: control"
    yield packet(PING, 40000, GUE), "GUE, variant 1: IPv6"
    yield packet(PACKET4, 40000, GUE), "GUE, variant 1: IPv4"
    yield packet(bytes(Gue(_word=0x80)) + counting(8), 40000, GUE), "GUE of another variant"
    yield packet(bytes(Gue(_word=31)) + counting(8), 40000, GUE), "GUE longer than the packet"
    yield packet(PING, FOU, FOU), "FOU: IPv6"
    yield packet(PACKET4, FOU, FOU), "FOU: IPv4"
    yield packet(PING + b"\0", FOU, FOU), "An octet too much: no FOU"
    yield packet(PING[:-1], FOU, FOU), "An octet less: no FOU"
    wrong = PACKET4[:10] + b"\x12\x34" + PACKET4[12:]
    yield packet(wrong, FOU, FOU), "A wrong header checksum: no FOU"
    client = ip6("2001:0:c000:201::1")
    teredo = ping(src=client)
    yield packet(teredo, 40010, 40012), "From one client of Teredo to another: no FOU"
    yield packet(PING[:6] + b"\xfe" + PING[7:], FOU, FOU), "A next header that nobody reads: no FOU"


KEY, MACS = counting(32), counting(16) + bytes(16)
SENDER, RECEIVER = struct.pack("<I", 0x60060001), struct.pack("<I", 0x60060002)
INITIATION = b"\1\0\0\0" + SENDER + KEY + counting(48) + counting(28) + MACS
RESPONSE = b"\2\0\0\0" + RECEIVER + SENDER + KEY + counting(16) + MACS
COOKIE = b"\3\0\0\0" + SENDER + counting(24) + counting(32)


def transport(receiver: bytes, counter: int, size: int) -> bytes:
    """A message that carries so many octets."""
    return b"\4\0\0\0" + receiver + struct.pack("<Q", counter) + counting(size + 16)


def wireguard() -> Iterator[Commented]:
    """A handshake, data, and what only looks like it."""
    yield packet(INITIATION, 40000, WIREGUARD), "Handshake initiation"
    yield packet(COOKIE, 40000, WIREGUARD, back=True), "Cookie reply"
    yield packet(INITIATION, 40000, WIREGUARD), "Again"
    yield packet(RESPONSE, 40000, WIREGUARD, back=True), "Handshake response"
    yield packet(transport(RECEIVER, 0, 0), 40000, WIREGUARD), "Keepalive"
    yield packet(transport(SENDER, 0, 32), 40000, WIREGUARD, back=True), "Data"
    yield packet(transport(RECEIVER, 1, 300), 40000, WIREGUARD), "More data"
    yield packet(transport(b"nobd", 1, 16), 40000, WIREGUARD), "A receiver that nobody is"
    yield packet(INITIATION, 40002, 40004), "At other ports"
    yield packet(RESPONSE, 40002, 40004, back=True), "… answered"
    yield packet(transport(RECEIVER, 0, 16), 40002, 40004), "… used"
    yield packet(INITIATION[:-1], 40000, WIREGUARD), "An initiation that is too short"
    yield packet(RESPONSE + b"\0", 40000, WIREGUARD), "A response that is too long"
    yield packet(transport(RECEIVER, 0, 0)[:-1], 40000, WIREGUARD), "Data that is too short"
    yield packet(b"\5\0\0\0" + counting(40), 40000, WIREGUARD), "Type 5"
    reserved = b"\4\0\0\1" + transport(RECEIVER, 0, 16)[4:]
    yield packet(reserved, 40000, WIREGUARD), "Reserved octets"
    yield packet(reserved, 40006, 40008), "… at other ports: no WireGuard"


def payload(following: int, body: bytes, *, critical: bool = False) -> bytes:
    """A payload of IKE."""
    return struct.pack(">BBH", following, critical << 7, 4 + len(body)) + body


def ike(first: int, payloads: bytes, **fields: int | bytes) -> bytes:
    """A message of IKE."""
    spi = bytes.fromhex("6006000102030405")
    return bytes(Isakmp(ispi=spi, nxt=first, len=28 + len(payloads), **fields)) + payloads


def ipsec() -> Iterator[Commented]:
    """RFC 3948, and IKE of both versions as far as it is read."""
    esp = bytes(ESP(spi=0x60060001, sequence=1)) + counting(40)
    yield packet(esp, NAT_T, NAT_T), "ESP"
    yield packet(b"\xff", NAT_T, NAT_T), "NAT keepalive"
    yield packet(b"\xff\xff", NAT_T, NAT_T), "Two octets of it"
    sealed = payload(35, counting(40))
    auth = ike(46, sealed, rspi=bytes(7) + b"\6", exchange=35, id=1)
    yield packet(bytes(4) + auth, NAT_T, NAT_T), "IKE behind the Non-ESP Marker"
    yield packet(bytes(4), NAT_T, NAT_T), "The marker alone"
    chain = payload(40, counting(20)) + payload(0, counting(16), critical=True)
    yield packet(ike(34, chain), IKE, IKE), "IKE_SA_INIT: key exchange, nonce"
    yield packet(ike(13, payload(0, b"sixscope"), version=0x10, exchange=2), IKE, IKE), "Version 1"
    hidden = ike(8, counting(32), version=0x10, exchange=32, flags=1)
    yield packet(hidden, IKE, IKE), "Version 1, encrypted"


FILES = {
    "encapsulations.pcapng": lambda path: write(path, (*generic(), *wireguard(), *ipsec())),
}
