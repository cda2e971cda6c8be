"""The tour: one host's first minutes on a network, and the tunnel behind its router.

Interface 0 is the LAN, interface 1 the router's side towards the IPv4 network, without a link
layer.
"""

from __future__ import annotations

import struct
from pathlib import Path

from dissect.capture.write import PcapngWriter
from making.build import (
    ACK,
    ALL_NODES,
    ALL_ROUTERS,
    BEGIN,
    FIN,
    HOST_LOCAL,
    HOST_MAC,
    ICMPV6,
    MILLISECOND,
    PSH,
    ROUTER_LOCAL,
    ROUTER_MAC,
    SYN,
    TCP_PROTO,
    UDP_PROTO,
    counting,
    ethernet,
    fragment,
    icmpv6,
    icmpv6_packet,
    ip4,
    ip6,
    ipv4,
    ipv6,
    multicast_mac,
    nd_option,
    option,
    padded_options,
    tcp,
    udp,
)

RAW = 101
PREFIX = ip6("2001:db8:0:1::")
HOST = ip6("2001:db8:0:1:200:5eff:fe00:5301")
ROUTER = ip6("2001:db8:0:1::ff")
RESOLVER = ip6("2001:db8:0:1::53")
SERVER = ip6("2001:db8:80::80")
MIDDLE = ip6("2001:db8:ffff::1")
UNSPECIFIED = bytes(16)
MLD_ROUTERS = ip6("ff02::16")
RESOLVER_MAC = bytes.fromhex("00005e005335")
TUNNEL4 = ip4("192.0.2.1"), ip4("198.51.100.1")
HOST_PORT, RESOLVER_PORT = 49152, 53


def solicited_node(address: bytes) -> bytes:
    """The group that an address's neighbour solicitations go to (RFC 4291, section 2.7.1)."""
    return ip6("ff02::1:ff00:0")[:13] + address[13:]


class Tour:
    """Writes the story, a step after the other."""

    def __init__(self, path: Path) -> None:
        self.now = BEGIN
        with path.open("wb") as stream:
            self.file = PcapngWriter(stream, comment="sixscope's tour, made by captures/make.py")
            self.lan = self.file.interface(1, name="lan", description="Host LAN")
            self.wan = self.file.interface(RAW, name="wan", description="Router, IPv4 side")
            self.boot()
            self.configure()
            self.resolve()
            self.ping()
            self.trace()
            self.connect()
            self.fragments()
            self.jumbogram()
            self.tunnel()

    def packet(
        self, data: bytes, wait: int, interface: int = 0, comment: str | None = None
    ) -> None:
        """Append a packet, some milliseconds after the one before."""
        self.now += wait * MILLISECOND
        self.file.packet(data, self.now, interface, comment=comment)

    def from_host(
        self, packet: bytes, wait: int, dst: bytes = ROUTER_MAC, comment: str | None = None
    ) -> None:
        """A packet that the host sends on its LAN."""
        self.packet(ethernet(packet, src=HOST_MAC, dst=dst), wait, comment=comment)

    def to_host(self, packet: bytes, wait: int, src: bytes = ROUTER_MAC) -> None:
        """A packet that the host gets."""
        self.packet(ethernet(packet, src=src, dst=HOST_MAC), wait)

    def to_group(self, kind: int, body: bytes, src: bytes, group: bytes, wait: int,
                 comment: str | None = None) -> None:  # fmt: skip
        """A Neighbor Discovery message of the host's to a group."""
        packet = icmpv6_packet(kind, 0, body, src, group, 255)
        self.from_host(packet, wait, multicast_mac(group), comment)

    def boot(self) -> None:
        """Multicast listener reports and duplicate address detection for the link-local address."""
        group = solicited_node(HOST_LOCAL)
        self.report(group, UNSPECIFIED, "The host boots and joins a group for its address")
        self.to_group(135, bytes(4) + HOST_LOCAL + nd_option(14, b"sixsco"), UNSPECIFIED, group, 40,
                      "Does anyone have this address? (RFC 4862, section 5.4)")  # fmt: skip
        self.report(group, HOST_LOCAL, None, wait=1000)

    def report(self, group: bytes, src: bytes, comment: str | None, wait: int = 10) -> None:
        """An MLDv2 report: now listening to a group, whoever sends."""
        record = struct.pack(">BBH", 4, 0, 0) + group
        message = icmpv6(143, 0, struct.pack(">HH", 0, 1) + record, src, MLD_ROUTERS)
        alert = padded_options(ICMPV6, option(5, b"\0\0"))
        packet = ipv6(alert + message, 0, src, MLD_ROUTERS, hlim=1)
        self.from_host(packet, wait, multicast_mac(MLD_ROUTERS), comment)

    def configure(self) -> None:
        """Router discovery, and an address of its own."""
        link_address = nd_option(1, HOST_MAC)
        self.to_group(133, bytes(4) + link_address, HOST_LOCAL, ALL_ROUTERS, 20)
        told = (
            struct.pack(">BBHII", 64, 0x08, 1800, 30000, 1000)
            + nd_option(1, ROUTER_MAC)
            + nd_option(5, struct.pack(">HI", 0, 1500))
            + nd_option(3, struct.pack(">BBIII", 64, 0xC0, 86400, 14400, 0) + PREFIX)
            + nd_option(25, struct.pack(">HI", 0, 3600) + RESOLVER)
        )
        advertised = icmpv6_packet(134, 0, told, ROUTER_LOCAL, ALL_NODES, 255)
        frame = ethernet(advertised, src=ROUTER_MAC, dst=multicast_mac(ALL_NODES))
        self.packet(frame, 5, comment="Prefix, MTU and resolver come with the advertisement")
        group = solicited_node(HOST)
        self.to_group(135, bytes(4) + HOST + nd_option(14, b"sixsco"), UNSPECIFIED, group, 30)

    def neighbour(self, target: bytes, target_mac: bytes, flags: int = 0x60000000) -> None:
        """Neighbour resolution: who has it, and the answer."""
        body = bytes(4) + target + nd_option(1, HOST_MAC)
        self.to_group(135, body, HOST, solicited_node(target), 20)
        answer = struct.pack(">I", flags) + target + nd_option(2, target_mac)
        self.to_host(icmpv6_packet(136, 0, answer, target, HOST, 255), 1, target_mac)

    def resolve(self) -> None:
        """A name by DNS."""
        self.neighbour(RESOLVER, RESOLVER_MAC)
        name = b"\3www\7example\0"
        question = name + struct.pack(">HH", 28, 1)
        ask = struct.pack(">6H", 0x6006, 0x0100, 1, 0, 0, 0) + question
        answer = struct.pack(">6H", 0x6006, 0x8180, 1, 1, 0, 0) + question
        answer += struct.pack(">HHHIH", 0xC00C, 28, 1, 300, 16) + SERVER
        self.from_host(self.datagram(ask, HOST_PORT, 53, HOST, RESOLVER), 2, RESOLVER_MAC,
                       "Which address has www.example?")  # fmt: skip
        self.to_host(self.datagram(answer, 53, HOST_PORT, RESOLVER, HOST), 3, RESOLVER_MAC)

    def datagram(
        self, data: bytes, sport: int, dport: int, src: bytes, dst: bytes, hlim: int = 64
    ) -> bytes:
        """UDP in IPv6."""
        return ipv6(udp(data, sport, dport, src, dst), UDP_PROTO, src, dst, hlim=hlim)

    def ping(self) -> None:
        """Three echo requests, and their replies by way of the router."""
        self.neighbour(ROUTER, ROUTER_MAC, 0xE0000000)
        for sequence in range(1, 4):
            body = struct.pack(">HH", 0x6001, sequence) + counting(32)
            self.from_host(icmpv6_packet(128, 0, body, HOST, SERVER), 1000)
            self.to_host(icmpv6_packet(129, 0, body, SERVER, HOST, 60), 12)

    def trace(self) -> None:
        """A traceroute: time exceeded from each router, port unreachable from the end."""
        for hop, router in enumerate((ROUTER, MIDDLE), 1):
            probe = self.datagram(b"sixscope", 40000, 33433 + hop, HOST, SERVER, hop)
            self.from_host(probe, 50)
            seen = self.datagram(b"sixscope", 40000, 33433 + hop, HOST, SERVER, 1)
            self.to_host(icmpv6_packet(3, 0, bytes(4) + seen, router, HOST, 65 - hop), 3 * hop)
        probe = self.datagram(b"sixscope", 40000, 33436, HOST, SERVER, 3)
        self.from_host(probe, 50)
        seen = self.datagram(b"sixscope", 40000, 33436, HOST, SERVER, 1)
        self.to_host(icmpv6_packet(1, 4, bytes(4) + seen, SERVER, HOST, 62), 9)

    def connect(self) -> None:
        """A TCP connection: handshake, a request and its answer, the end."""
        clock = [1000, 90000]

        def segment(up: bool, flags: int, seq: int, ack: int, data: bytes = b"",
                    options: bytes = b"", wait: int = 6) -> None:  # fmt: skip
            clock[not up] += wait
            src, dst = (HOST, SERVER) if up else (SERVER, HOST)
            ports = (HOST_PORT, 80) if up else (80, HOST_PORT)
            mine, other = (clock[0], clock[1]) if up else (clock[1], clock[0])
            stamps = b"\1\1" + bytes((8, 10)) + struct.pack(">II", mine, other if ack else 0)
            octets = tcp(data, *ports, src, dst, seq=seq, ack=ack, flags=flags,
                         options=options + stamps)  # fmt: skip
            packet = ipv6(octets, TCP_PROTO, src, dst, hlim=64 if up else 60, flow=0x6006)
            (self.from_host if up else self.to_host)(packet, wait)

        opening = bytes((2, 4)) + struct.pack(">H", 1440) + bytes((4, 2)) + bytes((1, 3, 3, 7))
        request = b"GET / HTTP/1.1\r\nHost: www.example\r\n\r\n"
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nSix"
        here, there = 0x10000000, 0x20000000
        segment(True, SYN, here, 0, options=opening, wait=30)
        segment(False, SYN | ACK, there, here + 1, options=opening)
        segment(True, ACK, here + 1, there + 1)
        segment(True, PSH | ACK, here + 1, there + 1, request, wait=1)
        here += 1 + len(request)
        segment(False, ACK, there + 1, here)
        segment(False, PSH | ACK, there + 1, here, answer, wait=2)
        there += 1 + len(answer)
        segment(True, ACK, here, there)
        segment(True, FIN | ACK, here, there, wait=5)
        segment(False, FIN | ACK, there, here + 1)
        segment(True, ACK, here + 1, there + 1)

    def fragments(self) -> None:
        """A datagram too large for the path, in three fragments, the last one first."""
        whole = udp(counting(3000), 40001, 9, HOST, SERVER)
        parts = [(at, whole[at : at + 1232]) for at in range(0, len(whole), 1232)]
        for at, part in (parts[2], parts[0], parts[1]):
            more = at + len(part) < len(whole)
            packet = ipv6(fragment(part, UDP_PROTO, at, more=more), 44, HOST, SERVER)
            self.from_host(packet, 1)

    def jumbogram(self) -> None:
        """A datagram of more than 65,535 octets, as a link with such an MTU carries it."""
        data = counting(66000)
        body = udp(data, 40002, 9, HOST, ROUTER, length=0)
        jumbo = padded_options(UDP_PROTO, option(0xC2, struct.pack(">I", 8 + len(body))))
        packet = ipv6(jumbo + body, 0, HOST, ROUTER, plen=0)
        self.from_host(packet, 20, comment="Longer than its length fields can say (RFC 2675)")

    def tunnel(self) -> None:
        """The same ping as it leaves the router, in IPv4."""
        for number, (src, dst, kind) in enumerate(((HOST, SERVER, 128), (SERVER, HOST, 129))):
            body = struct.pack(">HH", 0x6001, 4) + counting(32)
            inner = icmpv6_packet(kind, 0, body, src, dst, 63)
            ends = TUNNEL4 if number == 0 else TUNNEL4[::-1]
            self.packet(ipv4(inner, 41, *ends, id=0x6006 + number), 10, self.wan,
                        "6in4: IPv6 over the IPv4 network" if number == 0 else None)  # fmt: skip


def write(path: Path) -> None:
    """Make the file."""
    Tour(path)


FILES = {"tour.pcapng": write}
