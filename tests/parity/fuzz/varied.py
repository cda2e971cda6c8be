"""Random variations of packets that our captures have: an octet or the end is another one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from dissect import open_capture
from tests.captures_list import ROOT
from tests.parity.fuzz.chance import Chance

CAPTURES = {
    "ayiya": ("ayiya",),
    "mip6": ("mip6_messages", "mip6_options"),
    "l2tp": ("l2tp",),
    "l2tp3": ("l2tp_sessions",),
    "lisp": ("lisp",),
    "ospf": ("ospfv3",),
    "pim": ("pim",),
}
"""Families that have no builder of random packets, and the captures that they are made from."""

HEADERS = {b"\x86\xdd": 14 + 40, b"\x08\0": 14 + 20}
"""Octets of Ethernet and IP, which stay as they are, by EtherType."""
PROTOCOLS = {b"\x86\xdd": 14 + 6, b"\x08\0": 14 + 9}
"""Where the protocol stands."""
SOURCES = {b"\x86\xdd": 14 + 8, b"\x08\0": 14 + 12}
"""Where the source address stands, with the destination behind it."""
UDP_PROTO, L2TP_PROTO, PORTS = 17, 115, 4
MOST_CHANGES = 2


def varied(*names: str) -> Callable[[Chance], bytes]:
    """A generator of variations of these captures' packets; without lies they are as they were."""

    def generate(chance: Chance) -> bytes:
        packet = bytearray(chance.choice(packets(*names)))
        end = HEADERS[bytes(packet[12:14])]
        protocol = packet[PROTOCOLS[bytes(packet[12:14])]]
        first = end + PORTS if protocol == UDP_PROTO else end  # who talks to whom stays, too
        if not chance.lies or len(packet) <= first:
            return bytes(packet)
        for _ in range(chance.randint(1, MOST_CHANGES)):
            at = chance.randrange(first, len(packet))
            packet[at] = chance.other(packet[at])
        if _is_remembered(protocol, packet[end:]):
            for last in (end, end - (end - SOURCES[bytes(packet[12:14])]) // 2):
                packet[last - 2 : last] = chance.randbytes(2)
        return chance.cut(bytes(packet))

    return generate


def _is_remembered(protocol: int, octets: bytes) -> bool:
    """Whether a broken packet must have other addresses than those of its capture.

    What a control message of L2TP says of sessions is remembered, and tshark and we don't agree
    where a broken one ends.
    """
    if protocol == L2TP_PROTO:
        return octets[:4] == bytes(4)
    return protocol == UDP_PROTO and octets[2:4] == b"\x06\xa5" and octets[8:9] >= b"\x80"


@cache
def packets(*names: str) -> tuple[bytes, ...]:
    """All packets of some captures that are IP in Ethernet."""
    found: list[bytes] = []
    for name in names:
        with open_capture(ROOT / "captures" / f"{name}.pcapng") as capture:
            octets = [bytes(packet.data) for packet in capture]
            found += [packet for packet in octets if packet[12:14] in HEADERS]
    return tuple(found)
