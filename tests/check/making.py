"""Small captures whose contents are known, and files of expectations beside them."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

from dissect.capture.write import PcapWriter
from dissect.check.run import Checked, check_files

SECOND = 1_000_000_000
START = 1_700_000_000 * SECOND
RAW = 101
"""LINKTYPE_RAW: packets begin with the IP header."""


def ipv6(nxt: int, payload: bytes, *, src="2001:db8::1", dst="2001:db8::2", hlim=64) -> bytes:
    """An IPv6 packet (RFC 8200, section 3)."""
    ends = socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst)
    return struct.pack(">IHBB", 6 << 28, len(payload), nxt, hlim) + ends + payload


def summed(packet: bytes, place: int) -> bytes:
    """A packet with the checksum of what it carries (RFC 8200, section 8.1) at a place."""
    length = struct.pack(">II", len(packet) - 40, packet[6])
    octets = packet[8:40] + length + packet[40:] + b"\0"
    words = struct.unpack(f">{len(octets) // 2}H", octets[: len(octets) // 2 * 2])
    total = sum(words)
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return packet[:place] + struct.pack(">H", ~total & 0xFFFF) + packet[place + 2 :]


def echo(kind: int, ident: int, seq: int, **header) -> bytes:
    """An echo request (128) or reply (129)."""
    return summed(ipv6(58, struct.pack(">BBHHH", kind, 0, 0, ident, seq), **header), 42)


def udp(sport: int, dport: int, data: bytes = b"", **header) -> bytes:
    """A UDP datagram."""
    head = struct.pack(">HHHH", sport, dport, 8 + len(data), 0)
    return summed(ipv6(17, head + data, **header), 46)


def dns_query(ident: int, **header) -> bytes:
    """A query for the root's addresses."""
    return udp(40000, 53, struct.pack(">6H", ident, 0x100, 1, 0, 0, 0) + b"\0\0\x1c\0\1", **header)


def dns_answer(ident: int, **header) -> bytes:
    """Its answer: none such."""
    ends = {"src": "2001:db8::2", "dst": "2001:db8::1"} | header
    return udp(53, 40000, struct.pack(">6H", ident, 0x8180, 1, 0, 0, 0) + b"\0\0\x1c\0\1", **ends)


def write(path: Path, packets, *, link_type=RAW) -> Path:
    """A capture of packets, each with its milliseconds, or all at once."""
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type)
        for number, packet in enumerate(packets):
            octets, time = packet if isinstance(packet, tuple) else (packet, number)
            writer.packet(octets, START + time * 1_000_000)
    return path


def check(folder: Path, text: str, **options) -> Checked:
    """Hold ``x.pcap`` in a folder against expectations."""
    (folder / "x.sixscope.toml").write_text(f'capture = "x.pcap"\n{text}', encoding="utf-8")
    return check_files([str(folder / "x.sixscope.toml")], **options)


def told(verdict: Checked) -> list[str]:
    """The verdict's messages, without the capture's name."""
    return [finding.message.removeprefix("x.pcap: ") for finding in verdict]
