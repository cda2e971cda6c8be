"""How tunnels are asked for: TIC, by AYIYA's clients, and the Tunnel Setup Protocol."""

from __future__ import annotations

from collections.abc import Iterator

from dissect.protocols.tsp import Reliable
from making.build import (
    HOST,
    HOST4,
    NO_NEXT,
    OTHER,
    OTHER4,
    TCP_PROTO,
    UDP_PROTO,
    Commented,
    counting,
    ethernet,
    ipv4,
    ipv6,
    ping,
    tcp,
    udp,
    write,
)

TIC, TSP = 3874, 3653
PING = ping()
ACK_PSH = 0x18


class Connection:
    """A TCP connection that counts its octets."""

    def __init__(self, client: int, server: int) -> None:
        self.ports = client, server
        self.sent = [1, 1]

    def say(self, text: bytes, *, back: bool = False) -> bytes:
        """A segment with text."""
        ports, ends = self.ports, (HOST, OTHER)
        if back:
            ports, ends = ports[::-1], ends[::-1]
        seq, ack = self.sent[back], self.sent[not back]
        self.sent[back] += len(text)
        segment = tcp(text, *ports, *ends, seq=seq, ack=ack, flags=ACK_PSH)
        return ethernet(ipv6(segment, TCP_PROTO, *ends))


def tic() -> Iterator[Commented]:
    """A session of the Tunnel Information and Control protocol."""
    talk = Connection(40000, TIC)
    yield talk.say(b"200 TIC service at tic.example ready\n", back=True), "Welcome"
    yield talk.say(b'client TIC/draft-00 sixscope/1 "paper"\n'), "Who asks"
    yield talk.say(b"200 Client identity accepted\n", back=True), "Accepted"
    yield talk.say(b"username SIX6-TIC\nchallenge md5\n"), "Two commands in a segment"
    yield talk.say(b"200 Name accepted\n200 60060102030405\n", back=True), "Two answers"
    yield talk.say(b"authenticate md5 00112233445566778899aabbccddeeff\n"), "The hash"
    yield talk.say(b"401 Wrong password\n", back=True), "Not accepted"
    yield talk.say(b"tunnel show T6006\n"), "About a tunnel"
    lines = b"201 Showing tunnel information for T6006\nTunnelId: T6006\nType: ayiya\n"
    lines += b"IPv6 Endpoint: 2001:db8:6::2\nTunnel MTU: 1280\nUserState: enabled\n202 Done\n"
    yield talk.say(lines, back=True), "Its lines"
    yield talk.say(b"QUIT Bye\n"), "The end"
    yield talk.say(b"\x00\x01\x02binary\xff"), "What is no text"
    yield talk.say(b"half a lin"), "A line cut by the segment"


CREATE = (
    b'<tunnel action="create" type="v6anyv4" lifetime="1440">\r\n <client>\r\n'
    b'  <address type="ipv4">192.0.2.1</address>\r\n  <keepalive interval="30"></keepalive>\r\n'
    b" </client>\r\n</tunnel>\r\n"
)
INFO = (
    b'<tunnel action="info" type="v6v4" lifetime="1440">\r\n <server>\r\n'
    b'  <address type="ipv6">2001:db8:6::1</address>\r\n </server>\r\n</tunnel>\r\n'
)


def sized(body: bytes) -> bytes:
    """A body behind its length."""
    return b"Content-length: %d\r\n" % len(body) + body


def reliable(sequence: int, text: bytes) -> bytes:
    """Signaling over UDP."""
    return bytes(Reliable(_word=0xF << 28 | sequence, timestamp=0x60060000 + sequence)) + text


def tsp() -> Iterator[Commented]:
    """A tunnel over TCP, one over UDP with what it carries."""
    talk = Connection(40001, TSP)
    yield talk.say(b"VERSION=2.0.0\r\n"), "The version"
    yield (
        talk.say(b"CAPABILITY TUNNEL=V6V4 TUNNEL=V6UDPV4 AUTH=DIGEST-MD5\r\n", back=True),
        "Able to",
    )
    yield talk.say(b"AUTHENTICATE ANONYMOUS\r\n"), "Authentication"
    yield talk.say(b"200 Success\r\n", back=True), "Accepted"
    yield talk.say(sized(CREATE)), "Asked for"
    yield talk.say(sized(b"200 Success\r\n" + INFO), back=True), "Granted"
    yield talk.say(sized(b'<tunnel action="accept"></tunnel>\r\n')), "Taken"
    yield talk.say(b"Content-length: 90\r\n<tunnel act"), "A tag cut by the segment"

    def datagram(payload: bytes, *, back: bool = False) -> bytes:
        ports, ends = (40002, TSP), (HOST4, OTHER4)
        if back:
            ports, ends = ports[::-1], ends[::-1]
        return ethernet(ipv4(udp(payload, *ports, *ends), UDP_PROTO, *ends), 0x0800)

    yield datagram(reliable(1, b"VERSION=2.0.0\r\n")), "Over UDP: the version"
    yield datagram(reliable(1, b"CAPABILITY TUNNEL=V6UDPV4\r\n"), back=True), "… able to"
    yield datagram(reliable(2, sized(CREATE))), "… asked for"
    yield datagram(reliable(2, sized(b"200 Success\r\n" + INFO)), back=True), "… granted"
    yield datagram(PING), "In the tunnel: IPv6"
    yield datagram(ipv4(counting(8), NO_NEXT)), "In the tunnel: IPv4"
    yield datagram(reliable(3, b"")), "A header and nothing behind it"
    yield datagram(reliable(3, b"")[:5]), "Half a header"


FILES = {
    "tunnel_setup.pcapng": lambda path: write(path, (*tic(), *tsp())),
}
