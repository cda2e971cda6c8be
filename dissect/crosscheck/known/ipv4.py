"""Where tshark is wrong: IPv4, ICMP, IGMP."""

from __future__ import annotations

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    DIFFERENT,
    EXTRA,
    UNEQUAL,
    Known,
    chain,
    noted,
    quoted_fragment,
)
from dissect.engine.packet import Packet


def older_groups(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A packet of IGMP 1 or 2."""
    return any(node.value < 3 for node in packet.fields("igmp.version"))


IPV4: tuple[Known, ...] = (
    Known(
        "ip.flags*", EXTRA, noted("_ws.malformed", "_ws.short"),
        "nothing is shown of the flags of a header that ends between them and the fragment offset",
        "", "ipv4_header.pcapng",
    ),
    Known(
        "ip*", EXTRA, quoted_fragment,
        "of a quoted first fragment nothing is shown but octets; its headers are there",
        "", "icmpv6-rfc7112.pcap",
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(":igmp:igmp", ":igmp"),
        "IGMP is named twice; there is one message, and nothing inside it",
        "RFC 3376, section 4", "lab/groups.pcapng",
    ),
    *(
        Known(
            field, kinds, older_groups,
            "the checksum of version 2 is taken over 8 octets instead of all of the message",
            "RFC 2236, section 2.3", "igmp.pcapng",
        )
        for field, kinds in (("igmp.checksum.status", DIFFERENT), ("igmp.bad_checksum", UNEQUAL))
    ),
)  # fmt: skip
