"""Crafted datagrams of calls: SIP with SDP, then RTP and RTCP between two ends."""

from __future__ import annotations

from dissect.engine.packet import Packet
from dissect.engine.session import Session
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.udp import UDP

ALICE = bytes.fromhex("20010db8" + "00" * 11 + "01")
BOB = bytes.fromhex("20010db8" + "00" * 11 + "02")
START = 48
"""Where a datagram's payload begins."""


def ip(source: bytes, sport: int, destination: bytes, dport: int, payload: bytes) -> bytes:
    """An IPv6 packet with a datagram."""
    size = 8 + len(payload)
    header = bytes(IPv6(plen=size, nxt=17, src=source, dst=destination))
    return header + bytes(UDP(sport=sport, dport=dport, len=size)) + payload


class Line:
    """A capture being read: datagrams come one after the other, a millisecond apart."""

    def __init__(self) -> None:
        self.session = Session()
        self.number = 0

    def send(
        self, payload: bytes, sport: int = 5060, dport: int = 5060, *, back: bool = False,
        original: int | None = None,
    ) -> Packet:  # fmt: skip
        """From Alice to Bob, or back."""
        ends = (BOB, ALICE) if back else (ALICE, BOB)
        self.number += 1
        octets = ip(ends[0], sport, ends[1], dport, payload)
        return Packet(
            octets, 101, number=self.number, time_ns=self.number * 1_000_000,
            original=original, session=self.session, strict=True,
        ).decode(detail=True)  # fmt: skip


def message(first: str, *headers: str, body: bytes = b"") -> bytes:
    """A SIP message."""
    return "\r\n".join((first, *headers)).encode() + b"\r\n\r\n" + body


def description(*lines: str) -> bytes:
    """A session description."""
    return "\r\n".join(("v=0", *lines)).encode() + b"\r\n"


def invite(*lines: str, number: int = 1, call: str = "a@b") -> bytes:
    """An INVITE with a session description."""
    return message(
        "INVITE sip:bob@example.com SIP/2.0", f"Call-ID: {call}", f"CSeq: {number} INVITE",
        "Content-Type: application/sdp", body=description(*lines),
    )  # fmt: skip


def answer(*lines: str, number: int = 1, call: str = "a@b", code: str = "200 OK") -> bytes:
    """A response to it."""
    return message(
        f"SIP/2.0 {code}", f"Call-ID: {call}", f"CSeq: {number} INVITE",
        "Content-Type: application/sdp", body=description(*lines),
    )  # fmt: skip


def audio(address: str, port: int, *more: str) -> tuple[str, ...]:
    """Lines that announce where audio goes."""
    return f"c=IN IP6 {address}", f"m=audio {port} RTP/AVP 0 101", *more


def rtp(number: int = 1, kind: int = 0, payload: bytes = b"\xd5" * 4, first: int = 0x80) -> bytes:
    """An RTP packet."""
    head = bytes((first, kind)) + number.to_bytes(2, "big") + bytes.fromhex("00000007 01020304")
    return head + payload


def shows(packet: Packet, name: str) -> list[str]:
    """The values of all fields of a name."""
    return [node.show for node in packet.fields(name)]


def notes(packet: Packet) -> list[str]:
    """The names of a packet's notes, but for those about the datagram."""
    names = [finding.note.name for finding in packet.findings]
    return [name for name in names if not name.startswith("udp.")]
