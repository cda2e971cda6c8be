"""UDP, TCP and SCTP (RFC 768, RFC 9293, RFC 9260)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.engine.checksum import LEFT_TO_CARD
from dissect.lint.addresses import LIMITED_BROADCAST
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import HEADER, Mask
from dissect.lint.rule import Hit, Hits, Like, Tally, alike, rule, suspects, tallies
from dissect.lint.told.sums import SUMMED
from dissect.lint.words import expected, ip
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.tcp import TCP
from dissect.protocols.udp import UDP
from dissect.verdict import Level

TUNNEL_PORTS = frozenset((2152, 4341, 4342, 4754, 4789, 4790, 6080, 6081, 6635, 8472))
"""GTP-U, LISP, GRE, VXLAN, GUE, Geneve and MPLS in UDP: tunnels that may leave the checksum out
(RFC 6935, section 5); which ones do is our list."""
FIN, SYN, RST, ALL = 1, 2, 4, 0x3F
INIT = 1
FLAG_NAMES = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")


def _crc_table() -> list[int]:
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    return table


CRC = _crc_table()


def crc32c(octets: bytes) -> int:
    """The CRC of SCTP (RFC 9260, appendix A), as the number that its octets make."""
    rest = 0xFFFFFFFF
    for octet in octets:
        rest = rest >> 8 ^ CRC[(rest ^ octet) & 0xFF]
    return int.from_bytes((rest ^ 0xFFFFFFFF).to_bytes(4, "little"), "big")


@rule(
    "L4-001", Level.ERROR, "RFC 8200, section 8.1; RFC 6936, section 4",
    "UDP without checksum over IPv6",
    why="IPv6 has no header checksum, so that without UDP's nobody notices damaged addresses.  "
        "Receivers discard the datagram; tunnels may make an exception.",
    fix="Compute the checksum; send 0xffff where it comes out as 0.",
    on="udp", field="udp.checksum",
)  # fmt: skip
def no_checksum(at: At) -> Hits:
    """On the ports of tunnels a warning."""
    header, host = at.header, at.ip
    if header is None or header.sum or host is None or host.name != "ipv6" or at.part:
        return
    tunnel = header.dport in TUNNEL_PORTS or header.sport in TUNNEL_PORTS
    words = ", of a tunnel" if tunnel else ""
    yield Hit(f"UDP checksum 0 over IPv6 (port {header.dport}{words})",
              level=Level.WARNING if tunnel else None)  # fmt: skip


@rule(
    "L4-002", Level.ERROR, "RFC 8200, section 8.1; RFC 768; RFC 9293, section 3.1",
    "Wrong UDP or TCP checksum",
    why="Receivers discard the segment: the connection is slow, or doesn't come about.",
    fix="Compute it after the last change of addresses or ports; see CAP-002 for captures on the "
        "sending host.",
    on=("udp", "tcp"), field="udp.checksum", whole=True,
)  # fmt: skip
def checksum(at: At) -> Hits:
    """Under the final destination's pseudo-header behind a Routing header, if that is known.

    The pseudo-header's sum alone is what a stack leaves for its network card to complete.
    """
    if at.way_unknown:
        return
    for note in at.notes("udp.checksum.bad", "tcp.checksum_bad.expert"):
        right = expected(note.text)
        text = f"{at.name.upper()} checksum {at.header.sum:#06x}, expected {right}"
        level = None
        if LEFT_TO_CARD in note.text:
            text, level = f"{text}: left to the network card", Level.NOTE
            if not at.context.sure:
                at.context.run.artefacts.left_to_card(at.mac)
        yield Hit(text, field=f"{at.name}.checksum", sender=at.mac, level=level)


@rule(
    "L4-003", Level.ERROR, "RFC 768; RFC 9293, section 3.1", "Lengths in UDP or TCP that don't fit",
    why="The header has a least size, and the datagram ends within the packet.  Receivers drop, or "
        "read past the end.",
    fix="Set UDP's Length and TCP's Data Offset by what is sent.",
    on=("udp", "tcp"), field="udp.length", whole=True,
)  # fmt: skip
def lengths(at: At) -> Hits:
    """A shorter UDP Length, and port 0, are notes."""
    header, host = at.header, at.ip
    if header is None or host is None or host.header is None or at.part:
        return
    if at.name == "tcp":
        if at.noted("tcp.bogus_header_length", "tcp.short_segment"):
            yield Hit(f"TCP length fields invalid: data offset {header.off}", field="tcp.hdr_len")
    elif at.noted("udp.length.bad"):
        yield Hit(f"UDP length fields invalid: Length {header.len}")
    elif header.len and host.layer.source is at.layer.source and host.name in ("ip", "ipv6"):
        end = host.layer.offset + (
            HEADER + host.header.plen if host.name == "ipv6" else host.header.len
        )
        behind = end - at.layer.offset - header.len
        if behind > 0 and (host.name == "ip" or host.header.plen):
            yield Hit(f"UDP Length {header.len}, and {behind} octets behind it",
                      level=Level.NOTE, key="behind")  # fmt: skip
    if not header.sport or not header.dport:
        yield Hit(f"{at.name.upper()} port 0", level=Level.NOTE, key="port",
                  field=f"{at.name}.port")  # fmt: skip


@rule(
    "L4-004", Level.WARNING, "RFC 9293, sections 3.9.2.3 and 3.5", "TCP segment without sense",
    why="Connections are between two hosts, so a segment to many must be discarded.  Flags that "
        "open and close at once, or none at all, are scans.",
    fix="Filter them; look for the scanner.",
    on="tcp", field="tcp.flags",
)  # fmt: skip
def nonsense(at: At) -> Hits:
    """To a group it is an error."""
    header, host = at.header, at.ip
    if header is None or host is None or host.header is None or at.part:
        return
    dst, flags = host.header.dst, header.flags & ALL
    many = dst[0] == 0xFF if len(dst) == 16 else 224 <= dst[0] < 240 or dst == LIMITED_BROADCAST
    names = ", ".join(name for bit, name in enumerate(FLAG_NAMES) if flags >> bit & 1) or "no flags"
    if many:
        yield Hit(f"TCP {names} to {ip(dst)}", level=Level.ERROR, field="ipv6.dst")
    elif (flags & SYN and flags & (FIN | RST)) or flags in (0, ALL):
        yield Hit(f"TCP {names} to {ip(dst)}")


@rule(
    "L4-005", Level.ERROR, "RFC 9260, sections 6.8, 6.10 and 8.5.1", "SCTP packet to be discarded",
    why="The CRC32c covers the whole packet.  INIT comes alone, with verification tag 0, as "
        "the association has no tag yet.",
    fix="Compute the CRC32c over the packet with a checksum of 0; send INIT by itself.",
    on="sctp", field="sctp.checksum", whole=True,
)  # fmt: skip
def sctp(at: At) -> Hits:
    """Old stacks computed Adler-32."""
    octets, host = at.payload, at.ip
    if at.header is None or len(octets) < 12 or at.part or host is None:
        return
    found = int.from_bytes(octets[8:12], "big")
    right = crc32c(octets[:8] + bytes(4) + octets[12:])
    if found != right:
        yield Hit(f"SCTP checksum {found:#010x}, expected {right:#010x}", sender=at.mac)
    place = 12
    kinds: list[int] = []
    while place + 4 <= len(octets) and len(kinds) < 64:
        kinds.append(octets[place])
        place += (int.from_bytes(octets[place + 2 : place + 4], "big") + 3) & ~3 or 4
    if INIT in kinds:
        if len(kinds) > 1:
            yield Hit("SCTP INIT bundled with other chunks", field="sctp.chunk_type", key="bundled")
        if any(octets[4:8]):
            yield Hit("SCTP INIT with a verification tag", field="sctp.verification_tag", key="tag")


@suspects("L4")
def segments(batch: Batch) -> Mask:
    """Ports, flags, lengths, groups."""
    mask = batch.layers("sctp")
    end, group, over6 = np.zeros(len(batch), np.int64), batch.none, batch.none
    for part in batch.parts(IPv6, IPv4, UDP, TCP):
        head, rows = part.head, part.rows
        if part.header is IPv6:
            end[rows] = part.at + HEADER + head.plen
            group[rows] = head.dst[:, 0] == 0xFF
            over6[rows] = True
        elif part.header is IPv4:
            end[rows] = part.at + head.len
            group[rows] = head.dst[:, 0] >= 224
            over6[rows] = False
        else:
            wrong = (head.sport == 0) | (head.dport == 0)
            if part.header is UDP:
                wrong |= (head.sum == 0) & over6[rows] | (part.at + head.len != end[rows])
            else:
                flags = head.flags & ALL
                wrong |= group[rows] | (flags == 0) | (flags == ALL)
                wrong |= (flags & SYN != 0) & (flags & (FIN | RST) != 0)
            mask[rows[wrong]] = True
    return mask & ~batch.led


@suspects("L4-002")
def unverified(batch: Batch) -> Mask:
    """Those that end elsewhere than the packet around."""
    mask: Mask = batch.sums.others & (batch.chunk.captured == batch.chunk.original)
    return mask


@tallies("L4-002")
def damaged(batch: Batch) -> Iterator[Tally]:
    """Wrong ones, where nothing else has to be asked about."""
    sums = batch.sums
    wrong = ~sums.right & ~unverified(batch)[sums.rows]
    wrong &= (sums.protocol == SUMMED[TCP]) | (sums.protocol == SUMMED[UDP])
    for mine, level in ((wrong & ~sums.left, None), (wrong & sums.left, Level.NOTE)):
        for rows, senders in sums.senders(mine):
            yield Tally(rows, senders, level)


@alike("L4", "L4-002", "ICM", "ICM-011")
def led(batch: Batch) -> Iterator[Like]:
    """Checksums over a destination that is in a Routing header."""
    return batch.packets(batch.led)
