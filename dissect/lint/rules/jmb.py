"""Jumbograms (RFC 2675)."""

from __future__ import annotations

from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.lint.rules.ext import JUMBO, options
from dissect.protocols.udp import UDP
from dissect.verdict import Level

SHORTEST = 65536


def jumbo(at: At) -> int | None:
    """The length in the Jumbo Payload option of an IPv6 header; None without one."""
    for header in at.extensions[:1]:
        if header.name == "ipv6.hopopts":
            for one in options(header):
                if one.kind == JUMBO and len(one.data) == 4:
                    return int.from_bytes(one.data, "big")
    return None


@rule(
    "JMB-001", Level.ERROR, "RFC 2675, section 3", "Jumbo Payload option that must not be there",
    why="The option is for payloads over 65535 octets, and then Payload Length is 0.  Receivers "
        "discard any other combination with a Parameter Problem.",
    fix="Send the option with Payload Length 0 and a length of 65536 or more, or not at all.",
    on="ipv6", field="ipv6.opt.jumbo",
)  # fmt: skip
def contradiction(at: At) -> Hits:
    """Both lengths, or one that is too small."""
    length = jumbo(at) if at.header is not None else None
    if length is not None and (at.header.plen or length < SHORTEST):
        yield Hit(f"Jumbo Payload {length} with Payload Length {at.header.plen}")


@rule(
    "JMB-002", Level.ERROR, "RFC 2675, sections 3 and 4",
    "Jumbogram with a Fragment header, or UDP length 0 without a jumbogram",
    why="A jumbogram is never fragmented, and only in one may UDP's Length be 0.  Receivers "
        "discard both.",
    fix="Don't fragment jumbograms; set UDP's Length.",
    on=("ipv6.fraghdr", "udp"), field="udp.length",
)  # fmt: skip
def semantics(at: At) -> Hits:
    """Over IPv4 there are no jumbograms either; without IP's length it is offload (a note)."""
    ip = at.ip
    if ip is None or at.header is None:
        return
    if at.name == "ipv6.fraghdr":
        if jumbo(ip) is not None:
            yield Hit("Jumbo semantics violated: Jumbo Payload option with a Fragment header",
                      field="ipv6.fraghdr")  # fmt: skip
    elif at.header.len == 0 and (ip.name == "ip" or jumbo(ip) is None):
        length = ip.header.len if ip.name == "ip" else ip.header.plen
        yield Hit("Jumbo semantics violated: UDP Length 0 without a Jumbo Payload option",
                  level=None if length else Level.NOTE)  # fmt: skip


@suspects("JMB")
def lengths(batch: Batch) -> Mask:
    """UDP with Length 0 is unsure, as jumbograms are."""
    mask = batch.none
    for part in batch.parts(UDP):
        mask[part.rows[part.head.len == 0]] = True
    return mask
