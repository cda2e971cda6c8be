"""GRE (RFC 2784, RFC 2890, RFC 7676)."""

from __future__ import annotations

from dissect.engine.session import Table
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.heard import GRE, Listener
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.lint.told.gre import KEY, NIBBLES, SEQUENCE, Numbered
from dissect.lint.words import expected
from dissect.verdict import Level

CHECKSUM, ROUTING, STRICT = 0x8000, 0x4000, 0x0800
RECURSION = 0x0700
RESERVED = 0x00F8
BACK = 1 << 31


def flags_of(at: At) -> int:
    """The flags and version; 0 where they are cut off."""
    return int.from_bytes(at.payload[:2], "big")


@rule(
    "GRE-001", Level.ERROR, "RFC 2784, section 2.3.1", "Unknown GRE version",
    why="There is version 0, and version 1 for PPTP.  Receivers drop others.",
    fix="Send version 0.",
    on="gre", field="gre.flags.version",
)  # fmt: skip
def version(at: At) -> Hits:
    """PPTP's is a note."""
    number = flags_of(at) & 7
    if number:
        yield Hit(f"GRE version {number}", level=Level.NOTE if number == 1 else None)


@rule(
    "GRE-002", Level.ERROR, "RFC 2784, section 2.3; RFC 2890, section 2", "Reserved GRE flags set",
    why="Source routing and recursion control of RFC 1701 are gone: a receiver must discard a "
        "packet with these bits, unless it still implements them.",
    fix="Clear all flags but checksum, key and sequence number.",
    on="gre", field="gre.flags_and_version",
)  # fmt: skip
def reserved(at: At) -> Hits:
    """Others, and Reserved1, are ignored: a note."""
    flags = flags_of(at)
    if flags & 7 == 1:
        return  # PPTP has other ones
    if flags & (ROUTING | STRICT | RECURSION):
        yield Hit(f"GRE reserved flag bits {flags:#06x}")
    elif flags & RESERVED or (flags & CHECKSUM and any(at.payload[6:8])):
        yield Hit(f"GRE reserved bits {flags:#06x}, to be ignored", level=Level.NOTE)


@rule(
    "GRE-003", Level.ERROR, "RFC 2784, section 2.5; RFC 2890, section 2",
    "Wrong GRE checksum, or header past the packet's end",
    why="Receivers drop the packet.",
    fix="Compute it over header and payload; send all fields that the flags announce.",
    on="gre", field="gre.checksum", whole=True,
)  # fmt: skip
def checksum(at: At) -> Hits:
    """As noted by the decoder."""
    octets = at.payload
    for note in at.notes("gre.checksum.incorrect"):
        right = expected(note.text)
        found = int.from_bytes(octets[4:6], "big")
        yield Hit(f"GRE checksum {found:#06x}, expected {right}")
    flags = flags_of(at)
    size = 4 + 4 * sum(bool(flags & bit) for bit in (CHECKSUM, KEY, SEQUENCE))
    if len(octets) < size and not at.part:
        yield Hit(f"GRE header of {size} octets, the packet has {len(octets)}", key="short",
                  field="gre.flags_and_version")  # fmt: skip


@rule(
    "GRE-004", Level.WARNING, "RFC 7676, section 3.1; RFC 2784, section 2.4; RFC 2890, section 2.2",
    "GRE payload of another protocol than announced, or out of sequence",
    why="Receivers hand the payload to the wrong protocol.  Sequence numbers that repeat or go "
        "back are lost: in-order tunnels drop such packets.",
    fix="Set Protocol Type by the payload; use one counter a tunnel.",
    on="gre", field="gre.proto",
)  # fmt: skip
class Payload(Listener):
    """The sequence number of each tunnel's last packet."""

    topics = (GRE,)

    def __init__(self) -> None:
        self.last: Table[int] = Table(4096)

    def __call__(self, at: At) -> Hits:
        """The first four bits; an error where they are another version's."""
        octets, flags, host = at.payload, flags_of(at), at.ip
        if flags & (7 | ROUTING) or len(octets) < 4:
            return
        kind = int.from_bytes(octets[2:4], "big")
        size = 4 + 4 * sum(bool(flags & bit) for bit in (CHECKSUM, KEY, SEQUENCE))
        if kind in NIBBLES and len(octets) > size and octets[size] >> 4 != NIBBLES[kind]:
            yield Hit(f"GRE type {kind:#06x} carries nibble {octets[size] >> 4}", level=Level.ERROR)
        if not flags & SEQUENCE or len(octets) < size or host is None or host.header is None:
            return
        header = host.header
        yield from self.heard(Numbered(flags, header.src, header.dst, b"", at.wire, at.time,
                                       at.packet.number, octets[:size], at))  # fmt: skip

    def heard(self, said: Numbered) -> Hits:
        """A packet of a tunnel."""
        tunnel, number = (said.src, said.dst, said.key), said.sequence
        before = self.last.get(tunnel)
        self.last.put(tunnel, number)
        if before is not None and (before - number) % (1 << 32) < BACK:
            what = "repeats" if before == number else f"goes back from {before}"
            yield Hit(f"GRE sequence number {number} {what}", level=Level.NOTE,
                      field="gre.sequence_number", key="sequence")  # fmt: skip


@suspects("GRE", "GRE-004")
def tunnels(batch: Batch) -> Mask:
    """Flags other than those of keys and numbers, payloads of another version than announced."""
    return batch.tunnels.others
