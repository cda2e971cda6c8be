"""Where tshark is wrong: what belongs to no protocol alone."""

from __future__ import annotations

import re

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    DIFFERENT,
    EXTRA,
    Known,
    blanks,
    chain,
    compact,
    noted,
)
from dissect.engine.packet import Packet

HIGH = re.compile("\ufffd" + r"|\\x[89a-f][0-9a-f]")
"""An octet that is no UTF-8, as tshark or we write it."""


def no_utf8(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A text with octets that are no UTF-8, and otherwise the same."""
    if ours is None or theirs is None or not HIGH.search(ours.show + theirs.show):
        return False
    plain, other = (
        re.sub(rf"{HIGH.pattern}|\\[nrt]|[^\x21-\x7e]", "", row.show) for row in (ours, theirs)
    )
    return ours[:3] == theirs[:3] and other in (plain, plain.partition("\\x0")[0])


longer = noted("sixscope.icmp.ext.cut")


def hardly_captured(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The capture ends less than 12 octets behind the UDP header."""
    layer = packet.layer("data")
    cut = packet.original > len(packet.data)
    return cut and layer is not None and len(packet.data) - layer.offset < 12


def up_to_zero(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """Theirs is what stands in front of an octet of zero in ours."""
    return (
        ours is not None
        and theirs is not None
        and ours[:3] == theirs[:3]
        and ours.show.startswith(f"{theirs.show}\\x0")
    )


GENERAL: tuple[Known, ...] = (
    *(
        Known(
            field, EXTRA, noted("_ws.malformed", "_ws.short"),
            "nothing is shown of a record or message that isn't whole; the octets that are there "
            "are shown here",
            "", capture,
        )
        for field, capture in (
            ("dns.*", "geneve-vxlan-dns-truncated.pcap"), ("dhcp.*", "bootp_asan.pcap"),
        )
    ),
    *(
        Known(
            field, EXTRA,
            lambda packet, ours, theirs: (
                packet.original > len(packet.data) or longer(packet, ours, theirs)
            ),
            "nothing is shown of an extension that the capture or the message ends within; the "
            "octets that are there are shown here",
            "", "icmp_inft_name_length_zero.pcap",
        )
        for field in ("icmp.ext.*", "icmp.int_info.*")
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":icmp$", ""),
        "ICMP is named where an ICMPv6 message has extensions; they are a part of that message",
        "RFC 4884, section 7", "icmpv6_errors.pcapng",
    ),
    Known(
        "frame.protocols", DIFFERENT, compact,
        "the decode ends behind a Compact Routing header; nothing is wrong with what follows",
        "RFC 8200, section 4.4", "ipv6_routing_compact.pcapng",
    ),
    Known(
        "*", DIFFERENT, no_utf8,
        "octets that are no UTF-8 are shown as question marks, or written raw into a file that "
        "says it is UTF-8; we show which they are",
        "", "icmpv6_nd_options.pcapng",
    ),
    Known(
        "*", DIFFERENT, blanks,
        "line ends and tabs are written raw into the file's attribute, where XML makes them spaces",
        "", "dhcpv6_broken.pcapng",
    ),
    Known(
        "*", DIFFERENT, up_to_zero,
        "a text ends at its first octet of zero, though its length says that there is more",
        "", "l2tp_broken.pcapng",
    ),
    Known(
        "frame.time_delta*", DIFFERENT,
        lambda packet, ours, theirs: theirs is not None and len(theirs.show) > 15,
        "a packet without a time (Simple Packet Block) counts as one of 1970 for the next one's "
        "delta",
        "draft-ietf-opsawg-pcapng, section 4.4", "pcapng_blocks.pcapng",
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":dns$", ":data"),
        "a datagram at any port is taken for DNS by its counts alone, or because it is cut in "
        "front of them",
        "RFC 1035, section 4.1.1", "pcap_snaplen.pcap",
    ),
    Known(
        "data.*", EXTRA, hardly_captured,
        "of a datagram that is cut in front of the counts nothing is shown, by the same look",
        "", "pcap_snaplen.pcap",
    ),
)  # fmt: skip
