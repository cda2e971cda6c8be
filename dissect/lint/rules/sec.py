"""IPsec's headers (RFC 4302, RFC 4303) and Mobility (RFC 6275)."""

from __future__ import annotations

from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.verdict import Level

NO_NEXT = 59
SHORTEST = {0: 8, 1: 8, 2: 8, 3: 16, 4: 16, 5: 12, 6: 12, 7: 24}
"""Octets of Mobility messages by type: those of RFC 6275, section 6.1, without options."""


@rule(
    "SEC-001", Level.ERROR, "RFC 4302, sections 2.2 to 2.4; RFC 4303, section 2.1",
    "AH or ESP header with bad fields",
    why="Over IPv6 AH has a multiple of 8 octets, its reserved field is 0, and SPI 0 is never on "
        "the wire: it is for local use.",
    fix="Pad AH's check value; use SPIs from 256 on.",
    on=("ah", "esp"), field="ah.length",
)  # fmt: skip
def ipsec(at: At) -> Hits:
    """The reserved field is a warning."""
    header = at.header
    if header is None:
        return
    if at.name == "esp":
        if header.spi == 0:
            yield Hit("ESP: SPI 0", field="esp.spi")
        return
    size = 4 * header.len + 8
    if size % 8 and at.ip is not None and at.ip.name == "ipv6":
        yield Hit(f"AH: {size} octets, over IPv6 not a multiple of 8")
    if header.spi == 0:
        yield Hit("AH: SPI 0", field="ah.spi")
    if any(header.reserved):
        yield Hit("AH: reserved field is not 0", level=Level.WARNING, field="ah.reserved",
                  key="reserved")  # fmt: skip


@rule(
    "SEC-002", Level.ERROR, "RFC 6275, section 6.1.1", "Bad Mobility header",
    why="Nothing follows a Mobility header, each message has a least length, and its checksum is "
        "right.  Nodes discard others, some with a Parameter Problem.",
    fix="Set Payload Proto to 59, Header Len in units of 8 octets, and the checksum last.",
    on="mipv6", field="mip6.hlen", whole=True,
)  # fmt: skip
def mobility(at: At) -> Hits:
    """Each by itself."""
    octets = at.payload
    if len(octets) < 6:
        return
    size = 8 * octets[1] + 8
    if octets[0] != NO_NEXT:
        yield Hit(f"Mobility Header invalid: Payload Proto {octets[0]}, must be 59",
                  field="mip6.proto")  # fmt: skip
    least = SHORTEST.get(octets[2], 8)
    if size < least:
        yield Hit(f"Mobility Header invalid: {size} octets, type {octets[2]} has {least}")
    for note in at.notes("sixscope.mip6.checksum"):
        yield Hit(f"Mobility Header invalid: {note.text}", field="mip6.csum", sender=at.mac)


@suspects("SEC")
def secured(batch: Batch) -> Mask:
    """ESP with SPI 0; AH is rare."""
    return batch.layers("ah") | batch.where("esp.spi", lambda spi: spi == 0)
