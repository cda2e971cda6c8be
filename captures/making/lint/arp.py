"""Cases of ARP's rules."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import HOST4, HOST_MAC, OTHER_MAC, ROUTER4, ROUTER_MAC, ethernet
from making.lint import At, Case, broken, near

BROADCAST = b"\xff" * 6


def message(
    sender: bytes = HOST4, mac: bytes = HOST_MAC, *, frame: bytes | None = None,
    sizes: tuple[int, int] = (6, 4), octets: int | None = None,
) -> bytes:  # fmt: skip
    """A request for the router's MAC address."""
    body = struct.pack(">HHBBH", 1, 0x0800, *sizes, 1) + mac + sender + bytes(6) + ROUTER4
    return ethernet(body[:octets], 0x0806, frame or mac, BROADCAST)


def cases() -> Iterator[Case]:
    """Lengths, and addresses with two owners."""
    yield broken("ARP-001", message(sizes=(6, 16)))
    yield broken("ARP-001", message(sizes=(8, 4)))
    yield broken("ARP-001", message(octets=24))
    yield near("ARP-001", "as it should be", message())
    yield broken("ARP-002", message(), At(message(mac=OTHER_MAC), after=5))
    yield broken("ARP-002", message(frame=OTHER_MAC))
    yield near("ARP-002", "over a minute later", message(), At(message(mac=OTHER_MAC), after=61))
    yield near("ARP-002", "probes have no address",
               message(bytes(4)), message(bytes(4), OTHER_MAC))  # fmt: skip
    yield near("ARP-002", "two hosts", message(), message(ROUTER4, ROUTER_MAC))
