"""Link layers: VLAN tags, LLC and SNAP, ARP, and one packet for each link type."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from dissect.capture.write import PcapngWriter
from making.build import (
    BEGIN,
    HOST4,
    HOST_MAC,
    MILLISECOND,
    OTHER4,
    ROUTER4,
    ROUTER_MAC,
    UDP_PROTO,
    counting,
    ethernet,
    ieee8023,
    ip4,
    ipv4,
    ping,
    udp,
    write,
)

PING = ping(16)
PING4 = ipv4(udp(b"sixscope", 40000, 9, HOST4, OTHER4), UDP_PROTO)
BROADCAST = b"\xff" * 6


def tag(number: int, kind: int, priority: int = 0, dei: int = 0) -> bytes:
    """A VLAN tag and the EtherType behind it."""
    return struct.pack(">HH", priority << 13 | dei << 12 | number, kind)


def vlans() -> Iterator[tuple[bytes, str]]:
    """Tags and stacks of tags."""
    yield ethernet(tag(6, 0x86DD) + PING, 0x8100), "One tag"
    yield ethernet(tag(4095, 0x86DD, 7, 1) + PING, 0x8100), "Highest priority, drop eligible"
    yield ethernet(tag(0, 0x0800, 5) + PING4, 0x8100), "Priority only"
    yield ethernet(tag(100, 0x8100) + tag(6, 0x86DD) + PING, 0x88A8), "802.1ad: service, customer"
    yield ethernet(tag(100, 0x8100) + tag(6, 0x86DD) + PING, 0x8100), "Two customer tags"
    yield ethernet(tag(100, 0x86DD) + PING, 0x88A8), "A service tag alone"
    yield ethernet(tag(100, 0x86DD) + PING, 0x9100), "A tag by the older number 0x9100"
    stack = b"".join(tag(number, 0x8100) for number in range(1, 6)) + tag(6, 0x86DD)
    yield ethernet(stack + PING, 0x8100), "Six tags"
    llc = b"\x42\x42\x03" + counting(35)
    yield ethernet(tag(6, len(llc)) + llc, 0x8100), "802.3 length within a tag"
    yield ethernet(tag(6, 0x1234) + counting(46), 0x8100), "An unknown EtherType within a tag"
    yield ethernet(tag(6, 0x86DD)[:3], 0x8100), "A tag cut off"


def llc() -> Iterator[tuple[bytes, str]]:
    """IEEE 802.2 in 802.3 frames."""
    snap = b"\xaa\xaa\x03"
    yield ieee8023(snap + bytes(3) + b"\x86\xdd" + PING), "SNAP, encapsulated Ethernet: IPv6"
    yield ieee8023(snap + bytes(3) + b"\x08\x00" + PING4), "… IPv4"
    yield ieee8023(snap + b"\x00\x00\x0c\x60\x06" + counting(40)), "SNAP, Cisco, unknown"
    yield ieee8023(snap + b"\x00\x00\x5e\x00\x01" + counting(40)), "SNAP, IANA"
    yield ieee8023(snap[:2]), "LLC cut off"
    bpdu = bytes(4) + b"\0" + bytes(8) + bytes(4) + bytes(8) + b"\x80\x01" + bytes(2)
    yield ieee8023(b"\x42\x42\x03" + bpdu + b"\x14\0\x02\0\x0f\0"), "Spanning tree"
    yield ieee8023(b"\xfe\xfe\x03" + counting(40)), "ISO network layer"
    yield ieee8023(b"\xf0\xf1\x7f"), "A SABME command"
    yield ieee8023(b"\xf0\xf1\x73"), "Its UA response"
    yield ieee8023(b"\x0e\x0e\x02\x04" + counting(20)), "An information frame"
    yield ieee8023(b"\xf0\xf0\x01\x06"), "Receiver ready"
    yield ieee8023(b"\xe0\xe0\x03" + b"\xff\xff" + counting(40)), "Novell IPX"
    yield ieee8023(b"\x06\x06\x03" + PING4), "IPv4 by its own SAP"
    frame = ieee8023(b"\x42\x42\x03" + counting(35))
    yield frame[:12] + struct.pack(">H", 1501) + frame[14:], "Neither a length nor a type"
    yield frame[:12] + struct.pack(">H", 900) + frame[14:], "A length past the end"
    yield ethernet(counting(46), 0x1234), "An unknown EtherType"
    yield ethernet(b"", 0x86DD), "Nothing behind the EtherType"
    yield ethernet(PING, 0x86DD)[:13], "A header cut off"
    frame = ieee8023(b"\x42\x42\x03" + counting(35), src=b"\x01" + HOST_MAC[1:])
    yield frame, "802.3 from a group's address"


def arp() -> Iterator[tuple[bytes, str]]:
    """ARP's kinds."""

    def packet(
        op: int,
        sender: tuple[bytes, bytes],
        target: tuple[bytes, bytes],
        dst: bytes = BROADCAST,
        kind: int = 0x0806,
        head: tuple[int, int, int, int] = (1, 0x0800, 6, 4),
    ) -> bytes:
        body = struct.pack(">HHBBH", *head, op) + b"".join(sender + target)
        return ethernet(body, kind, dst=dst) + bytes(18)

    here, there = (HOST_MAC, HOST4), (ROUTER_MAC, ROUTER4)
    nobody = bytes(6)
    yield packet(1, here, (nobody, ROUTER4)), "Who has it?"
    yield packet(2, there, here, HOST_MAC), "The answer"
    yield packet(1, (HOST_MAC, bytes(4)), (nobody, HOST4)), "Probe (RFC 5227)"
    yield packet(1, here, (nobody, HOST4)), "Announcement: gratuitous request"
    yield packet(2, here, (BROADCAST, HOST4)), "Gratuitous reply"
    yield packet(2, (ROUTER_MAC, HOST4), here, HOST_MAC), "Somebody else claims the address"
    yield packet(3, here, (ROUTER_MAC, bytes(4)), kind=0x8035), "RARP request"
    yield packet(4, there, here, kind=0x8035), "RARP reply"
    yield packet(8, here, (ROUTER_MAC, bytes(4))), "Inverse ARP request"
    yield packet(9, there, here, HOST_MAC), "Inverse ARP reply"
    yield packet(25, here, there), "Not assigned"
    yield packet(1, (b"\1\2", HOST4), (b"\0\0", ROUTER4), head=(1, 0x0800, 2, 4)), "Odd lengths"
    yield packet(1, here, (nobody, ROUTER4), head=(6, 0x0800, 6, 4)), "IEEE 802 hardware"
    yield packet(1, here, (nobody, ip4("203.0.113.6")))[:34], "Cut off"


def _sll(kind: int, payload: bytes, direction: int = 0) -> bytes:
    return (
        struct.pack(">HHH", direction, 1, 6)
        + HOST_MAC
        + bytes(2)
        + struct.pack(">H", kind)
        + payload
    )


def _sll2(kind: int, payload: bytes) -> bytes:
    return struct.pack(">HHIHBB", kind, 0, 2, 1, 4, 6) + HOST_MAC + bytes(2) + payload


LINK_TYPES = {
    0: ("null", (struct.pack("<I", 30) + PING, struct.pack("<I", 2) + PING4,
                 struct.pack(">I", 24) + PING)),
    1: ("ethernet", (ethernet(PING), ethernet(PING4, 0x0800))),
    9: ("ppp", (b"\x00\x57" + PING, b"\xff\x03\x00\x21" + PING4)),
    12: ("raw-bsd", (PING, PING4)),
    101: ("raw", (PING, PING4, b"\x50" + PING[1:])),
    108: ("loop", (struct.pack(">I", 24) + PING, struct.pack(">I", 2) + PING4)),
    113: ("sll", (_sll(0x86DD, PING), _sll(0x0800, PING4, 4), _sll(0x0004, b"\x42\x42\x03six"))),
    228: ("ipv4", (PING4,)),
    229: ("ipv6", (PING,)),
    276: ("sll2", (_sll2(0x86DD, PING), _sll2(0x0800, PING4))),
    147: ("user0", (counting(20),)),
}  # fmt: skip


def link_types(path: Path) -> None:
    """An interface for each link type, with packets of both IP versions where it can carry them."""
    with path.open("wb") as stream:
        file = PcapngWriter(stream)
        numbers = [file.interface(kind, name=name) for kind, (name, _) in LINK_TYPES.items()]
        time = BEGIN
        for number, (_, frames) in zip(numbers, LINK_TYPES.values(), strict=True):
            for frame in frames:
                file.packet(frame, time, number)
                time += MILLISECOND


FILES = {
    "vlan.pcapng": lambda path: write(path, vlans()),
    "llc.pcapng": lambda path: write(path, llc()),
    "arp.pcapng": lambda path: write(path, arp()),
    "link_types.pcapng": link_types,
}
