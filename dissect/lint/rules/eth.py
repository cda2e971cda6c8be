"""Ethernet: how IPv6 and IPv4 are carried in frames (RFC 2464, RFC 894)."""

from __future__ import annotations

from dissect.lint.at import At
from dissect.lint.batch import Batch, Mask
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.lint.words import ip, mac
from dissect.verdict import Level

GROUP_BIT = 1
MULTICAST = 0xFF
PREFIX = b"\x33\x33"


def _frame(at: At) -> bytes:
    """The destination MAC address of the frame right around an IP header; empty elsewhere."""
    link = at.link
    if link is None or link.header is None or at.context.ips[at.place] > link.place:
        return b""
    return bytes(link.header.dst)


@rule(
    "ETH-001", Level.ERROR, "RFC 2464, section 7", "IPv6 multicast sent to another group's MAC",
    why="An IPv6 multicast packet goes to the MAC address 33:33 and the last four octets of its "
        "destination.  Receivers' filters drop a frame that goes to another group.",
    fix="Map the group's address to 33:33:xx:xx:xx:xx in the sender's driver or bridge.",
    on="ipv6", field="eth.dst",
)  # fmt: skip
def wrong_group(at: At) -> Hits:
    """A unicast MAC address is legal since RFC 6085."""
    frame, header = _frame(at), at.header
    if frame and header is not None and header.dst[0] == MULTICAST and frame[0] & GROUP_BIT:
        expected = PREFIX + header.dst[12:]
        if frame != expected:
            yield Hit(
                f"Multicast {ip(header.dst)} sent to MAC {mac(frame)}, expected {mac(expected)}"
            )


@suspects
def frames(batch: Batch) -> Mask:
    """Frames to groups that carry IPv6."""
    mask: Mask = batch.where("eth.dst", lambda dst: dst[:, 0] & 1 == 1) & batch.layers("ipv6")
    return mask
