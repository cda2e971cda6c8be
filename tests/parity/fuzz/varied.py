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
    "l2tp": ("l2tp", "l2tp_sessions"),
    "lisp": ("lisp",),
    "ospf": ("ospfv3",),
    "pim": ("pim",),
}
"""Families that have no builder of random packets, and the captures that they are made from."""

HEADERS = {b"\x86\xdd": 14 + 40, b"\x08\0": 14 + 20}
"""Octets of Ethernet and IP, which stay as they are, by EtherType."""
MOST_CHANGES = 2


def varied(*names: str) -> Callable[[Chance], bytes]:
    """A generator of variations of these captures' packets; without lies they are as they were."""

    def generate(chance: Chance) -> bytes:
        packet = bytearray(chance.choice(packets(*names)))
        first = HEADERS[bytes(packet[12:14])]
        if not chance.lies or len(packet) <= first:
            return bytes(packet)
        for _ in range(chance.randint(1, MOST_CHANGES)):
            at = chance.randrange(first, len(packet))
            packet[at] = chance.other(packet[at])
        return chance.cut(bytes(packet))

    return generate


@cache
def packets(*names: str) -> tuple[bytes, ...]:
    """All packets of some captures that are IP in Ethernet."""
    found: list[bytes] = []
    for name in names:
        with open_capture(ROOT / "captures" / f"{name}.pcapng") as capture:
            octets = [bytes(packet.data) for packet in capture]
            found += [packet for packet in octets if packet[12:14] in HEADERS]
    return tuple(found)
