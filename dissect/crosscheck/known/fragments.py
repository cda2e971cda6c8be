"""Where tshark is wrong: fragments that are put together."""

from __future__ import annotations

from itertools import pairwise

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.entry import (
    ANY,
    DIFFERENT,
    EXTRA,
    MISSING,
    UNEQUAL,
    Condition,
    Kind,
    Known,
    chain,
    noted,
    quoted_fragment,
)
from dissect.engine.packet import Packet


def fragment_of_fragment(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """A Fragment header follows another one."""
    return any(a.name == b.name == "ipv6.fraghdr" for a, b in pairwise(packet.layers))


def in_first_fragment(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """The packet is a first fragment that is decoded by itself."""
    return any(
        (layer.name == "ip" and not layer.header.off and layer.header.flags & 1)
        or (layer.name == "ipv6.fraghdr" and not layer.header.offset and layer.header.more)
        for layer in packet.layers
        if layer.header is not None
    )


UPPER = "udp.*", "tcp.*", "icmpv6.*", "icmp.*"
IPV4_PARTS = "ip.fragment*", "ip.reassembled*"
IPV6_PARTS = "ipv6.fragment*", "ipv6.reassembled*"

REASSEMBLY: tuple[tuple[Condition, frozenset[Kind], tuple[str, ...], str, str, str], ...] = (
    (
        noted("sixscope.fragment.overlap", "sixscope.fragment.discarded"),
        MISSING, (*IPV6_PARTS, *UPPER),
        "fragments that overlap are put together; all of that packet must be discarded",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
    (
        noted("sixscope.fragment.late"),
        MISSING, (*IPV6_PARTS, *UPPER),
        "fragments wait for others without an end; after 60 seconds they must be discarded",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
    (
        noted("sixscope.ip.fragment.late"),
        MISSING, (*IPV4_PARTS, *UPPER),
        "fragments wait for others without an end; a timer must end that",
        "RFC 1122, section 3.3.2", "fragments_ipv4.pcapng",
    ),
    (
        noted("sixscope.fragment.too_far"),
        MISSING, (*IPV6_PARTS, *UPPER),
        "fragments that make more than 65,535 octets of payload are put together; the one that "
        "reaches past them must be discarded",
        "RFC 8200, section 4.5", "ipv6-reassembly-state-leak.pcap",
    ),
    (
        noted("sixscope.fragment.next_header"),
        UNEQUAL, UPPER,
        "what follows is decoded by the Next Header of the last fragment that came; only that of "
        "the first one counts",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
    (
        quoted_fragment,
        EXTRA, UPPER,
        "fragments quoted in errors are put together with others; they are copies of what was sent",
        "RFC 4443, section 2.4", "fragments_ipv6.pcapng",
    ),
    (
        fragment_of_fragment,
        ANY, (*IPV6_PARTS, *UPPER),
        "a Fragment header behind another one is skipped, and a part is decoded as the whole",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
)  # fmt: skip


"""When only one side puts a datagram together, or both otherwise: the fields of the whole, and
which side has them alone."""


FRAGMENTS: tuple[Known, ...] = (
    *(
        Known(field, kinds, when, reason, ref, capture)
        for when, alone, fields, reason, ref, capture in REASSEMBLY
        for field, kinds in (
            *((field, alone) for field in fields),
            ("data.*", ANY), ("frame.protocols", DIFFERENT),
        )
    ),
    Known(
        "frame.protocols", DIFFERENT, chain(r":ipv6\.fraghdr:[\w.]+$", ":ipv6.fraghdr"),
        "a later fragment without octets is given to the next header's dissector",
        "RFC 8200, section 4.5", "ipv6_fragments.pcapng",
    ),
    Known(
        "ipv6.plen_exceeds_framing", MISSING, in_first_fragment,
        "a packet whose rest is in other fragments is taken for one that is too long",
        "RFC 8200, section 4.5", "fragments_ipv6.pcapng",
    ),
    Known(
        "tcp.seq*", EXTRA, noted("_ws.unreassembled"),
        "nothing is shown of a header that goes on in another fragment but its ports",
        "", "fragments_ipv4.pcapng",
    ),
)  # fmt: skip
