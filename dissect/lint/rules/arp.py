"""ARP (RFC 826) and IPv4's address conflicts (RFC 5227)."""

from __future__ import annotations

from dissect.engine.session import Table
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.lint.words import ip, mac
from dissect.verdict import Level

ETHERNET, IPV4 = 1, 0x0800
SIZES = {"hardware": 6, "protocol": 4}
KNOWN = 8192
"""Owners of addresses that are remembered."""
MINUTE = 60_000_000_000


class Message:
    """The head of a message; ``sender`` and ``hardware`` are empty unless they are IPv4 and MAC."""

    __slots__ = ("kind", "protocol", "sizes", "whole", "hardware", "sender")

    def __init__(self, at: At) -> None:
        octets = at.payload
        self.kind = int.from_bytes(octets[0:2], "big")
        self.protocol = int.from_bytes(octets[2:4], "big")
        self.sizes = (octets[4], octets[5]) if len(octets) > 5 else (0, 0)
        self.whole = len(octets) >= 8 + 2 * sum(self.sizes)
        plain = self.whole and self.sizes == (6, 4)
        self.hardware = octets[8:14] if plain else b""
        self.sender = octets[14:18] if plain else b""


@rule(
    "ARP-001", Level.ERROR, "RFC 826, packet format", "ARP address lengths that don't fit",
    why="Ethernet's addresses have 6 octets, IPv4's 4, and the message holds two of each.  With "
        "other lengths receivers read addresses from the wrong place, or drop the message.",
    fix="Set the lengths by the types, and send the whole message.",
    on="arp", field="arp.hw.size", whole=True,
)  # fmt: skip
def lengths(at: At) -> Hits:
    """Of types that we know."""
    message = Message(at)
    hardware, protocol = message.sizes
    if (
        (message.kind == ETHERNET and hardware != SIZES["hardware"])
        or (message.protocol == IPV4 and protocol != SIZES["protocol"])
        or not message.whole
    ):
        yield Hit(
            f"ARP address lengths {hardware}/{protocol} do not fit types "
            f"{message.kind}/{message.protocol:#06x} and {len(at.payload)} octets"
        )


@rule(
    "ARP-002", Level.WARNING, "RFC 5227, section 2.4", "IPv4 address of two MAC addresses",
    why="Two hosts with one address take each other's traffic; whoever claims a router's address "
        "gets everybody's.",
    fix="Find both MAC addresses on the switch, and renumber or remove one of them.",
    on="arp", field="arp.src.hw_mac",
)  # fmt: skip
class Claims:
    """Who has claimed which address when."""

    def __init__(self) -> None:
        self.owners: Table[tuple[bytes, int]] = Table(KNOWN)

    def __call__(self, at: At) -> Hits:
        """By the frame, and by who claimed it in the minute before."""
        message = Message(at)
        sender, hardware = message.sender, message.hardware
        if not sender or not any(sender):
            return
        frame = at.mac
        if frame and frame != hardware:
            yield Hit(
                f"IPv4 {ip(sender)} claimed by {mac(hardware)} but the frame came from "
                f"{mac(frame)}", key=ip(sender),
            )  # fmt: skip
        before = self.owners.get((at.wire, sender))
        if before is not None and before[0] != hardware and at.time - before[1] < MINUTE:
            yield Hit(
                f"IPv4 {ip(sender)} claimed by {mac(hardware)} but {mac(before[0])} had it "
                f"{(at.time - before[1]) / 1e9:.1f} s before", key=ip(sender),
            )  # fmt: skip
        self.owners.put((at.wire, sender), (hardware, at.time))


@suspects("ARP")
def messages(batch: Batch) -> Mask:
    """All: they are rare."""
    return batch.layers("arp")
