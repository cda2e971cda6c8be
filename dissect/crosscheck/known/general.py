"""Where tshark is wrong: what belongs to no protocol alone."""

from __future__ import annotations

import re

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    DIFFERENT,
    EXTRA,
    NOT_WHOLE,
    Known,
    blanks,
    chain,
    compact,
    from_on,
    noted,
    smallest_part,
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


def broken_records(packet: Packet) -> list[int]:
    """Where records of DNS begin that are not whole."""
    names = ("dns.qry.name", "dns.resp.name")
    starts = [node.offset for name in names for node in packet.fields(name)]
    return [
        max((start for start in starts if start <= finding.offset), default=0)
        for finding in packet.findings
        if finding.note.name in NOT_WHOLE and finding.layer in ("dns", "mdns", "llmnr")
    ]


def broken_dhcp(packet: Packet) -> list[int]:
    """Where messages of DHCP that are not whole begin, or what of them isn't whole behind their
    fixed part.
    """
    starts = list[int]()
    for finding in packet.findings:
        if finding.note.name in NOT_WHOLE and finding.layer == "dhcp":
            layer = packet.layer("dhcp")
            begins = layer.offset if layer is not None else 0
            fixed = finding.offset < begins + FIXED
            starts.append(begins if fixed else smallest_part(packet, "dhcp", finding.offset))
    return starts


FIXED = 236
"""Octets of a message of DHCP in front of its options (RFC 2131, section 2)."""


def octal(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The same text, with control characters in octal."""
    if ours is None or theirs is None:
        return False
    here = re.sub(r"\\([0-7]{3})", lambda digits: f"\\x{int(digits[1], 8):x}", theirs.show)
    return ours[:3] == theirs[:3] and here == ours.show


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
    Known(
        "dns.*", EXTRA, from_on(broken_records),
        "nothing is shown of a record that isn't whole; the octets that are there are shown here",
        "", "geneve-vxlan-dns-truncated.pcap",
    ),
    Known(
        "dhcp.*", EXTRA, from_on(broken_dhcp),
        "nothing is shown of an option that isn't whole, or of a message whose fixed part isn't; "
        "the octets that are there are shown here",
        "", "bootp_asan.pcap",
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
        "*", DIFFERENT, octal,
        "control characters of a name are shown in octal; in names a backslash and three digits "
        "are a decimal number",
        "RFC 1035, section 5.1", "icmpv6_nd_options.pcapng",
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
