"""IPv4 and what stands in it: options, fragments, ICMP, TCP options."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ACK,
    FIN,
    HOST,
    HOST4,
    OTHER,
    OTHER4,
    PSH,
    ROUTER4,
    RST,
    SYN,
    TCP_PROTO,
    UDP_PROTO,
    URG,
    counting,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    tcp,
    udp,
    write,
)

DATAGRAM = udp(b"sixscope", 40000, 9, HOST4, OTHER4)


def in_frame(packet: bytes) -> bytes:
    """An IPv4 packet in a frame, padded as short frames are."""
    frame = ethernet(packet, 0x0800)
    return frame + bytes(max(60 - len(frame), 0))


def option(code: int, value: bytes) -> bytes:
    """An option; its length counts all of it."""
    return bytes((code, 2 + len(value))) + value


def ip_options() -> Iterator[tuple[bytes, str]]:
    """Each IPv4 option."""

    def with_options(options: bytes) -> bytes:
        return in_frame(ipv4(DATAGRAM, UDP_PROTO, options=options))

    route = HOST4 + ROUTER4
    yield with_options(b"\1\1\1\0"), "No operation, end of list"
    yield with_options(option(7, b"\x04" + bytes(8))), "Record route, empty"
    yield with_options(option(7, b"\x0c" + route)), "Record route, full"
    yield with_options(option(131, b"\x04" + route)), "Loose source route"
    yield with_options(option(137, b"\x04" + route)), "Strict source route"
    yield with_options(option(68, b"\x05\x00" + bytes(8))), "Timestamps"
    yield with_options(option(68, b"\x0d\x01" + ROUTER4 + struct.pack(">I", 3600000))), "… of whom"
    yield with_options(option(148, b"\0\0")), "Router alert"
    yield with_options(option(136, b"\x60\x06")), "Stream identifier"
    yield with_options(option(130, bytes(9))), "Security"
    yield with_options(option(134, struct.pack(">IBBBB", 1, 1, 4, 0, 6))), "Commercial security"
    yield with_options(option(25, bytes((0x05, 7)) + bytes(4))), "Quick-Start"
    yield with_options(option(30, counting(2))), "Experiment"
    yield with_options(option(99, counting(4))), "Not assigned"
    yield with_options(bytes((7, 0, 0, 0))), "An option of length 0"
    yield with_options(bytes((7, 40, 4, 0))), "An option past the header"
    yield with_options(bytes((7, 2, 1, 1))), "Record route without a pointer"


def packets() -> Iterator[tuple[bytes, str]]:
    """The header's fields and troubles."""
    good = ipv4(DATAGRAM, UDP_PROTO, tos=0xB9, ttl=255, id=0x6006)
    yield in_frame(good), "DSCP and ECN set"
    yield in_frame(good[:10] + b"\x12\x34" + good[12:]), "Header checksum wrong"
    yield in_frame(ipv4(DATAGRAM, UDP_PROTO, ttl=0)), "TTL 0"
    yield in_frame(ipv4(DATAGRAM, UDP_PROTO, flags_off=0xC000)), "Reserved bit set (RFC 3514)"
    yield in_frame(ipv4(DATAGRAM[:16], UDP_PROTO, flags_off=0x2000)), "First fragment"
    yield in_frame(ipv4(counting(8), UDP_PROTO, flags_off=2)), "Last fragment"
    yield in_frame(ipv4(DATAGRAM, UDP_PROTO, length=200)), "Total Length past the end"
    yield in_frame(ipv4(DATAGRAM, UDP_PROTO, length=10)), "Total Length under the header's"
    yield in_frame(ipv4(DATAGRAM, UDP_PROTO, length=0)), "Total Length 0, as offloading leaves it"
    yield in_frame(b"\x44" + good[1:]), "Header length under 5 words"
    yield in_frame(b"\x65" + good[1:]), "Version 6 by an IPv4 EtherType"
    yield in_frame(ipv4(counting(20), 253)), "An experimental protocol"
    yield in_frame(ipv4(b"", 255)), "Reserved protocol, nothing in it"
    for there in (6, 7, 8, 12, 19):
        words = f"A header of {there} octets"
        yield ethernet(ipv6(ipv4(DATAGRAM, UDP_PROTO)[:there], 4)), words


def icmp_messages() -> Iterator[tuple[bytes, str]]:
    """ICMP: echoes, errors with quotes."""
    quoted = ipv4(DATAGRAM, UDP_PROTO)[:28]
    back = (ROUTER4, HOST4)

    def message(kind: int, code: int, body: bytes) -> bytes:
        return in_frame(ipv4(icmp(kind, code, body), 1, *back))

    echo = b"\x60\x06\0\1" + counting(48)
    yield in_frame(ipv4(icmp(8, 0, echo), 1)), "Echo request"
    yield in_frame(ipv4(icmp(0, 0, echo), 1, OTHER4, HOST4)), "Echo reply"
    for code in range(16):
        word = struct.pack(">HH", 0, 1280 if code == 4 else 0)
        yield message(3, code, word + quoted), f"Destination unreachable, code {code}"
    yield message(4, 0, bytes(4) + quoted), "Source quench"
    for code in range(4):
        yield message(5, code, ROUTER4 + quoted), f"Redirect, code {code}"
    yield message(9, 0, bytes((1, 2)) + struct.pack(">H", 1800) + ROUTER4 + bytes(4)), "Router"
    yield message(10, 0, bytes(4)), "Router solicitation"
    yield message(11, 0, bytes(4) + quoted), "Time to live exceeded"
    yield message(11, 1, bytes(4) + quoted), "Reassembly time exceeded"
    yield message(12, 0, b"\x14\0\0\0" + quoted), "Parameter problem"
    stamps = struct.pack(">HHIII", 1, 1, 3600000, 3600001, 3600002)
    yield message(13, 0, stamps), "Timestamp request"
    yield message(14, 0, stamps), "Timestamp reply"
    yield message(17, 0, struct.pack(">HHI", 1, 1, 0)), "Address mask request"
    yield message(18, 0, struct.pack(">HHI", 1, 1, 0xFFFFFF00)), "Address mask reply"
    yield message(3, 3, bytes(4)), "No quote"
    yield message(42, 0, b"\x60\x06\1\1"), "Extended echo request"
    yield message(99, 9, counting(8)), "Not assigned"


def tcp_options() -> Iterator[tuple[bytes, str]]:
    """Each TCP option, over IPv6, and the flags."""

    def with_options(options: bytes, flags: int = SYN) -> bytes:
        segment = tcp(b"", 40000, 80, seq=1, flags=flags, options=options)
        return ethernet(ipv6(segment, TCP_PROTO))

    yield with_options(option(2, struct.pack(">H", 1440))), "Maximum segment size"
    yield with_options(option(3, b"\7")), "Window scale"
    yield with_options(option(3, b"\x0f")), "Window scale over 14 (RFC 7323, section 2.3)"
    yield with_options(option(4, b"")), "Selective acknowledgments permitted"
    blocks = struct.pack(">4I", 1000, 2000, 3000, 4000)
    yield with_options(b"\1\1" + option(5, blocks), ACK), "Two selective acknowledgments"
    yield with_options(b"\1\1" + option(8, struct.pack(">II", 100, 200)), ACK), "Timestamps"
    yield with_options(option(6, counting(4))), "Echo, obsolete"
    yield with_options(option(11, counting(4))), "Connection count, obsolete"
    yield with_options(option(19, counting(16))), "MD5 signature"
    yield with_options(option(27, bytes((0x05, 7)) + bytes(4))), "Quick-Start"
    yield with_options(option(28, struct.pack(">H", 0x8005))), "User timeout"
    yield with_options(option(29, bytes((1, 2)) + counting(12))), "Authentication option"
    yield with_options(option(34, b"")), "Fast Open, asks for a cookie"
    yield with_options(option(34, counting(8))), "Fast Open cookie"
    yield with_options(option(30, bytes((0x01, 0x81)))), "Multipath TCP, capable"
    yield with_options(option(253, b"\xf9\x89" + counting(4))), "Experiment: Fast Open"
    yield with_options(option(254, b"\x60\x06" + counting(4))), "Experiment"
    yield with_options(option(99, counting(2))), "Not assigned"
    yield with_options(bytes((2, 0, 0, 0))), "An option of length 0"
    yield with_options(bytes((2, 9, 0, 0))), "An option past the header"
    yield with_options(option(2, b"\x05")), "Maximum segment size of one octet"
    for flags in (0, FIN | PSH | URG, SYN | FIN, RST, RST | ACK, 0xC2, 0x1FF, 0xE10):
        yield with_options(b"", flags), f"Flags 0x{flags:03x}"
    segment = tcp(b"six", 40000, 9, HOST4, OTHER4, flags=PSH | ACK)
    yield in_frame(ipv4(segment, TCP_PROTO)), "Over IPv4"
    urgent = tcp(b"!", 40000, 23, HOST, OTHER, flags=URG | ACK)
    yield ethernet(ipv6(urgent[:18] + b"\0\1" + urgent[20:], TCP_PROTO)), "Urgent data"


FILES = {
    "ipv4_header.pcapng": lambda path: write(path, packets()),
    "ipv4_options.pcapng": lambda path: write(path, ip_options()),
    "icmp.pcapng": lambda path: write(path, icmp_messages()),
    "tcp_options.pcapng": lambda path: write(path, tcp_options()),
}
